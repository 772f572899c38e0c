"""The live session as a state machine: which stage it is in, what to show, what to say.

It knows no camera and no clock: time is that of the pictures. Safety screen -> framing -> set-up ->
3-2-1 -> rolling -> rest -> the next set ... -> summary.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Final

from smr_vision.coach import Feedback, SetDone
from smr_vision.now import Asked, Breath, Moment, Now, Stage, Tally
from smr_vision.overlay import titled
from smr_vision.recognise import Side
from smr_vision.routine import Item, Plan
from smr_vision.script import Script

FRAMED_S: Final = 1.0  # the picture is right for this long
SET_UP_S: Final = 2.0  # the set-up holds for this long [issue: live coach]
COUNT_S: Final = 3.0  # 3-2-1
LOST_S: Final = 6.0  # something wrong with the picture for this long in the set-up: back to framing
LONGEST: Final = 2.0  # a set ends after this many times its dose, however little of it was on target
A_SET_S: Final = 5.0  # left with less than this on target, a set doesn't use up its place in the plan
REST_LEAST_S: Final = 4.0  # who rolls on after this much of a rest is in the next set
ANNOUNCED_S: Final = 10.0  # before the end of a rest the next set is announced
NEARLY_S: Final = 10.0  # before the end of a set
TOO_MUCH: Final = 8  # discomfort from which the session ends [domain: safety screen]
ASKED_S: Final = 10.0  # discomfort is asked for this long
SUMMARY_S: Final = 30.0  # the summary stays this long, then the session is over by itself

SCREEN_SAID: Final = "Before you start, read the list. If none of it is yours, raise one arm, or press space."
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
    """Walks through a plan, one picture at a time. `ratings` and `tallies` are of the sets as they were
    done; `stopped` is true when discomfort ended the session."""

    def __init__(self, plan: Plan, *, ask_screen: bool = False, ask_discomfort: bool = False) -> None:
        self._plan = plan
        self._items = list(plan.items)
        self._index = 0
        self._ask = ask_discomfort
        self.stage: Stage = "screen" if ask_screen else "framing"
        self.paused = False
        self.stopped = False
        self.ratings: list[Ratings] = []
        self.tallies: list[Tally] = []
        self._since: float | None = None  # when this stage began
        self._good_since: float | None = None  # the framing or the set-up is right
        self._bad_since: float | None = None
        self._resting = False  # too early in a rest for another set
        self._rated_now = False
        self._passes = 0
        self._before: int | None = None
        self._instruction = ""
        self._breath: Breath | None = None
        self._finish = False
        self._script = Script()

    @property
    def item(self) -> Item | None:
        """The set that is on, or comes next during a rest; None when all are done."""
        return self._items[self._index] if self._index < len(self._items) else None

    @property
    def watching(self) -> bool:
        """Whether sets may open: not before the first, not right after one, not at the end."""
        return self.stage not in ("screen", "summary", "over") and not self._resting

    @property
    def side_ahead(self) -> Side | None:
        """The side that this move still has to be done on; None when that is the person's choice."""
        item = self.item
        sides = {i.side for i in self._items[self._index :] if item is not None and i.move.id == item.move.id}
        return sides.pop() if len(sides) == 1 else None

    def count_set(self, done: SetDone) -> None:
        """A set is kept: it goes into the summary, with the discomfort said before it."""
        self.ratings.append(Ratings(before=self._before))
        self._before = None
        title = titled(done.move, done.side)
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
            getattr(self, f"_{self.stage}")(moment)
        return self._now(moment, tick)

    # Signs and keys

    def _obey(self, moment: Moment) -> None:
        for sign in moment.signs:
            if self.stage == "screen":
                if sign != "next":
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
            self._start_item(t, self._previous)
        else:
            self._finish = True
            self._advance(t, rest=False)

    def _rated(self, rating: int, t: float) -> None:
        if self.stage in ("framing", "setup", "countdown"):
            self._before = rating
        elif self.stage in ("rest", "summary") and self.ratings:
            self.ratings[-1].after = rating
        else:
            return
        self._rated_now = True
        if rating >= TOO_MUCH:
            self.stopped = True
            self._finish = True
            self._enter("summary", t)
            self._script.say(STOP_ADVICE, "cue")

    # Stages

    def _screen(self, moment: Moment) -> None:
        self._script.once(SCREEN_SAID)

    def _framing(self, moment: Moment) -> None:
        item = self.item
        assert item is not None
        if self._rolling_already(moment):
            return
        self._script.once(f"{titled(item.move, item.side)}. Camera: {item.move.camera}.")
        if _in_posture(moment.feedback):
            self._enter("setup", moment.t)
            return
        fault = next((f for f in moment.findings if f.state == "fault"), None)
        if fault is not None:
            self._instruction = fault.say
            self._script.instruct(fault.say, moment.t)
        seen = any(f.state == "ok" for f in moment.findings)
        if self._held(seen and fault is None, moment.t) >= FRAMED_S:
            self._enter("setup", moment.t)

    def _setup(self, moment: Moment) -> None:
        item = self.item
        assert item is not None
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
        self._instruction = self._script.step(item, moment.t - self._start)
        fault = any(f.state == "fault" for f in moment.findings)
        self._bad_since = (self._bad_since or moment.t) if fault else None
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
        item, feedback = self.item, moment.feedback
        assert item is not None
        if moment.ended is not None or feedback is None:
            self._left_early(moment)
            return
        left = item.seconds - feedback.time_on_target_s
        if left <= 0 or moment.t - self._start >= LONGEST * item.seconds:
            self._finish = True
            self._script.say("Set done." if left <= 0 else "Time is up.", "cue")
            self._advance(moment.t)
            return
        if left <= NEARLY_S < item.seconds / 2:
            self._script.once("Ten seconds.")
        if feedback.phase == "holding":
            self._breath = self._script.breath(feedback.hold_s, item.move.passes.hold_most_s)

    def _rest(self, moment: Moment) -> None:
        item = self.item
        assert item is not None
        gone, last = moment.t - self._start, self._previous
        if gone >= REST_LEAST_S:
            self._resting = False
        if self._rolling_already(moment):
            return
        left = last.rest_s - gone
        if left <= max(ANNOUNCED_S, last.rest_s - REST_LEAST_S - 2):
            turn = "" if item.same_place(last) else " Change over."
            self._script.once(f"Next: {titled(item.move, item.side)}, set {item.number} of {item.of}.{turn}")
        if left <= 0:
            self._start_item(moment.t, last)

    def _summary(self, moment: Moment) -> None:
        if not self.stopped:
            self._script.once(self.told(), "cue")
            for k, line in enumerate(self._plan.closing):
                if moment.t - self._start >= 6.0 * (k + 1):
                    self._script.once(line)
        if moment.t - self._start >= SUMMARY_S:
            self.stage = "over"

    def _over(self, moment: Moment) -> None:
        """Nothing more happens."""

    # Steps between the stages

    @property
    def _start(self) -> float:
        assert self._since is not None
        return self._since

    @property
    def _previous(self) -> Item:
        return self._items[max(self._index - 1, 0)]

    def _enter(self, stage: Stage, t: float) -> None:
        self.stage, self._since = stage, t
        self._good_since = self._bad_since = None
        self._resting = self._rated_now = False
        self._script.new_stage()

    def _start_item(self, t: float, last: Item) -> None:
        assert self.item is not None
        self._enter("setup" if self.item.same_place(last) else "framing", t)

    def _advance(self, t: float, rest: bool = True) -> None:
        """To the rest after this set, or past it."""
        last = self.item
        assert last is not None
        self._index += 1
        if self.item is None:
            self._enter("summary", t)
        elif rest and last.rest_s > 0:
            self._enter("rest", t)
            self._resting = True
            self._script.say(last.reminder or f"Rest for {last.rest_s:.0f} seconds.")
            if self._ask:
                self._script.say("Discomfort, from zero to ten?")
        else:
            self._start_item(t, last)

    def _rolling_already(self, moment: Moment) -> bool:
        """Who rolls is not made to wait."""
        if moment.feedback is None or moment.feedback.pass_count == 0:
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
        """The person does the other side of this move first: take that set of the plan now."""
        item = self.item
        if item is None or feedback is None or not feedback.set_open or self.stage == "rolling":
            return
        if feedback.move is None or feedback.move.id != item.move.id or feedback.side == item.side:
            return
        for k in range(self._index + 1, len(self._items)):
            if (self._items[k].move.id, self._items[k].side) == (item.move.id, feedback.side):
                swapped = self._items.pop(k)
                self._items.insert(self._index, swapped)
                return

    def _counted(self, feedback: Feedback | None) -> bool:
        """Whether a pass was counted just now."""
        count = 0 if feedback is None else feedback.pass_count
        more, self._passes = count > self._passes, count
        return more

    def _held(self, good: bool, t: float) -> float:
        if not good:
            self._good_since = None
            return 0.0
        self._good_since = t if self._good_since is None else self._good_since
        return t - self._good_since

    # Words

    def told(self) -> str:
        """The session in one sentence."""
        sets, passes = len(self.tallies), sum(x.pass_count for x in self.tallies)
        seconds = sum(x.on_target_s for x in self.tallies)
        words = f"{sets} set{'' if sets == 1 else 's'}, {passes} pass{'' if passes == 1 else 'es'}"
        return f"All done. {words}, {seconds:.0f} seconds on target."

    def _now(self, moment: Moment, tick: bool) -> Now:
        item, feedback = self.item, moment.feedback
        cue = moment.cue if self.stage in ("setup", "countdown", "rolling") and not moment.arm_raised else None
        left = 0.0
        if item is not None:
            done = feedback.time_on_target_s if feedback is not None and self.stage == "rolling" else 0.0
            left = max(item.seconds - done, 0.0)
        rest = max(self._previous.rest_s - (moment.t - self._start), 0.0) if self.stage == "rest" else 0.0
        ahead = self._items[self._index + 1 :]
        later = sum(i.seconds for i in ahead) + sum(i.rest_s for i in self._items[self._index : -1])
        return Now(
            t=moment.t, stage=self.stage, item=item, upcoming=ahead[0] if ahead else None, paused=self.paused,
            findings=moment.findings if self.stage == "framing" else (), instruction=self._instruction,
            count=3 - floor(moment.t - self._start) if self.stage == "countdown" else None,
            left_s=rest if self.stage == "rest" else left, session_left_s=left + rest + later, banner=cue,
            breath=self._breath, asking=self._asking(moment.t), tick=tick, lines=self._script.lines,
            finish_set=self._finish, tallies=tuple(self.tallies), closing=self._plan.closing,
        )  # fmt: skip

    def _asking(self, t: float) -> Asked | None:
        if not self._ask or self._rated_now or t - self._start > ASKED_S:
            return None
        if self.stage == "setup" and self._before is None:
            return "before"
        return "after" if self.stage in ("rest", "summary") and self.ratings else None


def _in_posture(feedback: Feedback | None) -> bool:
    return feedback is not None and feedback.phase in _IN_POSTURE


def _missing(feedback: Feedback | None) -> list[str]:
    """Cues of the checks that are wrong at this moment."""
    if feedback is None:
        return []
    return [v.check.cue for v in feedback.verdicts if v.state == "fault" or v.violated]
