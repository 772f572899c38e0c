"""One set of one move: phases, checks, passes, holds, time on target. One sample at a time.

The same coach runs live and on clips. It never looks ahead; what it decides late (a fault after it
has lasted, a pass at its turning point) it dates back to when it happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf, isnan, nan
from typing import Final, Literal

from smr_vision.body import Body
from smr_vision.body.time_window import GAP_S, UNSEEN_S, Unseen
from smr_vision.coach.arrival import Arrival, SetMoment
from smr_vision.coach.checks import FaultSpan, PostureJudge, Verdict, merged, together
from smr_vision.coach.contact_speed import ContactSpeed
from smr_vision.coach.passes import STOOD_SHARE, HoldDone, HoldFinder, SweepFinder
from smr_vision.coach.set_bounds import CLOSES_S, OPENS_S, SetBounds
from smr_vision.coach.sets import Feedback, PassDone, Phase, SetDone, ToldLate, ZoneName, how_it_was, tell_late, waiting
from smr_vision.coach.still_setup import StillSetup
from smr_vision.coach.sweep_rules import Judged, Sample, SweepJudge
from smr_vision.coach.totals import SetTotals
from smr_vision.coach.unseen_passes import feedback_without, set_without
from smr_vision.coach.usual_hips import SUNK, UsualHips
from smr_vision.moves import Move
from smr_vision.moves.measures import CONTACT_MEASURES, PASS_MEASURES
from smr_vision.tool import Contact
from smr_vision.tool.evidence import Presence

__all__ = ["CLOSES_S", "OPENS_S", "Feedback", "PassDone", "Phase", "SetCoach", "SetDone", "ZoneName"]

LIFTED_S: Final = 0.5  # off the tool for so long, a sweep is over; less is wobble of a measure [E]


class SetCoach:
    """Coaches one set from the moment its posture begins."""

    def __init__(self, move: Move, side: Literal["left", "right"] | None, strictness: str = "standard") -> None:
        self.move = move
        self.side = side
        self._totals = SetTotals(move)
        self._arrival = Arrival(move)
        self._bounds = SetBounds()
        self._sweep_judge = SweepJudge(move, side, strictness, self._totals)
        rules = [(check, rule) for check in move.checks for rule in check.rules]
        self._judges = [(PostureJudge(c, r, strictness), r.when) for c, r in rules if r.when in ("always", "setup")]
        self._sweeps = SweepFinder(move.passes.least)
        self._holds = HoldFinder(move.passes)
        self._still = StillSetup(move)
        self._pace = ContactSpeed(move)
        self._hips = UsualHips(move)
        self._sight = Unseen(UNSEEN_S, GAP_S)
        self._off_since: float | None = None  # since when the body has been off the tool
        self._place = nan
        self._hold_list: list[HoldDone] = []
        self._faults: list[FaultSpan] = []
        self._new_faults: list[FaultSpan] = []
        self._announced: set[tuple[str, float]] = set()
        self._confidence = 0.0
        self._tool: Literal["seen", "assumed"] | None = None  # not known yet: then nothing is told
        self._untold: list[FaultSpan] = []  # decided before the tool was known of
        self._unsaid: tuple[ToldLate, ...] = ()  # and how it was then

    @property
    def open(self) -> bool:
        """Whether this is a set already: its posture has held, or a pass was made, and there is a tool."""
        return self._tool is not None and self.held

    @property
    def held(self) -> bool:
        """The same, whether there is a tool or not."""
        return self._bounds.is_set(self._sweep_judge.passes)

    @property
    def started(self) -> float | None:
        """When its posture was taken up."""
        return self._bounds.started

    @property
    def pressed(self) -> bool:
        """Whether the body is on the tool as far as the move's checks can tell."""
        return self._sweep_judge.pressed

    @property
    def over(self) -> bool:
        """Whether the posture has been left long enough to end the set."""
        return self._bounds.left(a_set=self.open)

    def advance(
        self,
        body: Body | None,
        contact: Contact,
        in_posture: bool,
        confidence: float = 0.0,
        presence: Presence | None = "seen",
    ) -> Feedback:
        """Add a moment; `body`: None when nobody is seen. Nothing is told until the tool is seen or hidden."""
        if presence == "seen":
            self._tool = "seen"
        elif presence == "hidden" and self._tool is None:
            self._tool = "assumed"
            self._totals.assume()
        feedback = self._follow(body, contact, in_posture, confidence)
        if self._tool is None:
            self._untold += feedback.new_faults
            self._unsaid = tell_late(self._unsaid, *feedback.told_late, how_it_was(feedback))
            return waiting(self.move, self.side, contact, "setup" if in_posture else "ready")
        if not self._unsaid:
            return feedback
        kept = {(f.check.id, f.start_s) for f in (*self._faults, *self._running)}  # what was put right is not told
        untold, self._untold = [f for f in self._untold if (f.check.id, f.start_s) in kept], []
        late, self._unsaid = tell_late(self._unsaid, *feedback.told_late), ()
        if self._tool == "seen":
            late = self._totals.only_placed(late, sure=contact.sure)
        return replace(feedback, new_faults=(*untold, *feedback.new_faults), told_late=late)

    def _follow(self, body: Body | None, contact: Contact, in_posture: bool, confidence: float) -> Feedback:
        moment = SetMoment(body, contact, in_posture and body is not None, confidence)
        if self._arrival.over:
            return self._take(moment)
        moments = self._arrival.add(moment)
        if not moments:
            return waiting(self.move, self.side, contact, "setup" if moment.in_posture else "ready")
        *taken, feedback = map(self._take, moments)
        decided = [fault for one in taken for fault in one.new_faults]
        late = tell_late((), *map(how_it_was, taken))
        return replace(feedback, new_faults=(*decided, *feedback.new_faults), told_late=late)

    def _take(self, moment: SetMoment) -> Feedback:
        """Coach one moment of somebody in position."""
        body, contact, in_posture = moment.body, moment.contact, moment.in_posture
        t, last = contact.t, self._bounds.last
        seconds = 0.0 if last is None else min(t - last, 0.5)
        if last is not None and t - last > GAP_S:
            self.interrupt()
        self._bounds.follow(t, in_posture=in_posture, settled=contact.settled)
        self._new_faults = []
        if in_posture:
            self._confidence = max(self._confidence, moment.confidence)
            if body is not None:
                self._totals.see(body)
        values = self._values(body, contact, t) if in_posture and body is not None else {}
        verdicts = self._judge(t, values, seconds)
        violated = frozenset(v.check.id for v in verdicts if v.violated)
        self._sweep_judge.add(Sample(t, values, in_posture, violated, contact.to_scale))
        position = contact.position if in_posture else nan
        on_target = not isnan(position) and self._totals.roll(contact, verdicts, seconds, self._tool)
        self._roll(t, position, contact, on_target and (self._tool is not None or contact.followed))
        return self._feedback(contact, verdicts, in_posture=in_posture, position=position, on_target=on_target)

    def _values(self, body: Body, contact: Contact, t: float) -> dict[str, float]:
        """All measures that this move's rules look at."""
        values: dict[str, float] = {}
        for check in self.move.checks:
            for rule in check.rules:
                for bound in (*rule.bounds, *rule.unless, *rule.or_unless, *rule.only_when):
                    if bound.measure not in PASS_MEASURES and bound.measure not in CONTACT_MEASURES:
                        values[bound.measure] = body.measure(bound.measure, self.side)
        values["contact"] = contact.position if contact.sure else nan
        values["idle_s"] = self._pace.idle_s(t)
        values[SUNK] = self._hips.sunk(t, body)
        self._totals.measure(body, self.side)
        return values

    def _judge(self, t: float, values: Mapping[str, float], seconds: float) -> tuple[Verdict, ...]:
        under_way, passed = self._sweeps.under_way, bool(self._sweep_judge.passes)
        still = self._still.means(t, self._place, values, under_way=under_way, passed=passed)
        settled = not self._bounds.leaving
        verdicts: dict[str, list[Verdict]] = {check.id: [] for check in self.move.checks}
        for judge, when in self._judges:
            verdict, ended = judge.judge(t, values if when == "always" else still, settled=settled)
            mended = verdict.state == "ok" and ended is not None
            if ended is not None and not (mended and self._bounds.getting_ready(ended, self._sweep_judge.passes)):
                self._faults.append(ended)
            running = judge.running
            if running is not None and (running.check.id, running.start_s) not in self._announced:
                told = {f.check.id for f in self._running if (f.check.id, f.start_s) in self._announced}
                self._announced.add((running.check.id, running.start_s))
                if running.check.id not in told:  # another rule's for what goes on already is no new one
                    self._new_faults.append(running)
            verdicts[judge.check.id].append(verdict)
            if verdict.state == "ok":
                self._totals.right(judge.check, t - seconds, t)
        for check_id, verdict in self._sweep_judge.verdicts.items():
            verdicts[check_id].append(verdict)
        return tuple(together(self.move.by_id[i], found) for i, found in verdicts.items())

    def _roll(self, t: float, position: float, contact: Contact, on_target: bool) -> None:
        """Follow the contact: sweeps, passes, holds, speed, rest."""
        self._place = position
        hidden = self._sight.ended(t, not isnan(position))
        if hidden:
            self._pace.unseen(hidden)
            self._still.clear()
        if isnan(position):
            self._hold(t, position, on_target)
            return
        if contact.corrected:
            self._sweeps.shift(contact.corrected)
            self._holds.shift(contact.corrected)
            self._still.clear()
            self._pace.shift(contact.corrected)
        if self._pace.follow(t, position):
            self._end_sweep()
        self._off_since = None if self.pressed else t if self._off_since is None else self._off_since
        if self._off_since is None or t - self._off_since < LIFTED_S:
            sweep = self._sweeps.add(t, position if contact.steady else nan)
        else:
            sweep = self._sweeps.flush()  # off the tool: what comes after it is another sweep
        if sweep is not None:
            faults = self._sweep_judge.finish(sweep, t)
            self._faults += faults
            self._new_faults += faults
            self._bounds.rolled(t, self._sweep_judge.passes[-1].end_s if self._sweep_judge.passes else -inf)
        self._hold(t, position, on_target)

    def _hold(self, t: float, position: float, on_target: bool) -> None:
        hold = self._holds.add(t, position, on_target)
        if hold is not None:
            self._hold_list.append(hold)

    def interrupt(self) -> None:
        """The next moment does not follow on the last one: what is going on ends, the set does not."""
        self._end_sweep()
        hold = self._holds.flush()
        if hold is not None:
            self._hold_list.append(hold)
        self._faults += [fault for judge, _ in self._judges if (fault := judge.flush()) is not None]
        self._still.clear()
        self._pace.restart()
        self._off_since = None

    def _feedback(
        self, contact: Contact, verdicts: tuple[Verdict, ...], *, in_posture: bool, position: float, on_target: bool
    ) -> Feedback:
        t = contact.t
        held, running = self._holds.since, self._running
        if not in_posture:
            phase: Phase = "out" if self.open else "ready"
        elif held is not None and not running:
            phase = "holding"  # standing still in a fault is none
        else:
            phase = "rolling" if self._sweep_judge.passes or self._sweeps.under_way > 0 else "setup"
        zone = None if isnan(position) else self._totals.zone(contact, self._tool)
        feedback = Feedback(
            t, phase, self.move, self.side, contact, zone, on_target, verdicts,
            self._bounds.told(t, self._passes(self._cut_short())), self._totals.on_target_s,
            self._pace.speed_cm_s if contact.to_scale else nan,
            t - held if held is not None else 0.0, self.open, self._bounds.lasts_s(t),
            tuple(self._new_faults), running, self._tool, self._totals.on_target_known,
            unplaced=self._totals.unplaced(),
        )  # fmt: skip
        return feedback_without(feedback) if self._totals.uncounted else feedback

    @property
    def _running(self) -> tuple[FaultSpan, ...]:
        """Confirmed faults that last."""
        return tuple(fault for judge, _ in self._judges if (fault := judge.running) is not None)

    def finish(self) -> SetDone | None:
        """End the set; None when it never became one."""
        self.interrupt()
        return self.so_far()

    def so_far(self) -> SetDone | None:
        """The set as if it ended now; nothing ends. Nothing that lies beyond its end is counted."""
        cut = self._cut_short()
        passes = self._passes(cut)
        holds = [*self._hold_list, *filter(None, (self._holds.so_far,))]
        faults = merged([*self._faults, *cut.faults, *self._running])
        inside = self._bounds.within(passes, faults, holds) if self._tool is not None else None
        if inside is None:
            return None
        start, end = inside.start_s, inside.end_s
        totals, stood = self._totals, STOOD_SHARE * self.move.passes.hold_s
        done = SetDone(
            self.move, self.side, start, end, totals.view, inside.passes, totals.on_target_until(end),
            totals.zone_s(end), tuple(h for h in inside.holds if h.end_s - h.start_s >= stood),
            totals.check_s(inside.faults, start, end, cut.right), inside.faults, totals.source_s("seen", end),
            totals.source_s("inferred", end), totals.advice, self._confidence, self._tool or "seen",
            totals.unsure_until(end), totals.unplaced(end),
        )  # fmt: skip
        return set_without(done) if totals.uncounted else done

    def _cut_short(self) -> Judged:
        """What would come of the sweep under way if the set ended now."""
        sweep = self._sweeps.so_far
        cut = self._sweep_judge.as_if_cut_short(sweep, self._bounds.last or sweep.end_s) if sweep is not None else None
        return cut or Judged()

    def _passes(self, cut: Judged) -> list[PassDone]:
        return [*self._sweep_judge.passes, *((cut.done,) if cut.done is not None else ())]

    def _end_sweep(self) -> None:
        """The sweep under way is over."""
        sweep = self._sweeps.flush()
        if sweep is not None:
            self._faults += self._sweep_judge.cut_short(sweep, self._bounds.last or sweep.end_s)
