"""The live session as a state machine: what is told to it, and what it shows and says.

It knows no camera and no clock: time is that of the pictures. What happens in each stage stands in
`smr_vision.live.next_stage`; here are the signs and keys, the pause, and all that is shown at one moment.
"""

from __future__ import annotations

from math import floor

from smr_vision.coach import Feedback, SetDone
from smr_vision.coach.cues import Cue
from smr_vision.live.discomfort import STOP_ADVICE, DiscomfortQuestions, Ratings
from smr_vision.live.next_stage import COUNT_S, Stages
from smr_vision.live.plan_position import Course
from smr_vision.live.routine import Plan
from smr_vision.live.spoken_lines import Script
from smr_vision.live.stage_messages import LiveInput, Now, Stage, Tally
from smr_vision.report.words import TOO_MUCH


class Flow:
    """Walks through a plan, one picture at a time.

    `screen_accepted` is true when the safety screen was shown and accepted.
    """

    def __init__(self, plan: Plan, *, ask_screen: bool = False, ask_discomfort: bool = False) -> None:
        self.paused = self.screen_accepted = False
        self._script = Script()
        self._discomfort = DiscomfortQuestions(ask_discomfort)
        self._stages = Stages(plan, self._script, self._discomfort, "screen" if ask_screen else "framing")
        self._passes = 0
        self._cue: Cue | None = None

    @property
    def stage(self) -> Stage:
        return self._stages.now

    @property
    def course(self) -> Course:
        return self._stages.course

    @property
    def ratings(self) -> list[Ratings]:
        """Discomfort of the sets as they were done."""
        return self._discomfort.ratings

    @property
    def stopped(self) -> bool:
        """Whether discomfort ended the session."""
        return self._stages.stopped

    @property
    def lingering(self) -> bool:
        """Whether the time is up, but the person has not left the posture: the set goes on."""
        return self._stages.lingering

    @property
    def watching(self) -> bool:
        """Whether sets may open: not before the first and not at the end."""
        return self.stage not in ("screen", "summary", "over")

    def count_set(self, done: SetDone) -> None:
        """A set is kept: it goes into the summary, with the discomfort said before and right after it."""
        self._discomfort.set_done()
        self._stages.lingering = False
        title = done.move.titled(done.side)
        place = {"assumed": done.tool == "assumed", "unplaced": done.unplaced}
        passes = None if done.uncounted else len(done.passes)
        self._stages.tallies.append(Tally(title, passes, done.time_on_target_s, len(done.faults), **place))

    def advance(self, moment: LiveInput) -> Now:
        """Add a moment."""
        self._script.new_moment()
        self._stages.new_moment(moment.t)
        self._obey(moment)
        if moment.rating is not None:
            self._rated(moment.rating, moment.t)
        tick = False
        if not self.paused:
            tick = self._counted(moment.feedback)
            self._stages.step(moment)
        return self._now(moment, self._cue_to_show(moment), tick)

    def _obey(self, moment: LiveInput) -> None:
        stages = self._stages
        for sign in moment.signs:
            if sign == "quit":
                self.paused = False
                stages.leave(moment.t)
            elif stages.now == "screen":
                if sign != "next":
                    self.screen_accepted = True
                    stages.enter("framing", moment.t)
            elif stages.now in ("summary", "over") and not (sign == "again" and stages.early is not None):
                stages.now = "over"
            elif sign == "next":
                self.paused = False
                stages.skip(moment.t)
            elif sign == "again":
                self.paused = False
                stages.again(moment.t)
            elif sign == "skip":
                self.paused = False
                stages.skip_side(moment.t)
            elif sign == "switch":
                if moment.other is not None:
                    stages.switch(moment.other, moment.t)
            else:
                self.paused = not self.paused
                self._script.say("Paused. Raise an arm to go on." if self.paused else "Going on.", "cue")

    def _rated(self, rating: int, t: float) -> None:
        if self._discomfort.answer(rating, self.stage, self.lingering) and rating >= TOO_MUCH:
            self._stages.stop(t)
            self._script.say(STOP_ADVICE, "cue")

    def _counted(self, feedback: Feedback | None) -> bool:
        """Whether a pass was counted just now."""
        count = 0 if feedback is None else feedback.pass_count
        more, self._passes = count > self._passes, count
        return more

    def _cue_to_show(self, moment: LiveInput) -> Cue | None:
        """The coach's cue, said when it is new; none while an arm is raised: that is no fault of the hands."""
        allowed = self.stage in ("setup", "countdown", "rolling") and not (moment.arm_raised or self.paused)
        cue = moment.cue if allowed else None
        if cue is not None and cue is not self._cue:
            self._script.say(cue.say, "cue", cue.sound)
        self._cue = cue
        return cue

    def _now(self, moment: LiveInput, cue: Cue | None, tick: bool) -> Now:
        stages, stage = self._stages, self.stage
        item, gone = self.course.item, self._stages.gone_s(moment.t)
        stage_s, left = stages.left_s(moment)
        this = (left if stage == "rolling" else item.seconds) if item is not None else 0.0
        return Now(
            t=moment.t,
            stage=stage,
            item=item,
            upcoming=self.course.upcoming,
            paused=self.paused,
            findings=moment.findings if stage == "framing" else (),
            instruction=stages.instruction,
            count=floor(COUNT_S) - floor(gone) if stage == "countdown" else None,
            left_s=left,
            stage_s=stage_s,
            session_left_s=this + self.course.later_s + (left if stage == "rest" else 0.0),
            banner=cue,
            breath=stages.breath,
            asking=self._discomfort.asked(stage, gone, self.lingering),
            tick=tick,
            lines=self._script.lines,
            finish_set=stages.finish_set,
            tallies=() if self.lingering else tuple(stages.tallies),
            left_early=stages.left_early,
            closing=stages.ending.lines,
            other=moment.other.move if moment.other is not None and stage == "setup" else None,
            early=stages.early if stage in ("rest", "summary") else None,
        )
