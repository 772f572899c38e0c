"""The cases of `tests.fuzz`: something right is damaged at random, and given to the program.

Each gives its outcome: `done` (there is a whole result), `refused` (one line says why, nothing is left), or what
must not be: `bug` (an exception that is no `SmrError`), `half` (something half-written was left behind).
"""

from __future__ import annotations

import copy
import io
import json
import random
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from smr_vision.analysis import Request, analyse
from smr_vision.batch import JobOptions, find_jobs
from smr_vision.errors import SmrError
from smr_vision.live.flow import Flow
from smr_vision.live.routine import load_routine, plan_of
from smr_vision.live.stage_messages import LiveInput
from smr_vision.moves import load_moves, read_move
from smr_vision.moves.show import page_of
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.river import PipelineRun
from smr_vision.report import write_report
from smr_vision.session import read_session
from smr_vision.store import Store
from smr_vision.video import ClipReader
from tests.analysis.test_analyse import FILES, ROLLING, Actor
from tests.film import Film
from tests.people import pose
from tests.report.sample import make_session, make_set, write_folder
from tests.report.test_mutated import mutated
from tests.taken_in import landmark_texts, put_in, try_desk, try_export, try_landmarks

CLIPS: dict[str, dict[str, Any]] = {
    "h264.mp4": {},
    "b_frames.mov": {"b_frames": 2, "rotation": 90},
    "sound.mkv": {"sound": True},
    "hevc.mp4": {"codec": "libx265"},
    "vp9.webm": {"codec": "libvpx-vp9"},
    "mpeg4.avi": {"codec": "mpeg4"},
    "mjpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "raw.mjpeg": {"codec": "mjpeg", "pix_fmt": "yuvj420p", "container": "mjpeg"},
    "picture.gif": {"codec": "gif", "pix_fmt": "rgb8"},
    "stream.ts": {"container": "mpegts"},
    "prores.mov": {"codec": "prores", "pix_fmt": "yuv422p10le"},
}
NUMBERS = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\0\0\0\0", b"\0\0\0\1", b"\0\0\xff\xff")
ODD: tuple[Any, ...] = (
    0, -1, 1e-300, 1e308, 10**30, float("nan"), float("inf"), "", "x", "nose", "working hip", "\u202e\x1b[31m", True,
    [], [0, 0], [1, 0], {}, ["x"] * 50,
)  # fmt: skip
ROUTINES = Path(load_routine.__code__.co_filename).parent / "routines"
MOVES = Path(load_moves.__code__.co_filename).parent


def damaged(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A copy with bits turned over, parts cut, moved or taken from `other`, or numbers in its head changed."""
    if not data:
        return data
    changed = bytearray(data)
    way = rng.choice(("bits", "bits", "head", "numbers", "numbers", "cut", "hole", "zeros", "splice", "moved"))
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    match way:
        case "bits" | "head":
            among = min(len(data), 2000) if way == "head" else len(data)
            for _ in range(rng.choice((1, 5, 50, 500))):
                changed[rng.randrange(among)] ^= 1 << rng.randrange(8)
        case "numbers":
            for _ in range(rng.choice((1, 3, 10))):
                place = rng.randrange(min(len(data), 3000))
                changed[place : place + 4] = rng.choice(NUMBERS)
        case "cut":
            del changed[start:]
        case "hole":
            del changed[start : min(end, start + 5000)]
        case "zeros":
            changed[start:end] = bytes(end - start)
        case "splice":
            changed[start:end] = other[: end - start]
        case _:
            changed[start:start] = data[start:end]
    return bytes(changed)


class Cases:
    """Makes and tries the cases in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._case = folder / "case"
        self._moves = [path.read_bytes() for path in sorted(MOVES.glob("*.toml"))]
        good = folder / "good"
        good.mkdir(exist_ok=True)
        film = Film(good)
        self._clips = {name: self._filmed(film, name) for name in CLIPS}
        session = make_session(
            make_set(picture="faults/1.png", discomfort=(5, 4)), make_set("calf", "left", start_s=50)
        )
        self._session = write_folder(good / "session", session).read_bytes()
        kept = analyse(self._again(self._folder / "kept"), source=Actor(ROLLING)).folder
        self._poses = (kept / "poses.npz").read_bytes()
        self._landmarks = landmark_texts(ROLLING)
        self._tries: dict[str, Callable[[random.Random, int], None]] = {
            "clips": self._clip, "sessions": self._a_session, "moves": self._move,
            "poses": self._kept_poses, "routines": self._routine, "tables": self._table,
            "landmarks": lambda rng, _: try_landmarks(self._case, self._landmarks, damaged, rng),
            "exports": lambda rng, _: try_export(self._case, self._put_in(rng), rng),
            "desks": lambda rng, _: try_desk(self._case, self._put_in(rng)),
        }  # fmt: skip

    def _put_in(self, rng: random.Random) -> Path:
        return put_in(self._case, self._session, self._poses, damaged, rng)

    @staticmethod
    def _filmed(film: Film, name: str) -> bytes:
        return film(name, times=25, size=(192, 108), **CLIPS[name]).read_bytes()

    def do(self, kind: str, rng: random.Random, number: str) -> dict[str, str]:
        """Try one case."""
        shutil.rmtree(self._case, ignore_errors=True)
        self._case.mkdir()
        try:
            self._tries[kind](rng, int(number))
        except SmrError as error:
            if "\n" in str(error) or not str(error):
                return {"outcome": "bug", "why": f"not one line: {str(error)!r}"}
            left = sorted(str(p.relative_to(self._case)) for p in (self._case / "out").rglob("*"))
            if left:
                return {"outcome": "half", "why": f"refused, but left {left}"}
            return {"outcome": "refused", "why": str(error)}
        except AssertionError as error:
            return {"outcome": "half", "why": str(error)}
        except Exception as error:  # noqa: BLE001 - a bug is what we look for
            trace, last = error.__traceback__, ""
            while trace is not None:
                last, trace = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}", trace.tb_next
            return {"outcome": "bug", "why": f"{type(error).__name__}: {error} ({last})"[:300]}
        return {"outcome": "done", "why": ""}

    def _clip(self, rng: random.Random, number: int) -> None:
        name, other = rng.choice(list(CLIPS)), rng.choice(list(CLIPS))
        path = self._case / name
        path.write_bytes(damaged(self._clips[name], self._clips[other], rng))
        video = number % 4 == 0
        request = Request(
            path, self._case / "out", PipelineOptions(load_moves()), video=video, blur_faces=number % 8 == 0
        )
        folder = analyse(request, source=Actor(ROLLING)).folder
        assert [p.name for p in (self._case / "out").iterdir()] == [folder.name], "more than the result"
        files = {p.name for p in folder.iterdir()} - {"faults"}
        assert files == FILES - (set() if video else {"annotated.mp4"}), f"files {files}"
        session = read_session(folder / "session.json")
        assert len((folder / "series.csv").read_text().splitlines()) == session.source.frames + 1, "rows"
        assert len(np.load(folder / "poses.npz")["times"]) == session.source.frames, "poses"
        if video:
            with ClipReader(folder / "annotated.mp4") as clip:
                assert sum(1 for _ in clip) == session.source.frames, "annotated pictures"
                assert clip.damaged is None, clip.damaged

    def _a_session(self, rng: random.Random, number: int) -> None:
        path = self._case / "session.json"
        if number % 2:
            path.write_bytes(damaged(self._session, self._session[::-1], rng))
        else:
            path.write_text(json.dumps(mutated(json.loads(self._session), rng)), encoding="utf-8")
        out = self._case / "out" / f"report.{'csv' if number % 5 == 0 else 'html'}"
        write_report([path, path] if number % 7 == 0 else [path], out)
        assert [p.name for p in out.parent.iterdir()] == [out.name], "more than the report"
        text = out.read_text(encoding="utf-8")
        assert out.suffix == ".csv" or text.rstrip().endswith("</html>"), "half a report"
        if number % 10 == 0:
            with Store(self._case / "history.sqlite") as store:
                store.add_session(read_session(path), path.parent)
                assert len(store.entries()) == 1
                assert len(store.sessions()) == 1

    def _again(self, out: Path, reuse: Path | None = None) -> Request:
        clip = self._folder / "good" / "h264.mp4"
        return Request(clip, out, PipelineOptions(load_moves()), model="lite", video=False, reuse=reuse)

    def _kept_poses(self, rng: random.Random, number: int) -> None:
        path = self._case / "before" / "h264" / "poses.npz"
        path.parent.mkdir(parents=True)
        if number % 3 == 0:
            path.write_bytes(damaged(self._poses, self._poses[::-1], rng))
        else:
            with np.load(io.BytesIO(self._poses)) as data:
                arrays = {name: data[name].copy() for name in data.files}
            oddened(arrays, rng)
            np.savez(path, **arrays)
        folder = analyse(self._again(self._case / "out", path.parents[1])).folder
        read_session(folder / "session.json")

    def _move(self, rng: random.Random, number: int) -> None:
        path = self._case / "own.toml"
        good, other = rng.choice(self._moves), rng.choice(self._moves)
        if number % 100 == 99:
            path.write_text("deep = " + "[" * rng.choice((100, 5000, 500_000)) + "1" * rng.choice((1, 9000)))
        elif number % 4 == 1:
            path.write_bytes(damaged(good, other, rng))
        else:
            path.write_text(toml(odd(tomllib.loads(good.decode()), rng)), encoding="utf-8")
        move = read_move(path)
        console = Console(file=io.StringIO(), width=100)
        console.print(page_of(move))
        side = move.sides[0]
        pipeline = PipelineRun(
            PipelineOptions({move.id: move}, move.id if number % 4 else None, side if number % 4 else None), None
        )
        with ClipReader(self._folder / "good" / "h264.mp4") as clip:
            for frame in clip:
                pipeline.advance(frame, pose(ROLLING(frame.t), frame.t))
        pipeline.finish()

    def _routine(self, rng: random.Random, number: int) -> None:
        path = self._case / "own.toml"
        good, other = (rng.choice(sorted(ROUTINES.glob("*.toml"))).read_bytes() for _ in range(2))
        if number % 100 == 99:
            path.write_text("deep = " + "[" * rng.choice((100, 5000, 500_000)) + "1" * rng.choice((1, 9000)))
        elif number % 3 == 1:
            path.write_bytes(damaged(good, other, rng))
        else:
            path.write_text(toml(odd(tomllib.loads(good.decode()), rng)), encoding="utf-8")
        plan = plan_of(load_routine(str(path)), load_moves())
        assert plan.items
        assert 0 < plan.seconds < 100_000, plan.seconds
        Flow(plan).advance(LiveInput(0.0, None))

    def _table(self, rng: random.Random, number: int) -> None:
        folder, table = self._case / "clips", self._case / "clips.csv"
        (folder / "calf").mkdir(parents=True)
        names = ["one.mp4", "calf/two.mov", "with, comma.mp4"]
        for name in names:
            (folder / name).write_text("a clip", encoding="utf-8")
        cells = [
            names,
            ["", "auto", "calf", "thoracic", "CALF"],
            ["", "left", "right", "auto"],
            ["", "Ana", "\u017d. \u202e"],
        ]
        odd_cells = (
            "x" * 200_000,
            "..",
            "/",
            "gone.mp4",
            '"',
            "\0",
            "\n",
            '"a\nb"',
            "squat",
            "," * 50,
            "~",
            "con",
            "a\ud800",
        )
        rows = [[rng.choice(column) for column in cells] for _ in range(rng.choice((1, 5, 40)))]
        for _ in range(rng.choice((0, 1, 1, 5))):
            rng.choice(rows)[rng.randrange(4)] = rng.choice(odd_cells)
        quoted = [[f'"{cell}"' if "," in cell and len(cell) < 50 else cell for cell in row] for row in rows]
        lines = ["clip,move,side,person", *(",".join(row) for row in quoted)]
        text = rng.choice(("\n", "\r\n", "\r")).join(lines).encode(errors="surrogatepass")
        table.write_bytes(damaged(text, text[::-1], rng) if number % 3 == 0 else text)
        told: list[SmrError] = []
        jobs = find_jobs(folder, JobOptions(PipelineOptions(load_moves())), table=table, refused=told.append)
        for error in told:
            assert str(error).isprintable(), f"not one line: {str(error)[:200]!r}"
            assert len(str(error)) < 1000, "a long line"
        if not jobs:
            raise told[0]
        assert all(job.clip.is_file() for job in jobs)


def oddened(arrays: dict[str, Any], rng: random.Random) -> None:
    """Change the arrays of kept poses: values, what they say of themselves, their lengths."""
    records = arrays["records"]
    for _ in range(rng.choice((1, 1, 3))):
        match rng.choice(("values", "values", "about", "looked", "length", "kind")):
            case "values":
                name = rng.choice(records.dtype.names)
                odd_number = rng.choice((0, -1, 1e6, 1e30, np.nan, np.inf, 99))
                with np.errstate(all="ignore"):
                    values = np.full(records[name].shape[1:], odd_number).astype(records[name].dtype, casting="unsafe")
                start = rng.randrange(len(records)) if len(records) else 0
                records[name][start : start + rng.choice((1, 5, 999))] = values
            case "about":
                told = json.loads(str(arrays["about"]))
                if not isinstance(told, dict) or not told:
                    return
                told[rng.choice(sorted(told))] = rng.choice((None, -1, 1e30, float("nan"), "x", [], {}))
                arrays["about"] = np.array(json.dumps(rng.choice((told, told, told, [], None, "x"))))
            case "looked":
                arrays["looked"] = np.array(rng.choice(([], ["x"], ["x", "y"], [1, 2])))
            case "length":
                records = arrays["records"] = records[: rng.randrange(len(records) + 1)]
            case _:
                arrays[rng.choice(list(arrays))] = np.zeros(rng.choice(((), (3,), (2, 2))))
                return


def odd(data: Any, rng: random.Random) -> Any:
    """A copy of a move's data with one to three values taken out or made odd."""
    changed = copy.deepcopy(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        place = changed
        while True:
            key = rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
            inside = place[key]
            if not isinstance(inside, dict | list) or not inside or rng.random() < 0.15:
                break
            place = inside
        if isinstance(place, dict) and rng.random() < 0.15:
            del place[key]
        elif isinstance(place[key], int | float) and rng.random() < 0.8:
            place[key] = place[key] * rng.choice((-1, 0, 0.01, 100))
        elif isinstance(place[key], str) and rng.random() < 0.5:
            place[key] = rng.choice(("x", "<b>\u202e", "nose", "working hip", "across", "floor", "contact", "sweep"))
        else:
            place[key] = copy.deepcopy(rng.choice(ODD))
        if not changed:
            break
    return changed


def toml(data: dict[str, Any]) -> str:
    """The data as TOML, inline tables and all."""
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in data.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)
