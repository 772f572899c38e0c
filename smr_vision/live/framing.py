"""Help to stand the camera and lie right before it: the whole body, distance, light, level, angle.

Each finding comes with one instruction, in the person's own directions: lying on the floor, "towards
your feet" is understood, "left" is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from smr_vision.body import FACING_DEG, SIDE_ON_DEG, SIDES, Body
from smr_vision.body.person_lock import PersonLock
from smr_vision.body.time_window import TimeWindow
from smr_vision.coach.checks import CheckState
from smr_vision.coach.recogniser import Side
from smr_vision.moves import Move, View
from smr_vision.overlay.brush import Image
from smr_vision.pose import LANDMARKS, Pose

MARGIN: Final = 0.015  # of the picture's side: a joint nearer to the edge counts as cut off
LARGEST: Final = 0.94  # of the picture's width or height that the body may take up
SMALLEST: Final = 0.35  # and must take up: below it joints are a few pixels [E]
COVERED: Final = 22.0  # as dark as this all over, something lies on the lens [E]
EVEN: Final = 2.5  # all over: brightness differs by less than this; in a room of 14 % of its light it differs by 4.3
DARK: Final = 45.0  # mean brightness of 255 below which the pose gets lost [E]
AGAINST_LIGHT: Final = 0.35  # brightness of the person against the rest of the picture [E]
BRIGHT: Final = 140.0  # the rest of the picture is bright from here
LEVEL_DEG: Final = 8.0  # an upright person leans less than this in the picture
STRAIGHT_DEG: Final = 150.0  # knees of somebody standing or walking
LOW_H: Final = 0.45  # hips or shoulders below this, statures: nobody stands so
UPRIGHT_DEG: Final = 65.0  # from this tilt of the trunk a person stands
VIEW_LEEWAY_DEG: Final = 10.0  # so far beyond where a view ends nobody is asked to turn
STEADY_S: Final = 0.8  # a finding holds for most of this long before it counts
LOOK_EVERY_S: Final = 0.4  # light changes slowly
_HEIGHTS: Final = ("hip_height", "shoulder_height")
_OF_ANYBODY: Final = ("Light", "Camera level")
_VIEWS: Final[dict[View, tuple[float, float]]] = {  # degrees off side-on
    "side": (0.0, SIDE_ON_DEG), "oblique": (SIDE_ON_DEG, FACING_DEG), "front": (FACING_DEG, 90.0),
    "back": (FACING_DEG, 90.0),
}  # fmt: skip
_TURN: Final[dict[View, str]] = {
    "side": "Turn side-on to the camera.",
    "oblique": "Turn halfway towards the camera.",
    "front": "Turn to face the camera.",
    "back": "Turn your back to the camera.",
}
Trouble = Literal["light", "covered", "company", "cut_off"]  # what is wrong with the picture and has its own sound
WHOLE: Final = "Whole body"
ALONE: Final = "One person"
COMPANY: Final = "Somebody else is in the picture. Let them step aside."
ROOM: Final = "Room above"
HAND_UP: Final = "Step back so that your raised hand is in the picture."
REACH: Final = (
    0.39  # statures from the shoulder to the middle of a raised hand: .186 + .146 + .054 [Winter 2009, table 4.1]
)
THUMB: Final = 12  # every so many pixels are looked at for light


@dataclass(frozen=True)
class FramingHint:
    """One thing about the picture: its name, whether it is right, and what to do if not; "watch" holds nobody up."""

    title: str
    state: CheckState | Literal["watch"]
    say: str = ""
    trouble: Trouble | None = None


class FramingGuide:
    """Looks at pictures and poses, one at a time; says what to change for a move and side."""

    def __init__(self, move: Move, side: Side | None) -> None:
        self._move = move
        self._side = side
        # A move done low down: lying, sitting.
        self._floor = any(b.measure in _HEIGHTS and b.at_most < LOW_H for b in move.posture)
        self._bad: dict[str, TimeWindow] = {}
        self._said: dict[str, FramingHint] = {}
        self._light = FramingHint("Light", "unknown")
        self._looked = -1e9
        self._person = PersonLock()

    def examine(self, image: Image, pose: Pose, body: Body | None, *, company: bool = False) -> tuple[FramingHint, ...]:
        """Findings in the order in which to mend them. That somebody else is there is one only while it is so, and
        only to watch while they do not take the pose over (`bystanders`)."""
        if pose.t - self._looked >= LOOK_EVERY_S:
            self._looked = pose.t
            self._light = light(image, pose)
        found: tuple[FramingHint, ...] = (
            self._light,
            whole(pose, image.shape),
            distance(pose, image.shape),
            room_above(body),
            level(body),
            self._turned(body),
        )
        if self._floor and body is not None and _stands(body):
            # Somebody standing before a camera at the height of the floor says nothing about how they will lie.
            # What they would hear if they stayed as they are: half of somebody may be all there is to see.
            found = tuple(
                f if f.title in _OF_ANYBODY
                else replace(f, state="unknown") if f.title == WHOLE
                else FramingHint(f.title, "unknown")
                for f in found
            )  # fmt: skip
        steadied = (self._steadied(pose.t, finding) for finding in (self._alone(pose, company), *found))
        return tuple(f for f in steadied if f.title != ALONE or f.state != "unknown")

    def _alone(self, pose: Pose, company: bool) -> FramingHint:
        """The pose is followed from one to another where two are near each other."""
        if pose.found and not self._person.filter(pose).found:
            return FramingHint(ALONE, "fault", "Somebody else is in the picture. One at a time, please.", "company")
        return FramingHint(ALONE, "watch", COMPANY, "company") if company else FramingHint(ALONE, "unknown")

    def _steadied(self, t: float, finding: FramingHint) -> FramingHint:
        recent = self._bad.setdefault(finding.title, TimeWindow(STEADY_S))
        recent.add(t, 1.0 if finding.state == "fault" else 0.0)
        if finding.say and finding.state == "fault":
            self._said[finding.title] = finding
        if finding.state != "fault" and recent.mean > 0.6:
            return self._said[finding.title]
        if finding.state == "fault" and recent.mean <= 0.6:
            return FramingHint(finding.title, "unknown")
        return finding

    def _turned(self, body: Body | None) -> FramingHint:
        """From where the move wants to be seen, with the side nearest that it wants there."""
        title = "Angle to camera"
        if body is None:
            return FramingHint(title, "unknown")
        if not any(_seen_from(view, body) for view in self._move.views):
            return FramingHint(title, "fault", _TURN[self._move.views[0]])
        if self._move.working_near and self._side is not None and body.near != self._side:
            return FramingHint(title, "fault", f"Turn around. Your {self._side} side belongs nearest the camera.")
        return FramingHint(title, "ok")


def _seen_from(view: View, body: Body) -> bool:
    """Whether a body is seen from there, or nearly."""
    least, most = _VIEWS[view]
    turned_away = {view, body.view} == {"front", "back"}
    off = body.measure("view_angle")
    return least - VIEW_LEEWAY_DEG <= off <= most + VIEW_LEEWAY_DEG and not turned_away


def _stands(body: Body) -> bool:
    return body.measure("trunk_tilt") > UPRIGHT_DEG and not body.measure("knee_angle") < STRAIGHT_DEG


def light(image: Image, pose: Pose) -> FramingHint:
    """Too dark, or with a window behind the person."""
    grey = image[::THUMB, ::THUMB].mean(axis=2)
    if not pose.found and float(grey.mean()) < COVERED and float(grey.std()) < EVEN:
        return FramingHint("Light", "fault", "Something covers the lens. Take it away.", "covered")
    if float(grey.mean()) < DARK:
        return FramingHint("Light", "fault", "It is too dark. Please turn on a light.", "light")
    if pose.found:
        low, high = (np.clip(f(pose.xy, axis=0) / THUMB, 0, grey.shape[::-1]).astype(int) for f in (np.min, np.max))
        person = grey[low[1] : high[1] + 1, low[0] : high[0] + 1]
        rest = (grey.sum() - person.sum()) / max(grey.size - person.size, 1)
        if person.size and rest > BRIGHT and float(person.mean()) < AGAINST_LIGHT * rest:
            return FramingHint("Light", "fault", "The light is behind you. Put a lamp on the camera's side.", "light")
    return FramingHint("Light", "ok")


def whole(pose: Pose, shape: tuple[int, ...]) -> FramingHint:
    """The whole body in the picture; which end is cut off decides what to say."""
    title = WHOLE
    if not pose.found:
        return FramingHint(title, "fault", "I can't see you. Come into the picture.")
    height, width = shape[:2]
    cut = {end for end, joints in _ENDS.items() if any(_outside(pose, j, width, height) for j in joints)}
    if not cut:
        return FramingHint(title, "ok")
    across = np.ptp(pose.xy[:, 0]) > np.ptp(pose.xy[:, 1])
    if across and height > width:
        say = "Turn the camera on its side."
    elif not across or len(cut) == 2:
        say = "One step further away, so that I see all of you."
    else:
        say = f"Move towards your {'feet' if cut == {'head'} else 'head'}, to come into the picture."
    return FramingHint(title, "fault", say, "cut_off")


_ENDS: Final = {
    "head": ("nose", "left_ear", "right_ear", "left_elbow", "right_elbow"),
    "feet": ("left_ankle", "right_ankle", "left_foot_index", "right_foot_index"),
}


def _outside(pose: Pose, joint: str, width: int, height: int) -> bool:
    x, y = pose.xy[LANDMARKS[joint]]
    edge_x, edge_y = MARGIN * width, MARGIN * height
    return not (edge_x <= x <= width - edge_x and edge_y <= y <= height - edge_y)


def distance(pose: Pose, shape: tuple[int, ...]) -> FramingHint:
    title = "Distance"
    if not pose.found:
        return FramingHint(title, "unknown")
    size = np.ptp(pose.xy, axis=0) / (shape[1], shape[0])
    if size.max() > LARGEST:
        return FramingHint(title, "fault", "You are too close. Move the camera one step back.")
    if size.max() < SMALLEST:
        return FramingHint(title, "fault", "You are far away. Bring the camera one step closer.")
    return FramingHint(title, "ok")


def room_above(body: Body | None) -> FramingHint:
    """Whether an arm held up would be in the picture: that is how one asks for things. Somebody who can't step back
    rolls all the same."""
    if body is None:
        return FramingHint(ROOM, "unknown")
    shoulder = min(float(body.point(f"{side}_shoulder")[1]) for side in SIDES)
    if shoulder < REACH * body.stature_px:
        return FramingHint(ROOM, "watch", HAND_UP)
    return FramingHint(ROOM, "ok")


def level(body: Body | None) -> FramingHint:
    """A camera that leans shows a standing person leaning; of somebody lying it says nothing."""
    title = "Camera level"
    if body is None:
        return FramingHint(title, "unknown")
    up = body.point("mid_ankles") - body.point("mid_shoulders")
    tilt = float(np.degrees(np.arctan2(abs(up[0]), up[1])))
    leaning = abs(body.measure("lean")) > LEVEL_DEG  # the person's own lean, towards a wall say
    if not _stands(body) or leaning:
        return FramingHint(title, "unknown")
    if tilt > LEVEL_DEG:
        return FramingHint(title, "fault", "The camera leans. Set it level.")
    return FramingHint(title, "ok")
