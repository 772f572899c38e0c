"""What is to be drawn and written of the pictures between two that were measured: landmarks on a straight line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import nan

from smr_vision.body import Array
from smr_vision.coach import Feedback
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from smr_vision.tool import Contact, ToolDetection
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video import Frame, UnseenFrame


@dataclass(frozen=True, eq=False)
class ClipMoment:
    """A picture and what was seen in it; `found` is the pose before it was asked whose it is. Between two that are
    `measured`, all of that lies between theirs."""

    frame: Frame
    result: FrameResult
    found: Pose
    measured: bool


def moments(
    pipeline: PipelineRun, posed: Iterable[tuple[Frame, Pose | None]], *, pictures: bool
) -> Iterator[ClipMoment]:
    """All pictures in order. Those between wait for the next one measured; unless their `pictures` are wanted, they
    wait without them."""
    waiting: list[Frame] = []
    before: ClipMoment | None = None
    for frame, pose in posed:
        if pose is None:
            waiting.append(frame if pictures else UnseenFrame(frame.t))
            continue
        now = ClipMoment(frame, pipeline.advance(frame, pose), pose, measured=True)
        yield from (_between(before, now, one) for one in waiting)
        waiting.clear()
        yield now
        before = now if pictures else replace(now, frame=UnseenFrame(frame.t))
    yield from (_between(before, before, one) for one in waiting)


def _between(before: ClipMoment | None, after: ClipMoment | None, frame: Frame) -> ClipMoment:
    """The moment of `frame`; after the last that was measured things stay as they are."""
    t = frame.t
    if before is None or after is None:  # the first picture is always measured
        return ClipMoment(frame, FrameResult(t, Pose.nobody(t), None, None, None, None), Pose.nobody(t), measured=False)
    span = after.result.t - before.result.t
    share = (t - before.result.t) / span if span > 0 else 0.0
    found = _pose(before.found, after.found, share, t)
    return ClipMoment(frame, _result(before.result, after.result, share, t), found, measured=False)


def _result(a: FrameResult, b: FrameResult, share: float, t: float) -> FrameResult:
    pose = _pose(a.pose, b.pose, share, t)
    body = None
    if a.body is not None and b.body is not None:
        body = replace(a.body, t=t, pose=pose, measures=_Measures(a.body.measures, b.body.measures, share))
    feedback = _feedback(a.feedback, b.feedback, share, t) if a.feedback is not None else None
    axis = None
    if a.axis is not None:
        same = b.axis is not None and feedback is not None and _same_set(feedback, b.feedback)
        axis = _axis(a.axis, b.axis if same and b.axis is not None else a.axis, share)
    return replace(a, t=t, pose=pose, body=body, feedback=feedback, axis=axis, detector_result=None, searched=None)


def _pose(a: Pose, b: Pose, share: float, t: float) -> Pose:
    if not (a.found and b.found):
        return Pose.nobody(t)
    return Pose(
        t, _mix(a.xy, b.xy, share), _mix(a.world, b.world, share), _mix(a.visibility, b.visibility, share)
    )  # fmt: skip


def _feedback(a: Feedback, b: Feedback | None, share: float, t: float) -> Feedback:
    contact = _contact(a.contact, b.contact, share, t) if b is not None and _same_set(a, b) else a.contact
    return replace(a, t=t, contact=contact, new_faults=(), told_late=())


def _same_set(a: Feedback, b: Feedback | None) -> bool:
    return b is not None and (a.move.id, a.side) == (b.move.id, b.side)


def _contact(a: Contact, b: Contact, share: float, t: float) -> Contact:
    detection = (
        _detection(a.detection, b.detection, share)
        if a.detection is not None and b.detection is not None
        else a.detection
    )
    return replace(a, t=t, position=a.position + share * (b.position - a.position), detection=detection, corrected=0.0)


def _detection(a: ToolDetection, b: ToolDetection, share: float) -> ToolDetection:
    far = _mix(a.far, b.far, share) if a.far is not None and b.far is not None else None
    near, touch = _mix(a.near, b.near, share), _mix(a.touch, b.touch, share)
    return replace(a, near=near, touch=touch, far=far, radius=a.radius + share * (b.radius - a.radius))


def _axis(a: SegmentAxis, b: SegmentAxis, share: float) -> SegmentAxis:
    return replace(a, zero=_mix(a.zero, b.zero, share), unit=_mix(a.unit, b.unit, share))


def _mix(a: Array, b: Array, share: float) -> Array:
    return a + share * (b - a)


class _Measures(Mapping[str, float]):
    """Measures between those of two moments; each is worked out when it is asked for."""

    def __init__(self, a: Mapping[str, float], b: Mapping[str, float], share: float) -> None:
        self._a, self._b, self._share = a, b, share

    def __getitem__(self, name: str) -> float:
        a = self._a[name]
        return a + self._share * (self._b.get(name, nan) - a)

    def __iter__(self) -> Iterator[str]:
        return iter(self._a)

    def __len__(self) -> int:
        return len(self._a)
