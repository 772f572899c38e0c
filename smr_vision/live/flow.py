"""The live session as a state machine: which stage it is in, what to show, what to say.

It knows no camera and no clock: time is that of the pictures. Safety screen -> framing -> set-up ->
3-2-1 -> rolling -> rest -> the next set ... -> summary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Final

from smr_vision.coach import Feedback, SetDone
from smr_vision.coach.cues import Cue
from smr_vision.live import safety
from smr_vision.live.course import Course
from smr_vision.live.now import Asked, Breath, Moment, Now, Stage, Tally
from smr_vision.live.routine import Item, Plan
from smr_vision.live.script import Script

FRAMED_S: Final = 1.0  # the picture is right for this long
SET_UP_S: Final = 2.0  # the set-up holds for this long [issue: live coach]
COUNT_S: Final = 3.0  # 3-2-1
LOST_S: Final = 6.0  # something wrong with the picture for this long in the set-up: back to framing
LONGEST: Final = 2.0  # a set ends after this many times its dose, however little of it was on target
A_SET_S: Final = 5.0  # left with less than this on target, a set doesn't use up its place in the plan
ANNOUNCED_S: Final = 24.0  # before the end of a rest the next set is announced: time to turn round
NEARLY_S: Final = 10.0  # before the end of a set
TOO_MUCH: Final = 8  # discomfort from which the session ends [domain: safety screen]
ASKED_S: Final = 10.0  # discomfort is asked for this long
SUMMARY_S: Final = 30.0  # the summary stays this long, then the session is over by itself
CLOSING_S: Final = 6.0  # from one closing line to the next

STOP_ADVICE: Final = (
    "That is too much. Stop here and rest. If it stays, or you feel numbness or sharp pain, see a professional."
)
_IN_POSTURE: Final = ("setup", "rolling", "holding")


@dataclass
class Ratings:
    """Discomfort before and after one set, 0..10."""

    before: int | None = None
    after: int | None = None


class Flow:
    """Walks through a plan, one picture at a time.

    `ratings` and `tallies` are of the sets as they were done; `stopped` is true when discomfort ended
    the session, `screen_accepted` when the safety screen was shown and accepted.
    """

    def __init__(self, plan: Plan, *, ask_screen: bool = False, ask_discomfort: bool = False) -> None:
        self.course = Course(plan)
        self._closing = plan.closing
        self._ask = ask_discomfort
        self.stage: Stage = "screen" if ask_screen else "framing"
        self.paused = self.stopped = self.screen_accepted = False
        self.ratings: list[Ratings] = []
        self.tallies: list[Tally] = []
        self._since: float | None = None  # when this stage began
        self._good_since: float | None = None  # the framing or the set-up is right
        self._bad_since: float | None = None
        self.lingering = False  # the time is up, but the person has not left the posture: the set goes on
        self._rated_now = False
        self._passes = 0
        self._before: int | None = None
        self._after: int | None = None
        self._cue: Cue | None = None
        self._script = Script()
        self._instruction = ""
        self._breath: Breath | None = None
        self._finish = False
        self._steps: dict[Stage, Callable[[Moment], None]] = {
            "screen": self._screen,
            "framing": self._framing,
            "setup": self._setup,
            "countdown": self._countdown,
            "rolling": self._rolling,
            "rest": self._rest,
            "summary": self._summary,
        }

    @property
    def watching(self) -> bool:
        """Whether sets may open: not before the first and not at the end."""
        return self.stage not in ("screen", "summary", "over")

    def count_set(self, done: SetDone) -> None:
        """A set is kept: it goes into the summary, with the discomfort said before and right after it."""
        self.ratings.append(Ratings(self._before, self._after))
        self._before = self._after = None
        self.lingering = False
        title = done.move.titled(done.side)
        self.tallies.append(Tally(title, len(done.passes), done.time_on_target_s, len(done.faults)))

    def update(self, moment: Moment) -> Now:
        """Add a moment."""
        self._script.new_moment()
        self._finish, self._instruction, self._breath = False, "", None
        if self._since is None:
            self._since = moment.t
        self._obey(moment)
        if moment.rating is not None:
            self._rated(moment.rating, moment.t)
        tick = False
        if not self.paused:
            self._follow_side(moment.feedback)
            tick = self._counted(moment.feedback)
            step = self._steps.get(self.stage)
            if step is not None:
                step(moment)
        return self._now(moment, tick)

    # Signs and keys

    def _obey(self, moment: Moment) -> None:
        for sign in moment.signs:
            if self.stage == "screen":
                if sign != "next":
                    self.screen_accepted = True
                    self._enter("framing", moment.t)
            elif self.stage in ("summary", "over"):
                self.stage = "over"
            elif sign == "next":
                self._skip(moment.t)
            else:
                self.paused = not self.paused
                self._script.say("Paused. Raise an arm to go on." if self.paused else "Going on.", "cue")

    def _skip(self, t: float) -> None:
        self.paused = False
        if self.stage == "rest":
            self._finish = self.lingering
            self._start_item(t)
        else:
            self._finish = True
            self._advance(t, rest=False)

    def _rated(self, rating: int, t: float) -> None:
        if self.stage in ("framing", "setup", "countdown"):
            self._before = rating
        elif self.lingering:
            self._after = rating
        elif self.stage in ("rest", "summary") and self.ratings:
            self.ratings[-1].after = rating
        else:
            return
        self._rated_now = True
        if rating >= TOO_MUCH:
            self.stopped = self._finish = True
            self._enter("summary", t)
            self._script.say(STOP_ADVICE, "cue")

    # Stages

    def _screen(self, _: Moment) -> None:
        self._script.once(safety.SAID)

    def _framing(self, moment: Moment) -> None:
        if self._rolling_already(moment):
            return
        item = self._item
        self._script.once(f"{item.move.titled(item.side)}. Camera: {item.move.camera}.")
        fault = next((f for f in moment.findings if f.state == "fault"), None)
        if fault is not None:
            self._instruction = fault.say
            self._script.instruct(fault.say, moment.t)
        seen = any(f.state == "ok" for f in moment.findings)
        if self._held(seen and fault is None, moment.t) >= FRAMED_S:
            self._enter("setup", moment.t)

    def _setup(self, moment: Moment) -> None:
        if self._rolling_already(moment):
            return
        if self._ask and self._before is None:
            self._script.once("Discomfort now, from zero to ten? Press a key, or just go on.")
        if _in_posture(moment.feedback):
            missing = _missing(moment.feedback)
            self._instruction = missing[0] if missing else "Hold it there"
            if self._held(not missing, moment.t) >= SET_UP_S:
                self._enter("countdown", moment.t)
            return
        self._good_since = None
        self._instruction = self._script.step(self._item, moment.t - self._start)
        fault = any(f.state == "fault" for f in moment.findings)
        self._bad_since = (moment.t if self._bad_since is None else self._bad_since) if fault else None
        if self._bad_since is not None and moment.t - self._bad_since >= LOST_S:
            self._enter("framing", moment.t)

    def _countdown(self, moment: Moment) -> None:
        if self._rolling_already(moment):
            return
        if not _in_posture(moment.feedback) or _missing(moment.feedback):
            self._enter("setup", moment.t)
            return
        gone = moment.t - self._start
        if gone >= COUNT_S:
            self._enter("rolling", moment.t)
            self._script.say("Roll slowly.", "cue")
        else:
            self._script.once(("Three.", "Two.", "One.")[floor(gone)], "cue")

    def _rolling(self, moment: Moment) -> None:
        item, feedback = self._item, moment.feedback
        if moment.ended is not None or feedback is None:
            self._left_early(moment)
            return
        left = item.seconds - feedback.time_on_target_s
        if left <= 0 or moment.t - self._start >= LONGEST * item.seconds:
            self._script.say("Set done." if left <= 0 else "Time is up.", "cue")
            self._advance(moment.t)
            self.lingering = self.stage == "rest"
            self._finish = not self.lingering
            return
        if left <= NEARLY_S < item.seconds / 2:
            self._script.once("Ten seconds.")
        if feedback.phase == "holding":
            self._breath = self._script.breath(feedback.hold_s, item.move.passes.hold_most_s)

    def _rest(self, moment: Moment) -> None:
        gone, last = moment.t - self._start, self.course.previous
        if not self.lingering and self._rolling_already(moment):
            return
        left = last.rest_s - gone
        if left <= ANNOUNCED_S:
            item = self._item
            turn = "" if item.same_place(last) else " Change over."
            self._script.once(f"Next: {item.move.titled(item.side)}, set {item.number} of {item.of}.{turn}")
        if left <= 0:
            self._finish = self.lingering
            self._start_item(moment.t)

    def _summary(self, moment: Moment) -> None:
        gone = moment.t - self._start
        if not self.stopped:
            self._script.once(self._told(), "cue")
            for k, line in enumerate(self._closing):
                if gone >= CLOSING_S * (k + 1):
                    self._script.once(line)
        if gone >= SUMMARY_S:
            self.stage = "over"

    # Steps between the stages

    @property
    def _start(self) -> float:
        assert self._since is not None
        return self._since

    @property
    def _item(self) -> Item:
        item = self.course.item
        assert item is not None
        return item

    def _enter(self, stage: Stage, t: float) -> None:
        self.stage, self._since = stage, t
        self._good_since = self._bad_since = None
        self._rated_now = False
        self._script.new_stage()

    def _start_item(self, t: float) -> None:
        self._enter("setup" if self._item.same_place(self.course.previous) else "framing", t)

    def _advance(self, t: float, rest: bool = True) -> None:
        """To the rest after this set, or past it."""
        last = self.course.advance()
        if self.course.item is None:
            self._enter("summary", t)
        elif rest and last.rest_s > 0:
            self._enter("rest", t)
            self._script.say(last.reminder or f"Rest for {last.rest_s:.0f} seconds.")
            if self._ask:
                self._script.say("Discomfort, from zero to ten?")
        else:
            self._start_item(t)

    def _rolling_already(self, moment: Moment) -> bool:
        """Who rolls is not made to wait."""
        feedback = moment.feedback
        if (
            feedback is None
            or moment.ended is not None
            or not (feedback.pass_count or (feedback.set_open and feedback.phase == "rolling"))
        ):
            return False
        self._enter("rolling", moment.t)
        return True

    def _left_early(self, moment: Moment) -> None:
        done = moment.ended
        if done is not None and (done.time_on_target_s >= A_SET_S or len(done.passes) > 1):
            self._script.say("Set done.", "cue")
            self._advance(moment.t)
        else:
            self._enter("setup", moment.t)
            self._script.say("Get back into position when you are ready.")

    def _follow_side(self, feedback: Feedback | None) -> None:
        """Take the set of the side that the person chose to do."""
        item = self.course.item
        if item is None or feedback is None or not feedback.set_open or self.stage == "rolling" or self.lingering:
            return
        if feedback.move.id == item.move.id and feedback.side != item.side:
            self.course.take_side(feedback.side)

    def _counted(self, feedback: Feedback | None) -> bool:
        """Whether a pass was counted just now."""
        count = 0 if feedback is None else feedback.pass_count
        more, self._passes = count > self._passes, count
        return more

    def _held(self, good: bool, t: float) -> float:
        """Seconds for which something has been right."""
        self._good_since = (t if self._good_since is None else self._good_since) if good else None
        return 0.0 if self._good_since is None else t - self._good_since

    # What to show and say

    def _told(self) -> str:
        """The session in one sentence."""
        sets, passes = len(self.tallies), sum(x.pass_count for x in self.tallies)
        seconds = sum(x.on_target_s for x in self.tallies)
        words = f"{sets} set{'' if sets == 1 else 's'}, {passes} pass{'' if passes == 1 else 'es'}"
        return f"All done. {words}, {seconds:.0f} seconds on target."

    def _now(self, moment: Moment, tick: bool) -> Now:
        cue = self._cue_to_show(moment)
        stage_s, left = self._time_left(moment)
        item = self.course.item
        this = (left if self.stage == "rolling" else item.seconds) if item is not None else 0.0
        return Now(
            t=moment.t,
            stage=self.stage,
            item=item,
            upcoming=self.course.upcoming,
            paused=self.paused,
            findings=moment.findings if self.stage == "framing" else (),
            instruction=self._instruction,
            count=3 - floor(moment.t - self._start) if self.stage == "countdown" else None,
            left_s=left,
            stage_s=stage_s,
            session_left_s=this + self.course.later_s + (left if self.stage == "rest" else 0.0),
            banner=cue,
            breath=self._breath,
            asking=self._asking(moment.t),
            tick=tick,
            lines=self._script.lines,
            finish_set=self._finish,
            tallies=() if self.lingering else tuple(self.tallies),
            closing=self._closing,
        )

    def _cue_to_show(self, moment: Moment) -> Cue | None:
        """The coach's cue, said when it is new; none while an arm is raised: that is no fault of the hands."""
        allowed = self.stage in ("setup", "countdown", "rolling") and not (moment.arm_raised or self.paused)
        cue = moment.cue if allowed else None
        if cue is not None and cue is not self._cue:
            self._script.say(cue.say, "cue", cue.sound)
        self._cue = cue
        return cue

    def _time_left(self, moment: Moment) -> tuple[float, float]:
        """Seconds of this stage, and what is left of them."""
        if self.stage == "rest":
            whole = self.course.previous.rest_s
            return whole, max(whole - (moment.t - self._start), 0.0)
        item = self.course.item
        if item is None:
            return 0.0, 0.0
        done = moment.feedback.time_on_target_s if moment.feedback is not None and self.stage == "rolling" else 0.0
        return item.seconds, max(item.seconds - done, 0.0)

    def _asking(self, t: float) -> Asked | None:
        if not self._ask or self._rated_now or t - self._start > ASKED_S:
            return None
        if self.stage == "setup" and self._before is None:
            return "before"
        return "after" if self.stage in ("rest", "summary") and (self.ratings or self.lingering) else None


def _in_posture(feedback: Feedback | None) -> bool:
    return feedback is not None and feedback.phase in _IN_POSTURE


def _missing(feedback: Feedback | None) -> list[str]:
    """Cues of the checks that are wrong at this moment."""
    if feedback is None:
        return []
    return [v.check.cue for v in feedback.verdicts if v.state == "fault" or v.violated]
