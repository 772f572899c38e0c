"""The same act filmed in other ways is the same set: rate, size, rotation, container and codec change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smr_vision.analysis import analyse
from smr_vision.pose import Pose
from smr_vision.session import Set
from smr_vision.video import Frame
from tests.analysis.test_analyse import Actor, request
from tests.film import Film
from tests.people import Act, Eyes, standing, then, thoracic, zigzag

SECONDS = 9.0
# Three passes, the last of them too fast.
ROLLS: Act = then(
    (0.5, lambda t: standing()),
    (6.0, lambda t: thoracic(zigzag(t, 0.05, 0.45, 3.0))),
    (9.0, lambda t: thoracic(zigzag(t, 0.05, 0.45, 0.7) if t < 0.7 else 0.45)),
)


def every(fps: float) -> list[float]:
    return [number / fps for number in range(round(SECONDS * fps))]


def uneven() -> list[float]:
    chance = np.random.default_rng(3)
    return np.cumsum(chance.choice((0.017, 0.034, 0.067, 0.1, 0.25), 110))[:100].tolist()


FILMED: dict[str, dict[str, Any]] = {
    "10 fps.mp4": {"times": every(10)},
    "60 fps.mp4": {"times": every(60)},
    "uneven.mp4": {"times": uneven()},
    "stretched.mp4": {"times": [8 * t for t in every(30)], "tags": {"com.android.capture.fps": "30"}},
    "turned 90.mov": {"times": every(20), "rotation": 90},
    "turned 180.mov": {"times": every(20), "rotation": 180},
    "turned 270.mov": {"times": every(20), "rotation": 270},
    "large.mkv": {"times": every(10), "size": (640, 360)},
    "vp9.webm": {"times": every(10), "codec": "libvpx-vp9"},
    "sound.avi": {"times": 90, "codec": "mpeg4"},
    "picture.gif": {"times": every(20), "codec": "gif", "pix_fmt": "rgb8"},
    "stream.ts": {"times": every(20), "container": "mpegts", "b_frames": 2},
}


class Filmed(Actor):
    """The act, as large in the picture as the picture is."""

    def detect(self, frame: Frame) -> Pose:
        seen = super().detect(frame)
        scale = frame.image.shape[0] / 108
        return Pose(seen.t, scale * seen.xy, seen.world, seen.visibility)


def contact(t: float) -> float | None:
    """Where `ROLLS` has the roller."""
    if t < 0.5:
        return None
    if t < 6.5:
        return zigzag(t - 0.5, 0.05, 0.45, 3.0)
    return zigzag(t - 6.5, 0.05, 0.45, 0.7) if t < 7.2 else 0.45


def the_set(clip: Path, out: Path) -> Set:
    (one,) = analyse(request(clip, out, video=False), source=Filmed(ROLLS), finder=Eyes(contact)).session.sets
    return one


@pytest.fixture
def usual(film: Film, tmp_path: Path) -> Set:
    return the_set(film("usual.mp4", times=every(15), size=(192, 108)), tmp_path / "usual")


@pytest.mark.slow
@pytest.mark.parametrize("name", FILMED)
def test_the_same_passes_and_faults(film: Film, tmp_path: Path, usual: Set, name: str) -> None:
    size = FILMED[name].get("size", (108, 192) if name.startswith(("turned 90", "turned 270")) else (192, 108))
    one = the_set(film(name, **{"size": size, **FILMED[name]}), tmp_path / "out")
    assert (one.move, one.pass_count) == (usual.move, usual.pass_count) == ("thoracic", 3)
    assert [f.check for f in one.faults] == [f.check for f in usual.faults]
    assert "slow" in [f.check for f in one.faults]
    for a, b in zip(one.passes, usual.passes, strict=True):
        assert (a.start_s, a.end_s) == pytest.approx((b.start_s, b.end_s), abs=0.3)
    assert one.time_on_target_s == pytest.approx(usual.time_on_target_s, abs=0.5)
