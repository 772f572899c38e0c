"""The sample clips corrected to their truth by what the page sends: exported, they are the truth."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from smr_vision.desk.desk import Desk
from smr_vision.moves import load_moves
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
            writer.writerow([t, phase, truth["move"], along, int(bool(on_target)), left, right])
    return desk.store.add_session(session, path.parent)


def correct(client: TestClient, session: str, **deed: Any) -> None:
    last = client.get(f"/api/sessions/{session}/state").json()["last"]
    answer = client.post(f"/api/sessions/{session}/correct", json={"after": last, "deed": deed})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.stem)
def test_a_sample_clip_corrected_to_its_truth_scores_full(
    client: TestClient, desk: Desk, tmp_path: Path, path: Path
) -> None:
    from truth import CHECKS, match_faults, pass_range, read_truth, truth_of

    true, given, moves = read_truth(path), json.loads(path.read_text(encoding="utf-8")), load_moves()
    session = wrong_session(desk, tmp_path / "clip", given)
    correct(client, session, do="remove", part="s0")
    if true.move is not None:
        correct(client, session, do="add_set", move=true.move, side=true.side, start_s=0, end_s=float(true.t[-1]))
        for sweep in given["passes"]:
            correct(client, session, do="add_pass", start_s=sweep["start"], end_s=sweep["end"])
        for fault in given["faults"]:
            if fault["fault"] in CHECKS:
                check = CHECKS[fault["fault"]]
                correct(client, session, do="add_fault", check=check, start_s=fault["start"], end_s=fault["end"])
    answer = client.get(f"/api/sessions/{session}/truth")
    assert f'filename="{path.stem}.json"' in answer.headers["content-disposition"]
    told = truth_of(answer.json())
    assert (told.move, told.side) == (true.move, true.side)
    fewest, most = pass_range(true, moves[true.move] if true.move else None)
    assert fewest <= told.pass_count <= most
    rolled = SimpleNamespace(
        faults=[
            SimpleNamespace(check=SimpleNamespace(id=f.check), start_s=f.start_s, end_s=f.end_s, decided_s=f.end_s)
            for f in told.faults
        ]
    )
    matched = match_faults(true, (rolled,))
    assert not matched.missed
    assert not matched.false
    # As truth of the same clip it asks the same: bounds that a pass may fall on either side of, the time on target.
    assert pass_range(told, moves[told.move] if told.move else None) == (fewest, most)
    step = float(true.t[1] - true.t[0])
    assert abs(int(told.on_target.sum()) - int(true.on_target.sum())) * step <= 1.5


def test_what_a_set_rolled_while_it_opened_counts(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    """The program marks it on target though its phase is still the set-up; export and corrected borders do too."""
    given = json.loads((ROOT / "samples" / "videos" / "calf_good.json").read_text(encoding="utf-8"))
    session = wrong_session(desk, tmp_path / "clip", given)
    path = tmp_path / "clip" / "series.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",rolling,", ",setup,"), encoding="utf-8")
    correct(client, session, do="remove", part="s0")
    correct(client, session, do="add_set", move="calf", side="left", start_s=0, end_s=given["frames_truth"]["t"][-1])
    rolled = sum(map(bool, given["frames_truth"]["on_target"]))
    assert sum(client.get(f"/api/sessions/{session}/truth").json()["frames_truth"]["on_target"]) == rolled
    told = client.get(f"/api/sessions/{session}/state").json()["sets"][0]["on_target_s"]
    assert told == pytest.approx(rolled / given["fps"], abs=0.2)
