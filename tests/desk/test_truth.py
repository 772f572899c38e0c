"""The sample clips corrected to their truth by what the page sends: exported, they are the truth."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.moves import load_moves
from smr_vision.session import read_session
from tests.desk.corrected import correct, correct_to_truth
from tests.report.sample import make_session, make_set, write_folder

ROOT = Path(__file__).parents[2]
TRUTHS = sorted((ROOT / "samples" / "videos").glob("*.json"))


@pytest.fixture(autouse=True)
def _benchmarks() -> Iterator[None]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield
    sys.path.remove(str(ROOT / "benchmarks"))


def wrong_session(desk: Desk, folder: Path, truth: dict[str, Any]) -> str:
    """A session of the clip in which everything was told wrong; only when it rolled, contact and knees are right."""
    from truth import MOVES

    frames = truth["frames_truth"]
    session = make_session(make_set("calf", "left", start_s=0.1, passes=2, pass_s=1.8))
    long = {"duration_s": frames["t"][-1] + 0.05, "frames": len(frames["t"]), "path": f"{truth['name']}.mp4"}
    session = session.model_copy(update={"source": session.source.model_copy(update=long)})
    path = write_folder(folder, session, series=False, pictures=False)
    with (folder / "series.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["t_s", "phase", "move", "contact", "on_target", "knee_angle_left", "knee_angle_right"])
        columns = (frames[name] for name in ("t", "contact", "on_target", "knee_L", "knee_R"))
        for t, contact, on_target, left, right in zip(*columns, strict=True):
            phase, along = "rolling" if on_target else "out", "" if contact is None else contact
            writer.writerow([t, phase, MOVES[truth["move"]] or "", along, int(bool(on_target)), left, right])
    return desk.store.add_session(session, path.parent)


@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.stem)
def test_a_sample_clip_corrected_to_its_truth_scores_full(
    client: TestClient, desk: Desk, tmp_path: Path, path: Path
) -> None:
    from kept_sessions import kept_result
    from truth import pass_range, read_truth, truth_of

    true, given, moves = read_truth(path), json.loads(path.read_text(encoding="utf-8")), load_moves()
    session = wrong_session(desk, tmp_path / "clip", given)
    correct_to_truth(client, session, given)
    answer = client.get(f"/api/sessions/{session}/truth")
    assert f'filename="{path.stem}.json"' in answer.headers["content-disposition"]
    told = truth_of(answer.json())
    assert (told.move, told.side) == (true.move, true.side)
    fewest, most = pass_range(true, moves[true.move] if true.move else None)
    assert fewest <= told.pass_count <= most
    # As truth of the same clip it asks the same: bounds that a pass may fall on either side of, the time on target.
    assert pass_range(told, moves[told.move] if told.move else None) == (fewest, most)
    step = float(true.t[1] - true.t[0])
    assert abs(int(told.on_target.sum()) - int(true.on_target.sum())) * step <= 0.2
    # The benchmark scores the session as corrected: against the clip's truth, and against the one exported.
    for held_against in (true, told):
        scored = kept_result(tmp_path / "clip", held_against, moves)
        assert scored.passes_exact
        assert scored.recognised
        assert not scored.faults.missed
        assert not scored.faults.false
        assert scored.target_error <= 0.5


def test_what_a_set_rolled_while_it_opened_counts(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    """The program marks it on target though its phase is still the set-up; export and corrected borders do too."""
    given = json.loads((ROOT / "samples" / "videos" / "calf_good.json").read_text(encoding="utf-8"))
    session = wrong_session(desk, tmp_path / "clip", given)
    path = tmp_path / "clip" / "series.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",rolling,", ",setup,"), encoding="utf-8")
    correct(client, session, do="remove", part="s0")
    correct(client, session, do="add_set", move="calf", side="left", start_s=0.1, end_s=given["frames_truth"]["t"][-1])
    rolled = sum(map(bool, given["frames_truth"]["on_target"]))
    assert sum(client.get(f"/api/sessions/{session}/truth").json()["frames_truth"]["on_target"]) == rolled
    told = client.get(f"/api/sessions/{session}/state").json()["sets"][0]["on_target_s"]
    assert told == pytest.approx(rolled / given["fps"], abs=0.2)


def test_where_a_trainer_begins_a_set_earlier_its_place_counts(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    """The program told it some time after it could be seen: what it had as set-up counts, and what it had not measured
    yet, for a second and a half; what was off target within the set it found stays off."""
    given = json.loads((ROOT / "samples" / "videos" / "calf_good.json").read_text(encoding="utf-8"))
    session = wrong_session(desk, tmp_path / "clip", given)
    path = tmp_path / "clip" / "series.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    for t, cell in ((float(cell[0]), cell) for cell in cells):
        place = "" if t < 4.95 else "0.5"
        cell[1:5] = [
            "ready" if t < 4.95 else "setup" if t < 5.95 else "rolling",
            "calf",
            place,
            str(int(6.45 <= t < 9)),
        ]
    path.write_text("\n".join([head, *(",".join(cell) for cell in cells)]), encoding="utf-8")
    record = tmp_path / "clip" / "session.json"
    told = read_session(record)
    found = told.sets[0].model_copy(update={"start_s": 6.0, "end_s": 9.0, "passes": (), "faults": (), "holds": ()})
    told.model_copy(update={"sets": (found,)}).write(record)
    correct(client, session, do="move", part="s0", start_s=2.0, end_s=10.0)
    state = client.get(f"/api/sessions/{session}/state").json()["sets"][0]
    assert state["on_target_s"] == pytest.approx(1.5 + 1.0 + 2.6 + 1.0, abs=0.15)
    exported = client.get(f"/api/sessions/{session}/truth").json()["frames_truth"]
    assert sum(exported["on_target"]) / given["fps"] == pytest.approx(state["on_target_s"], abs=0.1)
    assert exported["contact"][int(4 * given["fps"])] is None  # counted, yet never called measured
