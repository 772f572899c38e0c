"""A damaged clip gives the same to whoever reads it: whole or in stretches, all of its pictures or few."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import av
import pytest

from smr_vision.errors import InputError
from smr_vision.pose.stretches import STRETCH_S, stretches
from smr_vision.video import ClipReader
from smr_vision.video.parts import NotByPartsError
from smr_vision.video.sampling import FrameSampler, border_near
from tests.film import Film
from tests.fuzz_cases import damaged

SECONDS, FPS = 14, 30
KINDS: dict[str, dict[str, Any]] = {
    "h264.mp4": {"b_frames": 2, "keyframe_every": 30},
    "plain.mov": {"keyframe_every": 40},
    "matroska.mkv": {"b_frames": 2, "keyframe_every": 30},
    "vp9.webm": {"codec": "libvpx-vp9", "keyframe_every": 60},
    "mpeg4.avi": {"codec": "mpeg4", "keyframe_every": 12},
    "mjpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "stream.ts": {"container": "mpegts", "b_frames": 2, "keyframe_every": 30},
}
Held = tuple[list[float], list[tuple[float, str]], str | None, float]
"""Times of all pictures, times and marks of those measured, what was damaged, the end."""


class _Holding:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.measured: list[tuple[float, str]] = []

    def read(self, clip: ClipReader, start: float = 0.0) -> None:
        sampler = FrameSampler(clip.info.fps)
        for frame in clip:
            measured = sampler.measures(frame.t, decoded=frame.decoded)
            if frame.t >= start:
                self.times.append(frame.t)
                if measured:
                    self.measured.append((frame.t, hashlib.sha256(frame.look.tobytes()).hexdigest()[:12]))


def whole(path: Path, *, thin: bool) -> Held:
    try:
        held = _Holding()
        with ClipReader(path, one_core=True, thin=thin, reading="by parts") as clip:
            held.read(clip)
    except NotByPartsError:
        held = _Holding()
        with ClipReader(path, one_core=True, thin=thin, reading="in order") as clip:
            held.read(clip)
    return held.times, held.measured, clip.damaged, clip.end_s


def in_stretches(path: Path) -> Held:
    held, end, ending = _Holding(), 0.0, None
    try:
        with ClipReader(path, reading="by parts") as clip:
            cuts = stretches(clip.info.duration_s)
        while ending is None or not ending.whole:
            start, end = next(cuts, None) or (end, border_near(end + STRETCH_S))
            early = max(start - 0.2, 0.0)
            with ClipReader(path, early, end, one_core=True, thin=True, reading="by parts") as clip:
                held.read(clip, start)
                ending = clip.ending_since(start)
                assert ending.damaged is None
    except NotByPartsError:
        return whole(path, thin=True)
    return held.times, held.measured, None, ending.end_s


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    film = Film(tmp_path_factory.mktemp("film"))
    times = [n / FPS for n in range(SECONDS * FPS)]
    return {name: film(name, times=times, size=(64, 48), **kind).read_bytes() for name, kind in KINDS.items()}


@pytest.mark.parametrize("name", KINDS)
def test_a_sound_clip_is_read_by_parts(clips: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(clips[name])
    with ClipReader(path, reading="by parts") as clip:
        assert sum(1 for _ in clip) == SECONDS * FPS
    assert whole(path, thin=False) == whole(path, thin=True) == in_stretches(path)


def left_to_memory(first: Held, read: Callable[[], Held]) -> set[float]:
    """The times of pictures that one and the same reader sees otherwise each time: in a damaged one of H.264 FFmpeg may
    leave blocks as its memory happened to be, without calling it corrupt."""
    again = (read()[1] for _ in range(6))
    return {t for found in again for (t, mark), (_, other) in zip(first[1], found, strict=True) if mark != other}


def but_for(unsure: set[float], held: Held) -> Held:
    times, measured, *rest = held
    return times, [(t, "" if t in unsure else mark) for t, mark in measured], *rest


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_clip_is_the_same_for_whoever_reads_it(clips: dict[str, bytes], tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    path = tmp_path / name
    read = 0
    for _ in range(8):
        path.write_bytes(damaged(clips[name], clips["plain.mov"], chance))
        try:
            expected = whole(path, thin=False)
        except InputError:
            continue
        read += 1
        for reader in (partial(whole, path, thin=True), partial(in_stretches, path)):
            found = reader()
            unsure: set[float] = set()
            if found != expected:
                unsure = left_to_memory(expected, partial(whole, path, thin=False)) | left_to_memory(found, reader)
            assert but_for(unsure, found) == but_for(unsure, expected)
    assert read > 2


def test_an_avi_whose_index_does_not_list_its_pictures_is_read_in_order(
    clips: dict[str, bytes], tmp_path: Path
) -> None:
    """Its pictures are counted: to whoever jumps by such an index, all are earlier than to whoever counts."""
    data = bytearray(clips["mjpeg.avi"])
    index = data.rindex(b"idx1") + 8
    del data[index + 16 * 100 : index + 16 * 110]
    data += bytes(160)
    path = tmp_path / "clip.avi"
    path.write_bytes(data)
    with pytest.raises(NotByPartsError):
        ClipReader(path, reading="by parts")
    assert in_stretches(path) == whole(path, thin=False)


def test_damage_in_pictures_that_nobody_looks_at_is_told_to_nobody(clips: dict[str, bytes], tmp_path: Path) -> None:
    """Whoever passes over them can't know of it: then with video it may not be another result than without."""
    path = tmp_path / "h264.mp4"
    path.write_bytes(clips["h264.mp4"])
    spoilt = bytearray(clips["h264.mp4"])
    with ClipReader(path, thin=True, reading="by parts") as clip:
        unseen = {round(frame.t * FPS) for frame in clip if not frame.decoded}
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.pts is not None and round(packet.pts * packet.time_base * FPS) in unseen:
                spoilt[packet.pos + 5 : packet.pos + packet.size] = b"\xff" * (packet.size - 5)
    path.write_bytes(spoilt)
    assert len(unseen) > 40
    times, _, told, end = whole(path, thin=False)
    assert (len(times), told, end) == (SECONDS * FPS, None, pytest.approx(SECONDS))
    assert whole(path, thin=True) == whole(path, thin=False) == in_stretches(path)


@pytest.mark.parametrize("share", [0.8, 0.97])
def test_what_is_cut_off_is_known_before_it_is_read(clips: dict[str, bytes], tmp_path: Path, share: float) -> None:
    """Else all would be read twice."""
    path = tmp_path / "h264.mp4"
    path.write_bytes(clips["h264.mp4"][: int(share * len(clips["h264.mp4"]))])
    with pytest.raises(NotByPartsError):
        ClipReader(path, reading="by parts")
