"""What happens in each stage of a live session, and when the next one begins.

Safety screen -> framing -> set-up -> 3-2-1 -> rolling -> rest -> the next set ... -> summary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import floor
from typing import Final

from smr_vision.coach import Feedback
from smr_vision.coach.recogniser import Candidate
from smr_vision.live import safety
from smr_vision.live.discomfort import DiscomfortQuestions
from smr_vision.live.plan_position import Course
from smr_vision.live.readiness import Guidance, Readiness, in_posture, missing_of
from smr_vision.live.routine import Item, Plan
from smr_vision.live.spoken_lines import Script
from smr_vision.live.stage_messages import Breath, Early, LiveInput, Stage, Tally
from smr_vision.live.summary import Closing

COUNT_S: Final = 3.0  # 3-2-1
LONGEST: Final = 2.0  # a set ends after this many times its dose, however little of it was on target
A_SET_S: Final = 5.0  # left with less than this on target, a set doesn't use up its place in the plan
WORTH_IT_S: Final = 8.0  # left of a set: less is not worth lying down for again [E]
ANNOUNCED_S: Final = 24.0  # before the end of a rest the next set is announced: time to turn round
NEARLY_S: Final = 10.0  # before the end of a set
NOW_S: Final = 2.0  # what says how long it is still is out of date after this


class Stages:
    """The stage that is on, and the way through a plan.

    After each `step`: `instruction` and `breath` are what to show, `finish_set` asks for the set under way
    to be ended. `lingering` is true when the time is up, but the person has not left the posture: the set
    goes on. `tallies` are the sets done, `early` the last one where it was left before its time.
    """

    def __init__(self, plan: Plan, script: Script, discomfort: DiscomfortQuestions, first: Stage) -> None:
        self.course = Course(plan)
        self.ending = Closing(plan, script)
        self.now: Stage = first
        self.lingering = False
        self.finish_set = False
        self.instruction = ""
        self.breath: Breath | None = None
        self.tallies: list[Tally] = []
        self.stopped = self.left_early = False
        self.early: Early | None = None
        self._script = script
        self._discomfort = discomfort
        self._since: float | None = None  # when this stage began
        self._readiness = Readiness(script, discomfort)
        self._steps: dict[Stage, Callable[[LiveInput], None]] = {
            "screen": self._screen,
            "framing": self._framing,
            "setup": self._setup,
            "countdown": self._countdown,
            "rolling": self._rolling,
            "rest": self._rest,
            "summary": self._summary,
        }

    def new_moment(self, t: float) -> None:
        self._since = t if self._since is None else self._since
        self.finish_set, self.instruction, self.breath = False, "", None

    def step(self, moment: LiveInput) -> None:
        """Go on by a moment."""
        self._follow_side(moment.feedback)
        step = self._steps.get(self.now)
        if step is not None:
            step(moment)

    def gone_s(self, t: float) -> float:
        """Seconds in this stage."""
        assert self._since is not None
        return t - self._since

    def left_s(self, moment: LiveInput) -> tuple[float, float]:
        """Seconds of this stage, and what is left of them."""
        if self.now == "rest":
            whole = self.course.previous.rest_s
            return whole, max(whole - self.gone_s(moment.t), 0.0)
        item = self.course.item
        if item is None:
            return 0.0, 0.0
        rolling = moment.feedback is not None and self.now == "rolling"
        done = moment.feedback.time_on_target_s if moment.feedback is not None and rolling else 0.0
        return item.seconds, max(item.seconds - done, 0.0)

    # From one to another

    def enter(self, stage: Stage, t: float) -> None:
        self.now, self._since = stage, t
        self.early = None
        self._readiness.new_stage()
        self._discomfort.new_stage()
        self._script.new_stage()

    def skip(self, t: float) -> None:
        """On to the next set."""
        if self.now == "rest":
            self.finish_set = self.lingering
            self._start_item(t)
        else:
            self.finish_set = True
            self._advance(t, rest=False)

    def again(self, t: float) -> None:
        """The set that is on from its beginning, or in a rest the last one: what is left of it where it was left early.
        What was done stays done."""
        self.finish_set = True
        if self.now in ("rest", "summary"):
            early = self.early
            self.course.put(self.course.previous if early is None else replace(early.item, seconds=early.left_s))
        self._start_item(t)

    def skip_side(self, t: float) -> None:
        """Past all that is to be done on this side of this move."""
        self.finish_set = True
        self.course.skip_side()
        if self.course.item is None:
            self.enter("summary", t)
        else:
            self._start_item(t)

    def switch(self, to: Candidate, t: float) -> None:
        """Do what the person is in position for."""
        self.course.switch(to)
        self.enter("setup", t)
        self._script.say(f"{to.move.titled(to.side)}.", "cue")

    def stop(self, t: float) -> None:
        """Straight to the summary."""
        self.stopped = self.finish_set = True
        self.enter("summary", t)

    def leave(self, t: float) -> None:
        """The person has had enough: to the summary, from there on to the end."""
        if self.now in ("screen", "summary", "over"):
            self.now = "over"
            return
        self.left_early = self.finish_set = True
        self.enter("summary", t)

    def _start_item(self, t: float) -> None:
        self.enter("setup" if self._item.same_place(self.course.previous) else "framing", t)

    def _advance(self, t: float, rest: bool = True) -> None:
        """To the rest after this set, or past it."""
        last = self.course.advance()
        if self.course.item is None:
            self.enter("summary", t)
        elif rest and last.rest_s > 0:
            self.enter("rest", t)
            self._script.say(last.reminder or f"Rest for {last.rest_s:.0f} seconds.")
            if self._discomfort.wanted:
                self._script.say("Discomfort, from zero to ten?")
        else:
            self._start_item(t)

    # The stages

    def _screen(self, _: LiveInput) -> None:
        self._script.once(safety.SAID)

    def _framing(self, moment: LiveInput) -> None:
        if not self._rolling_already(moment):
            self._go_on(self._readiness.frame(moment, self._item), moment.t)

    def _setup(self, moment: LiveInput) -> None:
        if not self._rolling_already(moment):
            self._go_on(self._readiness.set_up(moment, self._item, self.gone_s(moment.t)), moment.t)

    def _go_on(self, guided: Guidance, t: float) -> None:
        self.instruction = guided.instruction
        if guided.to is not None:
            self.enter(guided.to, t)

    def _countdown(self, moment: LiveInput) -> None:
        if self._rolling_already(moment):
            return
        if not in_posture(moment.feedback) or missing_of(moment.feedback):
            self.enter("setup", moment.t)
            return
        gone = self.gone_s(moment.t)
        if gone >= COUNT_S:
            self.enter("rolling", moment.t)
            self._script.say("Roll slowly.", "cue")
        else:
            self._script.once(("Three.", "Two.", "One.")[floor(gone)], "cue")

    def _rolling(self, moment: LiveInput) -> None:
        item, feedback = self._item, moment.feedback
        if moment.ended is not None or feedback is None:
            self._left_early(moment)
            return
        if feedback.tool == "assumed" and feedback.set_open:
            self._script.once("I can't see the tool from here. I take it to be in place.")
        if feedback.unplaced and feedback.set_open:
            self._script.once(item.move.zone.unseen)
        if feedback.uncounted and feedback.set_open:
            self._script.once(item.move.passes.unseen)
        left = item.seconds - feedback.time_on_target_s
        if left <= 0 or self.gone_s(moment.t) >= LONGEST * item.seconds:
            self._script.say("Set done." if left <= 0 else "Time is up.", "cue")
            self._advance(moment.t)
            self.lingering = self.now == "rest"
            self.finish_set = not self.lingering
            return
        if left <= NEARLY_S < item.seconds / 2:
            self._script.once("Ten seconds.", good_s=NOW_S)
        if feedback.phase == "holding":
            self.breath = self._script.breath(feedback.hold_s, item.move.passes.hold_most_s)

    def _rest(self, moment: LiveInput) -> None:
        last = self.course.previous
        if not self.lingering and self._rolling_already(moment):
            return
        left = last.rest_s - self.gone_s(moment.t)
        if left <= ANNOUNCED_S:
            item = self._item
            turn = "" if item.same_place(last) else " Change over."
            self._script.once(f"Next: {item.title}.{turn}")
        if left <= 0:
            self.finish_set = self.lingering
            self._start_item(moment.t)

    def _summary(self, moment: LiveInput) -> None:
        if self.ending.tell(self.gone_s(moment.t), self.tallies, stopped=self.stopped, left_early=self.left_early):
            self.now = "over"

    # What they share

    @property
    def _item(self) -> Item:
        item = self.course.item
        assert item is not None
        return item

    def _rolling_already(self, moment: LiveInput) -> bool:
        """Who rolls is not made to wait."""
        feedback = moment.feedback
        if (
            feedback is None
            or moment.ended is not None
            or not (feedback.pass_count or (feedback.set_open and feedback.phase == "rolling"))
        ):
            return False
        self.enter("rolling", moment.t)
        return True

    def _left_early(self, moment: LiveInput) -> None:
        done = moment.ended
        if done is not None and (done.time_on_target_s >= A_SET_S or len(done.passes) > 1):
            # Where the seconds are not known nobody is told that some are left; nor of those that nobody could see.
            left = self._item.seconds - done.time_on_target_s - done.unsure_s
            early = Early(self._item, done.time_on_target_s) if left >= WORTH_IT_S else None
            said = "Set done." if early is None else f"{done.time_on_target_s:.0f} of {self._item.seconds:.0f} seconds."
            self._script.say(said, "cue")
            self._advance(moment.t)
            self.early = early
        else:
            self.enter("setup", moment.t)
            self._script.say("Get back into position when you are ready.")

    def _follow_side(self, feedback: Feedback | None) -> None:
        """Take the set of the side that the person chose to do."""
        item = self.course.item
        if item is None or feedback is None or not feedback.set_open or self.now == "rolling" or self.lingering:
            return
        if feedback.move.id == item.move.id and feedback.side != item.side:
            self.course.take_side(feedback.side)
