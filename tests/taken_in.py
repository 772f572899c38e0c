"""More cases of `tests.fuzz`: what other programs wrote and what a desk takes in, damaged at random."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from starlette.testclient import TestClient

import smr_vision as smr
from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.people import person_id
from smr_vision.desk.places import Places
from smr_vision.exchange import export, read_landmarks
from smr_vision.exchange.recording import LandmarkRecording
from smr_vision.exchange.table import table_text
from smr_vision.exchange.trc import trc_text
from tests.people import Joints, pose
from tests.report.test_mutated import mutated

ODD_CELLS: Final = ("", "nan", "inf", "-inf", "1e308", "-1e300", "x", "0", "9" * 5000, '"', "\0", "x" * 200_000)
PORT: Final = 8642
DEEDS: Final[tuple[dict[str, Any], ...]] = (
    {"do": "dismiss_fault", "part": "s0.f0"}, {"do": "remove", "part": "s0.p1"},
    {"do": "split_set", "part": "s0", "at_s": 12.0},
)  # fmt: skip
CUE: Final = re.compile(r"(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})\n[^\n]+")

Damage = Callable[[bytes, bytes, random.Random], bytes]


def landmark_texts(acting: Callable[[float], Joints]) -> dict[str, str]:
    """Three seconds of somebody as the files that are read back."""
    poses = [pose(acting(k / 10), k / 10) for k in range(30)]
    recording = LandmarkRecording(
        np.array([p.t for p in poses]), np.array([p.world for p in poses]), np.array([p.xy for p in poses]),
        np.array([p.visibility for p in poses]),
    )  # fmt: skip
    return {"a.trc": trc_text(recording, "a.trc"), "a.csv": table_text(recording)}


def cells_oddened(text: str, rng: random.Random) -> str:
    """A table with some cells, or a row, made odd or left out."""
    lines = text.splitlines()
    sign = "\t" if "\t" in text else ","
    for _ in range(rng.choice((1, 1, 3, 30))):
        at = rng.randrange(len(lines))
        row = lines[at].split(sign)
        if rng.random() < 0.1:
            lines[at] = rng.choice(("", lines[0], sign * 500, lines[at] + lines[at]))
        else:
            row[rng.randrange(len(row))] = rng.choice(ODD_CELLS)
            lines[at] = sign.join(row)
    return "\n".join(lines)


def try_landmarks(case: Path, good: dict[str, str], damage: Damage, rng: random.Random) -> None:
    name, text = rng.choice(sorted(good.items()))
    path = case / name
    if rng.random() < 0.4:
        path.write_bytes(damage(text.encode(), text[::-1].encode(), rng))
    else:
        path.write_text(cells_oddened(text, rng), encoding="utf-8")
    found = read_landmarks(path)
    moments = list(smr.Pipeline(move="thoracic").run(found))
    assert len(moments) == len(found), "moments are missing"


def put_in(case: Path, session: bytes, poses: bytes, damage: Damage, rng: random.Random) -> Path:
    """A folder of results, one thing in it damaged."""
    folder = case / "taken"
    folder.mkdir()
    record = json.dumps(mutated(json.loads(session), rng)).encode() if rng.random() < 0.5 else session
    files = {"session.json": record, "poses.npz": poses, "corrections.jsonl": deeds()}
    if record == session:
        name = rng.choice(sorted(files))
        files[name] = damage(files[name], files[name][::-1], rng)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def deeds() -> bytes:
    events = [
        {"id": k, "at": "2026-11-29T10:00:00+00:00", "by": "Maja", "deed": deed} for k, deed in enumerate(DEEDS, 1)
    ]
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def try_export(case: Path, folder: Path, rng: random.Random) -> None:
    to = rng.choice(("trc", "csv", "vtt", "vtt", "json"))
    (case / "out").mkdir()
    for path in export(folder, to, case / "out" / f"made.{to}"):
        text = path.read_text(encoding="utf-8")
        assert text.strip(), f"{path.name} is empty"
        if to == "json":
            json.loads(text)
        if to == "vtt":
            head, *cues = text.rstrip("\n").split("\n\n")
            assert head == "WEBVTT", "no WebVTT"
            for cue in cues:
                fields = CUE.fullmatch(cue)
                assert fields is not None, f"no cue: {cue[:200]!r}"
                times = [float(v) for v in fields.groups()]
                start, end = (3600 * h + 60 * m + s for h, m, s in (times[:3], times[3:]))
                assert start < end, f"a cue without length: {cue[:200]!r}"


def try_desk(case: Path, folder: Path) -> None:
    """What a desk takes in it can show, on each of its pages, or says why not."""
    queue = "smr_vision.desk.queue.Queue"
    with patch(f"{queue}.start"), patch(f"{queue}.stop"), Desk(Places(case / "desk")) as desk:
        desk.take_in(folder)
        client = TestClient(desk_app(desk, token="t", port=PORT), base_url=f"http://127.0.0.1:{PORT}")
        client.get("/enter?token=t")
        entry = desk.store.page(everybody=True)[0]
        one = f"/api/sessions/{entry.id}"
        for path in (
            "/", "/people", f"/people/{person_id(entry.person)}", f"/sessions/{entry.id}", f"{one}/state",
            f"{one}/lanes", f"{one}/landmarks", f"{one}/picture?n=0", f"{one}/thumb", f"{one}/truth",
            f"/sessions/{entry.id}/report", f"/compare?a={entry.id}&b={entry.id}",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code in (200, 400, 404), f"{path}: {answer.status_code} {answer.text[:200]}"
            if answer.status_code == 400:
                told = answer.json()["error"] if path.startswith("/api") else "a page"
                assert "\n" not in told, f"{path}: not one line: {told!r}"
        assert client.get("/").status_code == 200, "the desk's first page is gone"
