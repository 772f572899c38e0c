"""What comes out does not depend on how many cores there are, nor on whether an annotated clip is wanted."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from smr_vision.analysis import Request, analyse
from smr_vision.moves import load_moves
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pose import PoseSource, stretches
from smr_vision.pose.workers import processes_kept
from smr_vision.video import ClipReader
from smr_vision.video.parts import NotByPartsError, Reading
from tests.analysis.test_analyse import ROLLER, ROLLING, Actor
from tests.film import Film

SAMPLE = Path(__file__).parents[2] / "samples" / "videos" / "thoracic_good.mp4"


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips of some seconds are cut into several stretches, as long ones are."""
    monkeypatch.setattr(stretches, "STRETCH_S", 6.0)
    monkeypatch.setattr(stretches, "LEAST_STRETCH_S", 3.0)


def beginning(of: Path, seconds: float, to: Path) -> Path:
    """The first seconds of a clip, its pictures as they are."""
    with av.open(str(of)) as source, av.open(str(to), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = stream
                out.mux(packet)
    return to


def files(clip: Path, workers: int, out: Path, *, video: bool = False) -> dict[str, bytes]:
    """What was written, the session without the time at which it was."""
    request = Request(clip, out, PipelineOptions(load_moves()), model="lite", video=video, workers=workers)
    folder = analyse(request).folder
    session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    del session["recorded_at"]
    written = {name: (folder / name).read_bytes() for name in ("series.csv", "poses.npz")}
    return {**written, "session.json": json.dumps(session).encode()}


@pytest.mark.model
@pytest.mark.slow
def test_the_results_are_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    """With an annotated clip and without; of a second run too, with the processes of the first."""
    clip = beginning(SAMPLE, 11.0, tmp_path / "clip.mp4")
    with ClipReader(clip) as opened:
        assert len(list(stretches.stretches(opened.info.duration_s))) >= 3
    one = files(clip, 1, tmp_path / "1")
    assert json.loads(one["session.json"])["sets"][0]["passes"]
    with processes_kept():
        assert files(clip, 2, tmp_path / "2") == one
        assert files(clip, 2, tmp_path / "2, video", video=True) == one
        assert files(clip, 4, tmp_path / "4, video", video=True) == one


@dataclass(frozen=True)
class Acted:
    """Poses that are acted, in other processes too."""

    model: str

    def verifier(self) -> PoseSource:
        return Actor(ROLLING)

    def tracker(self, verifier: PoseSource) -> PoseSource:
        del verifier
        return Actor(ROLLING)


def spoilt(film: Film, how: str) -> Path:
    """A clip of twelve seconds that is not as it was filmed."""
    times = [n / 20 for n in range(12 * 20)]
    name = {"counted": "clip.avi", "joined": "clip.ts"}.get(how, "clip.mp4")
    codec = "mpeg4" if how == "counted" else "libx264"
    path = film(name, times=times, size=(192, 108), codec=codec, b_frames=0 if how == "counted" else 2)
    data = bytearray(path.read_bytes())
    if how == "joined":
        data = data + data
    elif how == "cut off":
        del data[int(0.7 * len(data)) :]
    elif how == "counted":  # a hole in an AVI: its pictures have no times
        del data[int(0.4 * len(data)) : int(0.4 * len(data)) + 2000]
    else:
        chance = random.Random(3)
        for _ in range(16):
            data[chance.randrange(len(data) // 2, len(data))] ^= 255
    path.write_bytes(data)
    return path


def test_damage_that_several_threads_of_a_decoder_find_is_looked_for_by_one(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where that finds none, the clip is read by parts as by one worker."""
    read: list[tuple[str, bool]] = []
    clip_module = sys.modules[analyse.__module__]

    class Wary(ClipReader):
        def __init__(self, *path: Path, one_core: bool = False, reading: Reading = "freely", **how: object) -> None:
            read.append((reading, one_core))
            super().__init__(*path, one_core=one_core, reading=reading, **how)  # type: ignore[arg-type]
            if not one_core:
                self.close()
                raise NotByPartsError("one of its threads says so")

    monkeypatch.setattr(clip_module, "ClipReader", Wary)
    monkeypatch.setattr(clip_module, "VerifiedPoses", Acted)
    clip = film(times=[n / 20 for n in range(60)], size=(192, 108))
    for workers in (2, 1):
        out = tmp_path / str(workers)
        analyse(Request(clip, out, PipelineOptions(load_moves()), video=False, workers=workers), finder=ROLLER)
    assert read == [("by parts", False), ("by parts", True), ("by parts", True)]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["flipped bytes", "cut off", "counted", "joined"])
def test_a_clip_that_is_not_sound_is_the_same_for_any_number_of_workers(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    clip = spoilt(film, how)
    monkeypatch.setattr(sys.modules[analyse.__module__], "VerifiedPoses", Acted)

    def outcome(name: str, workers: int, *, video: bool, reuse: Path | None = None) -> dict[str, object]:
        out = tmp_path / name
        request = Request(
            clip, out, PipelineOptions(load_moves()), model="lite", video=video, workers=workers, reuse=reuse
        )
        folder = analyse(request, finder=ROLLER).folder
        session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
        del session["recorded_at"]
        return {"session": session, "series": (folder / "series.csv").read_bytes()}

    one = outcome("one", 1, video=False)
    assert one["session"]["sets"]  # type: ignore[index]
    assert outcome("two", 2, video=False) == one
    assert outcome("three, with video", 3, video=True) == one
    assert outcome("one, with video", 1, video=True) == one
    assert outcome("again", 1, video=False, reuse=tmp_path / "one") == one
    assert outcome("again, with video", 1, video=True, reuse=tmp_path / "two") == one
