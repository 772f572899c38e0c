"""`session.json`, written and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smr_vision.errors import InputError
from smr_vision.session import Session, read_session

A_SET: dict[str, Any] = {
    "move": "calf", "side": "left", "start_s": 1.0, "end_s": 31.5, "view": "side", "tool": "assumed",
    "passes": [{"start_s": 2.0, "end_s": 4.0, "direction": "down", "extent": 0.5, "speed_cm_s": 10.3}],
    "pass_count": 1, "time_on_target_s": 28.0, "time_unsure_s": 1.5,
    "time_by_zone_s": {"green": 25.0, "amber": 3.0, "red": 1.0},
    "holds": [{"start_s": 10.0, "end_s": 15.0, "along": 0.4}],
    "checks": {"hips_lifted": {"ok_s": 29.0, "fault_s": 1.5, "unknown_s": 0.0}},
    "faults": [{
        "check": "hips_lifted", "severity": "form", "start_s": 5.0, "end_s": 6.5, "decided_s": 5.9, "measured": 0.08,
        "target": "hips clear of the floor", "cue": "Press up", "picture": "faults/hips.jpg", "picture_t_s": 5.5,
        "dismissed_by": None,
    }],
    "discomfort": {"before": 6, "after": None}, "advice": ["Toes out."], "unknown": [],
}  # fmt: skip
A_SESSION: dict[str, Any] = {
    "schema": "smr-session/1", "id": "0123456789abcdef",
    "recorded_at": "2026-05-04T10:00:00+00:00", "person": "Änne", "tool": "roller",
    "strictness": "standard", "notes": [], "versions": {"smr-vision": "0.1.0"}, "complete": True,
    "source": {"path": "a clip.mp4", "width": 854, "height": 480, "duration_s": 33.0, "frames": 990},
    "move": "calf", "side": "left", "recognised": {"move": "calf", "side": "left", "confidence": 0.9},
    "tracking": {"pose_share": 0.99, "view": "side", "contact_source": "seen", "contact_seen_share": 0.9},
    "sets": [A_SET],
    "totals": {"pass_count": 1, "time_on_target_s": 28.0, "duration_s": 30.5, "faults": 1},
}  # fmt: skip


def written(tmp_path: Path, data: object) -> Path:
    path = tmp_path / "session.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def changed(key: str, value: object) -> dict[str, Any]:
    """The session with one key, `a.b.0.c`, set to a value."""
    data: dict[str, Any] = json.loads(json.dumps(A_SESSION))
    *way, last = key.split(".")
    at: Any = data
    for part in way:
        at = at[int(part)] if part.isdigit() else at[part]
    at[last] = value
    return data


def test_a_session_from_before_the_tool_was_told_is_read() -> None:
    old = changed("sets.0.move", "calf")
    del old["sets"][0]["tool"]
    assert Session.model_validate(old).sets[0].tool == "seen"


def test_a_session_written_and_read_is_the_same(tmp_path: Path) -> None:
    session = Session.model_validate(A_SESSION)
    session.write(tmp_path / "session.json")
    assert read_session(tmp_path / "session.json") == session
    assert json.loads((tmp_path / "session.json").read_text(encoding="utf-8")) == A_SESSION
    assert "Änne" in (tmp_path / "session.json").read_text(encoding="utf-8")


def test_the_keys_of_the_contract_are_all_there() -> None:
    """Others' scripts rely on them."""
    data = Session.model_validate(A_SESSION).model_dump(mode="json", by_alias=True)
    assert set(data) >= {
        "schema", "recorded_at", "person", "tool", "strictness", "notes", "versions", "complete", "source", "move",
        "side", "recognised", "tracking", "sets", "totals",
    }  # fmt: skip
    assert set(data["sets"][0]) >= {
        "move", "side", "start_s", "end_s", "view", "passes", "pass_count", "time_on_target_s", "time_by_zone_s",
        "holds", "checks", "faults", "discomfort",
    }  # fmt: skip
    assert set(data["sets"][0]["faults"][0]) >= {
        "check", "severity", "start_s", "end_s", "decided_s", "measured", "target", "cue", "picture",
    }  # fmt: skip


def test_writing_over_an_old_session_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = written(tmp_path, {"old": True})
    Session.model_validate(A_SESSION).write(path)
    assert read_session(path).person == "Änne"
    assert [p.name for p in tmp_path.iterdir()] == ["session.json"]


def test_a_session_that_can_not_be_written_leaves_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, A_SESSION)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        Session.model_validate(changed("person", "new")).write(path)
    monkeypatch.undo()
    assert read_session(path).person == "Änne"
    assert [p.name for p in tmp_path.iterdir()] == ["session.json"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("surprise", 1), ("sets.0.surprise", 1), ("sets.0.faults.0.severity", "awful"), ("sets.0.start_s", -1.0),
        ("sets.0.passes.0.direction", "sideways"), ("tracking.pose_share", 1.5), ("sets.0.discomfort.before", 11),
        ("side", "middle"), ("sets.0.checks.hips_lifted.ok_s", "long"),
    ],
)  # fmt: skip
def test_what_does_not_belong_is_refused_with_its_key(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(InputError) as refused:
        read_session(written(tmp_path, changed(key, value)))
    assert key in str(refused.value)
    assert str(refused.value).count("\n") == 0


def test_a_key_that_is_missing_is_named(tmp_path: Path) -> None:
    data = dict(A_SESSION)
    del data["totals"]
    with pytest.raises(InputError, match="totals"):
        read_session(written(tmp_path, data))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused(tmp_path: Path, number: str) -> None:
    path = tmp_path / "session.json"
    path.write_text(json.dumps(A_SESSION).replace('"duration_s": 33.0', f'"duration_s": {number}'))
    with pytest.raises(InputError, match="duration_s"):
        read_session(path)


@pytest.mark.parametrize(
    "content", [b"", b"not json", b"\xff\xfe\x00", b"[" * 100_000, b"[]", b"null", b'{"schema": "other/9"}']
)
def test_other_files_are_told_apart(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match="session.json"):
        read_session(path)


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        read_session(tmp_path / "none.json")
