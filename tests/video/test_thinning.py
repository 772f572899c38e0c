"""Pictures that need not be decoded: no other is made from them, and nobody looks at them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from smr_vision.video import ClipReader, Frame
from smr_vision.video.sampling import FrameSampler
from tests.film import Film

TIMES = [n / 30 for n in range(150)]
HEVC: dict[str, object] = {"codec": "libx265", "options": {"x265-params": "log-level=error:bframes=3"}}
LAYERED = {**HEVC, "options": {"x265-params": "log-level=error:bframes=4:b-adapt=0:temporal-layers=3"}}


def read(path: Path, *, thin: bool, start_s: float | None = None) -> tuple[list[Frame], list[Frame]]:
    """All frames, and those that are measured."""
    with ClipReader(path, start_s, thin=thin, one_core=True) as clip:
        sampler = FrameSampler(clip.info.fps)
        frames, measured = [], []
        for frame in clip:
            frames.append(frame)
            if sampler.measures(frame.t, decoded=frame.decoded):
                assert frame.look is not None
                measured.append(frame)
    return frames, measured


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("b.mp4", {"b_frames": 3}),
        ("b.mkv", {"b_frames": 2}),
        ("none.mp4", {}),
        ("b.ts", {"b_frames": 3, "container": "mpegts"}),
        ("b10.mp4", {"b_frames": 3, "pix_fmt": "yuv420p10le"}),
        ("hevc.mp4", HEVC),
        ("hevc.mkv", {**HEVC, "pix_fmt": "yuv420p10le"}),
        ("open.mp4", {**HEVC, "options": {"x265-params": "log-level=error:bframes=4:open-gop=1:keyint=20"}}),
        ("layers.mp4", LAYERED),
    ],
)
@pytest.mark.parametrize("start_s", [None, 2.3 - 1e-7])
def test_what_is_measured_is_the_same_and_no_time_is_lost(
    film: Film, name: str, how: dict[str, object], start_s: float | None
) -> None:
    path = film(name, times=TIMES, keyframe_every=50, **how)  # type: ignore[arg-type]
    (all_frames, all_measured), (thin_frames, thin_measured) = (
        read(path, thin=thin, start_s=start_s) for thin in (False, True)
    )
    assert [f.t for f in thin_frames] == [f.t for f in all_frames]
    assert [f.t for f in thin_measured] == [f.t for f in all_measured]
    assert all(np.array_equal(a.look, b.look) for a, b in zip(thin_measured, all_measured, strict=True))


@pytest.mark.parametrize("how", [{"b_frames": 3}, HEVC, LAYERED], ids=["H.264", "HEVC", "HEVC in layers"])
def test_only_what_others_are_made_from_or_is_measured_is_decoded(film: Film, how: dict[str, object]) -> None:
    frames, _ = read(film(times=TIMES, keyframe_every=50, **how), thin=True)  # type: ignore[arg-type]
    assert 0.1 < np.mean([not f.decoded for f in frames]) < 0.5


def test_of_a_slow_clip_all_is_decoded(film: Film) -> None:
    frames, measured = read(film(times=[n / 15 for n in range(45)], b_frames=3), thin=True)
    assert len(measured) == len(frames) == 45


def test_of_a_lower_layer_nothing_is_passed_over(film: Film) -> None:
    """Pictures of a higher layer may be made from it, though none of its own is."""
    path = film(times=TIMES, keyframe_every=50, **HEVC)  # type: ignore[arg-type]
    data = bytearray(path.read_bytes())
    at = data.index(b"sdtp")  # what the file itself says of each picture
    data[at : at + 4] = b"free"
    path.write_bytes(data)
    assert not all(f.decoded for f in read(path, thin=True)[0])
    data[data.index(b"hvcC") + 4 + 21] = 2 << 3 | 1 << 2 | 3  # there are two layers, it says
    path.write_bytes(data)
    assert all(f.decoded for f in read(path, thin=True)[0])
