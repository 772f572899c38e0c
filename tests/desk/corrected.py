"""The sample clips corrected to their truth by what the page sends, from real analyses, and scored by
`benchmarks/accuracy.py`: the corrected sessions against the clips' truth, and against the truth that was exported.

    smr analyse samples/videos/*.mp4 --no-video --out KEPT
    python -m tests.desk.corrected KEPT

The poses kept in KEPT do for any number of times: `smr analyse ... --out KEPT --reuse-poses`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from starlette.testclient import TestClient

from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places
from smr_vision.session import read_session

ROOT: Final = Path(__file__).parents[2]
CLIPS: Final = ROOT / "samples" / "videos"
KEPT: Final = ("session.json", "series.csv")  # what corrections are worked out from


def correct(client: TestClient, session: str, **deed: Any) -> None:
    """Send one correction as the page does."""
    last = client.get(f"/api/sessions/{session}/state").json()["last"]
    answer = client.post(f"/api/sessions/{session}/correct", json={"after": last, "deed": deed})
    assert answer.status_code == 200, answer.text


def correct_to_truth(client: TestClient, session: str, given: dict[str, Any]) -> None:
    """The sets that were found are none; instead comes what truth says."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from truth import CHECKS, truth_of
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    for one in client.get(f"/api/sessions/{session}/state").json()["sets"]:
        correct(client, session, do="remove", part=one["name"])
    true = truth_of(given)
    if true.move is None:
        return
    on = true.t[[bool(o) for o in given["frames_truth"]["on_target"]]]
    start, end = min(on[0], given["passes"][0]["start"]), max(on[-1], given["passes"][-1]["end"])
    correct(client, session, do="add_set", move=true.move, side=true.side, start_s=float(start), end_s=float(end))
    for sweep in given["passes"]:
        correct(client, session, do="add_pass", start_s=sweep["start"], end_s=sweep["end"])
    for fault in given["faults"]:
        if fault["fault"] in CHECKS:
            check = CHECKS[fault["fault"]]
            correct(client, session, do="add_fault", check=check, start_s=fault["start"], end_s=fault["end"])


def score(truths: Path, sessions: Path) -> str:
    """What the benchmark says."""
    command = [sys.executable, "benchmarks/accuracy.py", str(truths), "--sessions", str(sessions)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kept", type=Path)
    kept = parser.parse_args().kept
    with tempfile.TemporaryDirectory() as made:
        sessions, exported = Path(made) / "sessions", Path(made) / "exported"
        exported.mkdir()
        with Desk(Places(Path(made) / "data")) as desk:
            client = TestClient(desk_app(desk, token="t", port=1), base_url="http://127.0.0.1:1")
            client.get("/enter?token=t", follow_redirects=False)
            client.headers["origin"] = "http://127.0.0.1:1"
            for truth in sorted(CLIPS.glob("*.json")):
                folder = sessions / truth.stem
                folder.mkdir(parents=True)
                for name in KEPT:
                    shutil.copy(kept / truth.stem / name, folder / name)
                identity = desk.store.add_session(read_session(folder / "session.json"), folder)
                correct_to_truth(client, identity, json.loads(truth.read_text(encoding="utf-8")))
                (exported / truth.name).write_bytes(client.get(f"/api/sessions/{identity}/truth").content)
                (exported / f"{truth.stem}.mp4").symlink_to(truth.with_suffix(".mp4"))
        for title, truths in (("against the clips' truth", CLIPS), ("against the truth exported", exported)):
            sys.stdout.write(f"Corrected sessions {title}\n{score(truths, sessions)}\n")


if __name__ == "__main__":
    main()
