"""The check of a followed pose against a fresh look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from smr_vision.pose import LANDMARKS, Pose, PoseSource, mirrored
from smr_vision.pose.verified import EVERY_S, RETRIES, RETRY_S, SharedLandmarker, VerifiedPose, contradict
from smr_vision.video import Frame

WIDTH = 640
SHAPE = (480, WIDTH, 3)


def lying(middle: float = 320.0, *, head_left: bool = True, t: float = 0.0) -> Pose:
    """Somebody lying side-on with bent knees: trunk 150 px, feet 250 px from the hips."""
    position = {"nose": -200.0, "shoulder": -150.0, "hip": 0.0, "knee": 130.0, "ankle": 250.0}
    xy = np.empty((33, 2))
    for name, index in LANDMARKS.items():
        key = next((k for k in position if name.endswith(k)), "nose")
        x = position[key] if head_left else -position[key] + 50.0
        far = 8.0 if name.startswith("left") else 0.0
        xy[index] = (middle + x, (200.0 if key == "knee" else 300.0) - far)
    return Pose(t, xy, np.zeros((33, 3)), np.ones(33))


class Scripted(PoseSource):
    """Gives what the function says for each picture, told whether the picture is empty or in a mirror."""

    def __init__(self, says: Callable[[Frame, bool], Pose]) -> None:
        self.says = says
        self.asked: list[float] = []

    def detect(self, frame: Frame) -> Pose:
        self.asked.append(frame.t)
        return self.says(frame, bool(frame.image[0, -1, 0]))


def pictures(seconds: float, fps: int = 20) -> list[Frame]:
    image = np.full(SHAPE, 50, np.uint8)
    image[0, -1] = 0  # where it is not, the picture was turned over
    return [Frame(n / fps, image) for n in range(int(seconds * fps))]


def right(frame: Frame, turned: bool) -> Pose:
    pose = replace(lying(), t=frame.t)
    return mirrored(pose, WIDTH) if turned else pose


def wrong(frame: Frame, _: bool) -> Pose:
    return replace(lying(head_left=False), t=frame.t)


def is_right(pose: Pose) -> bool:
    return bool(np.allclose(pose.xy, lying().xy))


def test_agreeing_it_follows_and_looks_afresh_now_and_then() -> None:
    tracker, verifier = Scripted(right), Scripted(right)
    with VerifiedPose(tracker, verifier) as source:
        poses = [source.detect(frame) for frame in pictures(2 * EVERY_S + 1)]
    assert all(is_right(p) for p in poses)
    assert verifier.asked == [0.0, 0.0, EVERY_S, 2 * EVERY_S]  # at the start in the mirror too
    assert len(tracker.asked) == len(poses)


@pytest.mark.parametrize("gone_s", [0.1, 1.5])
def test_who_was_lost_is_looked_at_soon_after_being_found_again(gone_s: float) -> None:
    def blinking(frame: Frame, turned: bool) -> Pose:
        gone = frame.image.any() and 2.0 <= frame.t < 2.0 + gone_s
        return Pose.nobody(frame.t) if gone else wrong(frame, turned) if frame.t >= 2.0 else right(frame, turned)

    verifier = Scripted(right)
    with VerifiedPose(Scripted(blinking), verifier) as source:
        poses = [source.detect(frame) for frame in pictures(4)]
    assert verifier.asked[0] == 0.0
    first = next(t for t in verifier.asked if t > 0)
    assert 2.0 + gone_s <= first <= 2.0 + gone_s + RETRY_S
    assert all(is_right(p) for p in poses if p.found and (p.t < 2.0 or p.t >= first))


def test_a_follower_that_starts_wrong_is_put_right_at_once_and_follows_again_when_it_agrees() -> None:
    lost = False

    def stubborn(frame: Frame, turned: bool) -> Pose:
        """Wrong until it has lost the person after 1.2 s."""
        nonlocal lost
        if not frame.image.any():
            lost = lost or frame.t >= 1.2
            return Pose.nobody(frame.t)
        return right(frame, False) if lost else wrong(frame, turned)

    tracker, verifier = Scripted(stubborn), Scripted(right)
    with VerifiedPose(tracker, verifier) as source:
        poses = [source.detect(frame) for frame in pictures(2 + 2 * EVERY_S)]
    assert all(is_right(p) for p in poses)
    assert max(t for t in verifier.asked if t < 3) == pytest.approx(1.5)  # started again, it agreed
    assert len([t for t in verifier.asked if t > 1.5]) == 2


def _wrong_for_a_while(frame: Frame, turned: bool) -> Pose:
    return wrong(frame, turned) if frame.t < 0.3 and not turned else right(frame, turned)


def test_a_follower_that_starts_as_wrong_as_the_fresh_look_is_put_right_soon() -> None:
    lost = False

    def stubborn(frame: Frame, turned: bool) -> Pose:
        nonlocal lost
        lost = lost or not frame.image.any()
        return right(frame, False) if lost else wrong(frame, turned)

    with VerifiedPose(Scripted(stubborn), Scripted(_wrong_for_a_while)) as source:
        poses = [source.detect(frame) for frame in pictures(2 * EVERY_S)]
    assert all(is_right(p) for p in poses if p.t >= RETRY_S)


def test_a_follower_is_not_started_again_from_a_look_that_the_mirror_speaks_against() -> None:
    lost_at = -1.0

    def stubborn(frame: Frame, turned: bool) -> Pose:
        """As wrong as the look it starts from, until it is started from another."""
        nonlocal lost_at
        if not frame.image.any():
            lost_at = frame.t
        return right(frame, False) if lost_at > 1.2 else wrong(frame, turned)

    def sometimes(frame: Frame, turned: bool) -> Pose:
        return wrong(frame, turned) if 0.4 < frame.t < 1.2 and not turned else right(frame, turned)

    with VerifiedPose(Scripted(stubborn), Scripted(sometimes)) as source:
        poses = [source.detect(frame) for frame in pictures(2 * EVERY_S)]
    assert all(is_right(p) for p in poses if p.t >= 1.5)


def test_where_the_mirror_always_speaks_against_it_a_start_is_looked_at_a_few_times_and_kept() -> None:
    verifier = Scripted(lambda f, turned: mirrored(wrong(f, False), WIDTH) if turned else right(f, False))
    with VerifiedPose(Scripted(right), verifier) as source:
        assert all(is_right(source.detect(frame)) for frame in pictures(EVERY_S - 1))
    assert len(verifier.asked) == 2 * RETRIES
    assert max(verifier.asked) <= RETRIES * RETRY_S


def test_a_fresh_look_that_the_mirror_does_not_bear_out_is_not_believed() -> None:
    tracker, verifier = Scripted(right), Scripted(lambda f, turned: right(f, True) if turned else wrong(f, False))
    with VerifiedPose(tracker, verifier) as source:
        assert all(is_right(source.detect(frame)) for frame in pictures(3))


def test_somebody_else_in_the_picture_is_no_contradiction() -> None:
    passer = replace(lying(), xy=lying().xy * (0.2, 1.0) + (520.0, -200.0))
    tracker, verifier = Scripted(right), Scripted(lambda f, turned: mirrored(passer, WIDTH) if turned else passer)
    with VerifiedPose(tracker, verifier) as source:
        assert all(is_right(source.detect(frame)) for frame in pictures(3))


def test_nobody_contradicts_nothing() -> None:
    assert not contradict(Pose.nobody(0.0), lying())
    assert not contradict(lying(), Pose.nobody(0.0))
    assert not contradict(lying(), lying(330.0))
    assert contradict(lying(), lying(head_left=False))


def test_a_mirrored_pose_twice_mirrored_is_the_same() -> None:
    pose = lying()
    once = mirrored(pose, WIDTH)
    assert once.xy[LANDMARKS["left_knee"], 1] == pose.xy[LANDMARKS["right_knee"], 1]
    assert np.allclose(mirrored(once, WIDTH).xy, pose.xy)


def test_one_looker_serves_several_and_is_open_as_long_as_any() -> None:
    class Door(Scripted):
        opened = closed = 0

        def __enter__(self) -> Self:
            Door.opened += 1
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            Door.closed += 1

    verifier = SharedLandmarker(Door(right))
    with VerifiedPose(Scripted(right), verifier) as first:
        with VerifiedPose(Scripted(right), verifier) as second:
            assert is_right(second.detect(pictures(1)[0]))
        assert Door.closed == 0
        assert is_right(first.detect(pictures(1)[0]))
    assert (Door.opened, Door.closed) == (1, 1)
