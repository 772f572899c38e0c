"""Where the tool touches the body: seen in the picture, or inferred by the half-speed rule, fused.

A free roller that does not slip moves half of what the body moves, so a body that shifts by D along
its segment carries the contact D/2 the other way [domain, finding 1]. The rule knows changes well and
places not at all; seeing the tool gives places. A filter of one number, the contact, joins both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, inf, nan, sqrt
from typing import Final, Literal

import numpy as np

from smr_vision.body import Array
from smr_vision.body.time_window import TimeWindow
from smr_vision.moves import Segment
from smr_vision.tool.axis import TURNING_DEG, Rolled, SegmentAxis

ContactSource = Literal["seen", "inferred", "none"]

START_SPREAD: Final = 0.25  # how far the assumed start may be off, segment lengths [E]
GIVEN_SPREAD: Final = 0.05  # the same for a start the user gave
LED_SPREAD: Final = 0.13  # of a place that the net of the rolling alone leads on [docs/accuracy_log.md]
RULE_ERROR: Final = 0.15  # of the rule's change: slip, stepping, foreshortening; 10-20 % [domain]
DRIFT_PER_S: Final = 0.015  # what the rule loses in a second of standing still, segment lengths
JUMP_SPREAD: Final = 0.05  # doubt that each jump of the pose adds, segment lengths
LEAST_SPREAD: Final = 0.03  # no single sight is trusted more than this, segment lengths
MOST_SPREAD: Final = 0.12  # a sight vaguer than this says that the tool is there, not where
VAGUE_S: Final = 2.0  # such a sight draws the place to itself with this time constant
ALIKE_S: Final = 0.6  # sights err alike in neighbouring pictures: those of so long count as one
LIFTING_S: Final = 0.8  # coming off the tool is noticed this late [E]
LEEWAY: Final = 6.0  # how much more, in squares, one picture may err than it says before it is doubted
GATE: Final = 4.0  # a sight further off than this many spreads is doubted,
CORRECTION_PER_S: Final = 0.3  # a settled contact is corrected no faster, segment lengths a second
SETTLED: Final = 0.08  # spread below which the contact counts as settled
# The finder knows better how long a segment is, the pose how it moves: the rule's changes are in the finder's lengths,
LONGER_S: Final = 4.0  # by the median of so long; 1.5 to 12 s do as well (docs/accuracy_log.md)
MOVED_S: Final = 1.0  # but believed when it stays for this long: the tool was moved by hand
SEEN_FOR_S: Final = 0.6  # a sight keeps the contact "seen" for this long
FOLLOWED_S: Final = 10.0  # after it was last seen the place is still known; measured up to 12 s [docs/accuracy_log.md]
SURE: Final = 0.5  # confidence from which a place may be called right or wrong
FASTEST_CM_S: Final = 80.0  # contact on a body of 1.70 m: twice the peak of a pass that is far too fast; more is
# a jump of the pose. Several of them within a second, and nothing of that second is believed:
ERRATIC_SHARE: Final = 0.12
FASTEST_AT_WALL: Final = 2.0  # by the net, segment lengths a second: rolling shows up to 1.5, flickering joints 2 to 8
SETTLED_S: Final = 1.0  # keeping that slant this long is being in position
AT_IT_S: Final = 2.0  # somebody who has lain on the tool for so long may rock
USUAL_S: Final = 4.0  # the slant of the last seconds: a few passes
STATURE_CM: Final = 170.0  # the camera can't tell a person's height [E]


@dataclass(frozen=True, eq=False)
class ToolDetection:
    """The tool in one picture.

    `near` (2,) px the end nearest the camera, `far` (2,) px the other end of its axis where known, `radius` px; `touch`
    (2,) px the place on the segment that lies on it, `position` that place in segment lengths and `spread` its likely
    error; `length` px of the segment as the finder sees it; `confidence` 0..1 that it is there.
    """

    near: Array
    radius: float
    far: Array | None
    touch: Array
    position: float
    spread: float
    length: float
    confidence: float

    def moved(self, by: Array) -> ToolDetection:
        """The same sight `by` (2,) px away."""
        far = None if self.far is None else self.far + by
        return replace(self, near=self.near + by, far=far, touch=self.touch + by)


@dataclass(frozen=True, eq=False)
class DetectorResult:
    """What the finder made of one picture.

    The tool, if it is there (`detection`), the segment as it sees it (`axis`), the `chance`, 0..1, of a tool at that.
    """

    detection: ToolDetection | None
    axis: SegmentAxis
    chance: float


@dataclass(frozen=True, eq=False)
class Contact:
    """Where the tool touches the body at one moment.

    Attributes
    ----------
    t : float
        Seconds from the first picture.
    position : float
        Place on the move's segment: 0 at its start joint, 1 at its end joint; NaN where it is not known.
    source : {"seen", "inferred", "none"}
        Whether the tool was seen there, or its place follows from how the body moved (half-speed rule).
    confidence : float
        0 to 1; from `SURE` on it is relied on.
    detection : ToolDetection or None
        The tool in the picture, pixels.
    corrected : float
        How much of the change since the last moment was an error put right and no movement, segment lengths.
    steady : bool
        False while the pose jumps about or the segment is being turned: then it is not rolling.
    settled : bool
        Whether the segment has kept its slant for a second: nobody is lying down or sitting up.
    to_scale : bool
        False where the segment points at the camera: then nobody knows how far, or how fast, it rolled.
    unseen_s : float
        Seconds since the tool was last seen; infinite where it has not been since the body came where it is.
    slant : float
        Degrees of what stays at its slant while somebody rolls; NaN where it was not measured.
    """

    t: float
    position: float
    source: ContactSource
    confidence: float
    detection: ToolDetection | None
    corrected: float = 0.0
    steady: bool = True
    settled: bool = True
    to_scale: bool = True
    unseen_s: float = inf
    slant: float = nan

    @property
    def sure(self) -> bool:
        """Whether the place is relied on."""
        return self.confidence >= SURE

    @property
    def followed(self) -> bool:
        """Whether the place is seen, or followed from where it was seen not long ago."""
        return self.unseen_s <= FOLLOWED_S

    @staticmethod
    def nowhere(t: float) -> Contact:
        """The contact at `t` seconds of which nothing is known."""
        return Contact(t, nan, "none", 0.0, None)


class ContactTracker:
    """Follows the contact of one set.

    `start` is where it begins when it can't be seen (`--start-at` or the move's own), `given` whether the user said so,
    `segment` what the tool rolls along.
    """

    def __init__(self, start: float, segment: Segment, given: bool = False) -> None:
        self._position = start
        self._at_wall, self._ahead = segment.kind == "across", segment.seen_ahead
        by_net = self._at_wall and segment.sway is not None
        self._fastest = FASTEST_AT_WALL if by_net else FASTEST_CM_S / (segment.length_h * STATURE_CM)
        self._jumps = TimeWindow(1.0)
        self._arrived, self._pressed, self._turning = False, True, False
        self._lately = TimeWindow(LIFTING_S)
        self._slants = TimeWindow(0.6)
        self._long_slants = TimeWindow(SETTLED_S)
        self._usual_slant = TimeWindow(USUAL_S)
        self._most_turn = TURNING_DEG[segment.kind]
        self._variance = (GIVEN_SPREAD if given else START_SPREAD) ** 2
        self._last: tuple[float, SegmentAxis, Array] | None = None
        self._length = TimeWindow(2.0)  # a segment does not change its length; its landmarks' distance wobbles
        self._longer = TimeWindow(LONGER_S)  # the segment by the finder's eye over the pose's
        self._seen_at = -1e9
        self._lost = True  # it has not been seen since the body came where it is
        self._seen_since = inf  # since when it has been seen without a break
        self._placed_at = -1e9  # when a sight last told the place
        self._detection: ToolDetection | None = None  # the last one, moved along since
        self._doubt_since: float | None = None
        self._doubted_at = -1e9

    def track(
        self,
        t: float,
        axis: SegmentAxis,
        detection: ToolDetection | None,
        camera_motion: Array | None = None,
        *,
        slant: float = 0.0,
        pressed: bool = True,
        looked: bool = True,
        rolled: Rolled | None = None,
    ) -> Contact:
        """Add a picture: the segment's ruler, the tool if seen, where the room has moved (2,) px.

        `slant` (degrees) stays the same while rolling; `pressed` tells whether the body is against the tool: off it
        nothing rolls, and the place waits; `looked`, whether this picture was searched for the tool.
        """
        before = self._position
        self._slants.add(t, slant)
        self._long_slants.add(t, slant)
        self._usual_slant.add(t, slant)
        self._turning = self._slants.spread > self._most_turn
        moved = self._predict(t, axis, camera_motion, rolled)
        if looked:
            self._detection = detection
        elif self._detection is not None:
            self._detection = self._detection.moved(moved)
        if not pressed:
            self._position = self._before_lifting if self._pressed else before
        self._pressed = pressed
        self._lately.add(t, self._position)
        corrected = self._correct(t, detection, axis) if looked and detection is not None else 0.0
        self._lost = self._lost and self._seen_at < t
        led = rolled is not None and t - self._placed_at >= SEEN_FOR_S
        confidence = exp(-(self._variance + led * LED_SPREAD**2) / 0.16**2)
        source: ContactSource = "seen" if t - self._seen_at < SEEN_FOR_S else "inferred"
        # Who rolls fast rocks about the same slant, and the tool is seen to be where it was.
        rocking = abs(slant - self._usual_slant.median) <= self._most_turn
        # (At a wall nothing else could be: there it is enough that it is seen.)
        placed = t - (self._seen_at if self._at_wall else self._placed_at) < SEEN_FOR_S
        self._seen_since = min(self._seen_since, t) if placed else inf
        placed = t - self._seen_since >= AT_IT_S  # stepping into place is no rolling
        steady = not self._jumps.mean > ERRATIC_SHARE and (not self._turning or (placed and rocking))
        settled = self._long_slants.span >= 0.9 * SETTLED_S and not self._long_slants.spread > self._most_turn
        self._arrived = self._arrived or settled
        to_scale, unseen_s = (axis if rolled is None else rolled).to_scale, inf if self._lost else t - self._seen_at
        found = self._position, source, confidence, self._detection, corrected
        return Contact(t, *found, steady, settled, to_scale, unseen_s, slant)

    def lose(self) -> None:
        """The body is not where it was: the place is known no better than at first, until it is seen."""
        self._variance = START_SPREAD**2
        self._lost = True
        self._doubt_since = None
        self._last = None  # nothing is inferred from how it came there

    @property
    def _before_lifting(self) -> float:
        """Where the contact was before the body began to come off the tool."""
        return self._lately.oldest

    def _predict(self, t: float, axis: SegmentAxis, camera_motion: Array | None, rolled: Rolled | None) -> Array:
        """Move the contact; how far that takes the tool in the picture by the half-speed rule, (2,) px.

        The spot of the body that lies on the tool moves with its upper side, twice as fast as the tool itself.
        """
        self._length.add(t, axis.length)
        still = np.zeros(2) if camera_motion is None else camera_motion
        tool = np.zeros(2)
        if self._last is not None:
            then, before, stood = self._last
            moved = axis.at(self._position) - still - (before.at(self._position) - stood)
            length = self._length.median * (self._longer.median if self._longer.span else 1.0)
            step = -0.5 * float(moved @ axis.unit) / max(axis.length * length, 1e-9)
            tool = still - stood + 0.5 * moved
            seconds = t - then
            step = step if rolled is None else rolled.step
            jump = abs(step) > self._fastest * seconds or seconds >= 1.0
            self._jumps.add(t, float(jump))
            if self._turning and not self._arrived:
                pass  # getting into position: the tool lies where it lay
            elif jump:
                self._variance += JUMP_SPREAD**2
            else:
                self._position += step
                self._variance += (RULE_ERROR * step) ** 2
            self._variance += (DRIFT_PER_S**2) * min(seconds, 1.0)
        self._last = (t, axis, still)
        return tool

    def _correct(self, t: float, detection: ToolDetection, axis: SegmentAxis) -> float:
        """Bring the contact nearer to a sight; what of that puts right a place that was not known yet."""
        if detection.spread > MOST_SPREAD:
            # At a wall, where the body hides the tool, nothing else tells the place.
            drawn = min(max(t - self._seen_at, 0.0), 0.2) / VAGUE_S if self._at_wall else 0.0
            change = drawn * (detection.position - self._position)
            self._seen_at = t
            self._position += change
            return change
        single = (max(detection.spread, LEAST_SPREAD) / max(detection.confidence, 0.1)) ** 2
        error = single * max(ALIKE_S / max(t - self._seen_at, 1e-9), 1.0)
        off = detection.position - self._ahead - self._position
        if abs(off) > GATE * sqrt(self._variance + LEEWAY * single):
            if self._doubt_since is None or t - self._doubted_at > SEEN_FOR_S:
                self._doubt_since = t
            self._doubted_at = t
            if t - self._doubt_since < MOVED_S:
                return 0.0
            self._variance = START_SPREAD**2
        self._doubt_since = None
        self._longer.add(t, detection.length / max(axis.length, 1e-9))
        gain = self._variance / (self._variance + error)
        change = gain * off
        settled = self._variance < SETTLED**2
        if settled:
            # Places drift slowly; what jumps is the picture, not the tool.
            most = CORRECTION_PER_S * min(t - self._seen_at, 0.2)
            change = min(max(change, -most), most)
        self._position += change
        self._variance *= 1 - gain
        self._seen_at = self._placed_at = t
        return 0.0 if settled else change
