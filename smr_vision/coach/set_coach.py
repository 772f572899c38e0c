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
from smr_vision.body.time_window import GAP_S, UNSEEN_S, TimeWindow, Unseen
from smr_vision.coach.checks import FaultSpan, PostureJudge, Verdict, merged, together
from smr_vision.coach.contact_speed import ContactSpeed
from smr_vision.coach.passes import STOOD_SHARE, HoldDone, HoldFinder, SweepFinder
from smr_vision.coach.sets import Feedback, PassDone, Phase, SetDone, ZoneName
from smr_vision.coach.sweeps import Sample, SweepJudge
from smr_vision.coach.totals import SetTotals
from smr_vision.moves import Move
from smr_vision.moves.measures import PASS_MEASURES
from smr_vision.tool import SETTLED_S, Contact
from smr_vision.tool.evidence import Presence

__all__ = ["CLOSES_S", "OPENS_S", "Feedback", "PassDone", "Phase", "SetCoach", "SetDone", "ZoneName"]

OPENS_S: Final = 2.0  # a set opens when the posture has held this long (contract)
CLOSES_S: Final = 3.0  # and ends when it has been left this long (contract)
LONGEST_ARRIVAL_S: Final = 4.0  # who never holds still is in position all the same [E]
SOONEST_S: Final = 0.9  # after the start of a set nobody has made a pass yet [E]
LEAST_PASSES: Final = 2  # of a set that was over before its posture had held for `OPENS_S`
GETS_READY_S: Final = 3.0  # what is put right this soon, before the first pass, was no fault [E]
LEAVES_S: Final = 4.0  # getting up takes no longer; who is unsettled for longer is rolling, seen badly [E]
GETS_OFF_S: Final = 3.0  # nor what went wrong this soon before the posture was left, and stayed wrong [E]
NOTICED_S: Final = 0.6  # a changing slant is noticed this late
LIFTED_S: Final = 0.5  # off the tool for so long, a sweep is over; less is wobble of a measure [E]
STILL_S: Final = 1.0  # a still set-up (contract)
BEGUN_SHARE: Final = 0.5  # of the least extent of a pass: who has come this far rolls, and stands still at turns [E]
STILL_REACH: Final = 0.03  # contact moves less than this while still, segment lengths [E]


class SetCoach:
    """Coaches one set from the moment its posture begins."""

    def __init__(self, move: Move, side: Literal["left", "right"] | None, strictness: str = "standard") -> None:
        self.move = move
        self.side = side
        self._totals = SetTotals(move)
        self._arrived = False
        self._arriving: list[tuple[Body | None, Contact, bool, float]] = []
        self._leaving: float | None = None  # since when the slant has been changing
        self._sweep_judge = SweepJudge(move, side, strictness, self._totals)
        rules = [(check, rule) for check in move.checks for rule in check.rules]
        self._judges = [(PostureJudge(c, r, strictness), r.when) for c, r in rules if r.when in ("always", "setup")]
        self._sweeps = SweepFinder(move.passes.least)
        self._holds = HoldFinder(move.passes)
        self._still = TimeWindow(STILL_S)
        self._still_means = {b.measure: TimeWindow(STILL_S) for _, r in rules if r.when == "setup" for b in r.bounds}
        self._pace = ContactSpeed(move)
        self._sight = Unseen(UNSEEN_S, GAP_S)
        self._begun = False  # rolling: the set-up is over
        self._off_since: float | None = None  # since when the body has been off the tool
        self._place = nan
        self.started: float | None = None
        self._last: float | None = None
        self._last_in: float = 0.0
        self._hold_list: list[HoldDone] = []
        self._faults: list[FaultSpan] = []
        self._new_faults: list[FaultSpan] = []
        self._announced: set[tuple[str, float]] = set()
        self._confidence = 0.0
        self._tool: Literal["seen", "assumed"] | None = None  # not known yet: then nothing is told
        self._untold: list[FaultSpan] = []  # decided before the tool was known of

    @property
    def open(self) -> bool:
        """Whether this is a set already: its posture has held, or a pass was made, and there is a tool."""
        if self.started is None or self._tool is None:
            return False
        return bool(self._sweep_judge.passes) or self._last_in - self.started >= OPENS_S

    @property
    def pressed(self) -> bool:
        """Whether the body is on the tool as far as the move's checks can tell."""
        return self._sweep_judge.pressed

    @property
    def over(self) -> bool:
        """Whether the posture has been left long enough to end the set."""
        if self.started is None or self._last is None:
            return False
        gone = self._last - self._last_in
        return gone >= (CLOSES_S if self.open else 1.0)

    def advance(
        self,
        body: Body | None,
        contact: Contact,
        in_posture: bool,
        confidence: float = 0.0,
        presence: Presence | None = "seen",
    ) -> Feedback:
        """Add a moment; `body` is None when nobody is seen. Until the tool is seen, or its place is hidden
        (`presence`), all is followed and nothing told."""
        if presence == "seen":
            self._tool = "seen"
        elif presence == "hidden" and self._tool is None:
            self._tool = "assumed"
        feedback = self._follow(body, contact, in_posture, confidence)
        if self._tool is None:
            self._untold += feedback.new_faults
            return self._waiting(contact, "setup" if in_posture else "ready")
        untold, self._untold = self._untold, []
        return replace(feedback, new_faults=(*untold, *feedback.new_faults)) if untold else feedback

    def _follow(self, body: Body | None, contact: Contact, in_posture: bool, confidence: float) -> Feedback:
        moment = (body, contact, in_posture and body is not None, confidence)
        if self._arrived:
            return self._take(*moment)
        if not moment[2]:
            self._arriving.clear()
            return self._waiting(contact, "ready")
        self._arriving.append(moment)
        if not contact.settled and contact.t - self._arriving[0][1].t < LONGEST_ARRIVAL_S:
            return self._waiting(contact, "setup")
        # In position since the second in which the slant was kept: nothing of that second is lost.
        self._arrived = True
        decided: list[FaultSpan] = []
        for earlier in self._arriving[:-1]:
            if earlier[1].t >= contact.t - SETTLED_S:
                decided += self._take(*earlier).new_faults
        self._arriving.clear()
        feedback = self._take(*moment)
        return replace(feedback, new_faults=(*decided, *feedback.new_faults))

    def _waiting(self, contact: Contact, phase: Phase) -> Feedback:
        """Feedback before the person is in position: nothing is judged."""
        unknown = tuple(Verdict(check, "unknown", nan) for check in self.move.checks)
        return Feedback(
            contact.t, phase, self.move, self.side, contact, None, on_target=False, verdicts=unknown, pass_count=0,
            time_on_target_s=0.0, speed_cm_s=nan, hold_s=0.0, set_open=False, set_s=0.0,
        )  # fmt: skip

    def _take(self, body: Body | None, contact: Contact, in_posture: bool, confidence: float) -> Feedback:
        """Coach one moment of somebody in position."""
        t = contact.t
        seconds = 0.0 if self._last is None else min(t - self._last, 0.5)
        if self._last is not None and t - self._last > GAP_S:
            self.interrupt()
        self._last = t
        self._new_faults = []
        if in_posture:
            if contact.settled:
                self._leaving = None
            elif self._leaving is None:
                self._leaving = t
            self.started = t if self.started is None else self.started
            self._last_in = t
            self._confidence = max(self._confidence, confidence)
            if body is not None:
                self._totals.see(body)
        values = self._values(body, contact, t) if in_posture and body is not None else {}
        verdicts = self._judge(t, values, seconds)
        violated = frozenset(v.check.id for v in verdicts if v.violated)
        self._sweep_judge.add(Sample(t, values, in_posture, violated, contact.to_scale))
        position = contact.position if in_posture else nan
        on_target = not isnan(position) and self._totals.roll(contact, verdicts, seconds)
        self._roll(t, position, contact, on_target)
        return self._feedback(contact, verdicts, in_posture=in_posture, position=position, on_target=on_target)

    def _values(self, body: Body, contact: Contact, t: float) -> dict[str, float]:
        """All measures that this move's rules look at."""
        values: dict[str, float] = {}
        for check in self.move.checks:
            for rule in check.rules:
                for bound in (*rule.bounds, *rule.unless, *rule.or_unless, *rule.only_when):
                    if bound.measure not in PASS_MEASURES:
                        values[bound.measure] = body.measure(bound.measure, self.side)
        values["contact"] = contact.position if contact.sure else nan
        values["idle_s"] = self._pace.idle_s(t)
        self._totals.advise(body, self.side)
        return values

    def _judge(self, t: float, values: Mapping[str, float], seconds: float) -> tuple[Verdict, ...]:
        still = self._still_setup(t, values)
        verdicts: dict[str, list[Verdict]] = {check.id: [] for check in self.move.checks}
        for judge, when in self._judges:
            verdict, ended = judge.judge(t, values if when == "always" else still)
            if ended is not None and not (verdict.state == "ok" and self._put_right_at_setup(ended)):
                self._faults.append(ended)
            running = judge.running
            if running is not None and (running.check.id, running.start_s) not in self._announced:
                self._announced.add((running.check.id, running.start_s))
                self._new_faults.append(running)
            verdicts[judge.check.id].append(verdict)
            if verdict.state == "ok":
                self._totals.right(judge.check, t - seconds, t)
        for check_id, verdict in self._sweep_judge.verdicts.items():
            verdicts[check_id].append(verdict)
        return tuple(together(self.move.by_id[i], found) for i, found in verdicts.items())

    def _put_right_at_setup(self, fault: FaultSpan) -> bool:
        """Whether a fault was mended while getting ready: hands and hips come into place one after the other."""
        early = self.started is not None and fault.end_s - self.started <= GETS_READY_S
        return early and not self._sweep_judge.passes

    def _getting_off(self, fault: FaultSpan) -> bool:
        """Whether a fault is how the posture was left: legs uncross and hips come down before anything else changes."""
        last = fault.end_s >= self._last_in - NOTICED_S and self._last_in - fault.start_s <= GETS_OFF_S
        return last and fault.check.severity == "form"

    def _still_setup(self, t: float, values: Mapping[str, float]) -> dict[str, float]:
        """Means of the set-up measures over a still second before the first pass; empty when not still."""
        begun = self._sweeps.under_way >= BEGUN_SHARE * self.move.passes.least
        self._begun = self._begun or begun or bool(self._sweep_judge.passes)
        if self._begun or not values or isnan(self._place):
            self._still.clear()
            return {}
        self._still.add(t, self._place)
        for name, recent in self._still_means.items():
            recent.add(t, values.get(name, nan))
        if self._still.span < 0.95 * STILL_S or self._still.spread > STILL_REACH:
            return {}
        return {name: recent.mean for name, recent in self._still_means.items()}

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
            if self._leaving is not None and self._last_pass_s > self._leaving:
                self._leaving = t  # however the slant changed, that was rolling
        self._hold(t, position, on_target)

    def _hold(self, t: float, position: float, on_target: bool) -> None:
        hold = self._holds.add(t, position, on_target)
        if hold is not None:
            self._hold_list.append(hold)

    @property
    def _last_pass_s(self) -> float:
        """When the last pass ended."""
        return self._sweep_judge.passes[-1].end_s if self._sweep_judge.passes else -inf

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
        under_way = self._sweeps.under_way
        on_tool = self._sweep_judge.on_tool_now or self._off_since is not None  # it is decided when that has lasted
        counting = under_way >= self.move.passes.least and on_tool
        held = self._holds.since
        running = tuple(fault for judge, _ in self._judges if (fault := judge.running) is not None)
        if not in_posture:
            phase: Phase = "out" if self.open else "ready"
        elif held is not None and not running:
            phase = "holding"  # standing still in a fault is none
        else:
            phase = "rolling" if self._sweep_judge.passes or under_way > 0 else "setup"
        zone = None if isnan(position) else self.move.zone.colour(position)
        return Feedback(
            t, phase, self.move, self.side, contact, zone, on_target, verdicts,
            self._told(t, len(self._sweep_judge.passes) + int(counting)), self._totals.on_target_s,
            self._pace.speed_cm_s,
            t - held if held is not None else 0.0, self.open, t - self.started if self.started is not None else 0.0,
            tuple(self._new_faults), running, self._tool, self._totals.on_target_known,
        )  # fmt: skip

    def _told(self, t: float, count: int) -> int:
        """How many passes to tell of: one alone, right at the start, is stepping into place."""
        begun = self.started is not None and t - self.started >= SOONEST_S
        return count if begun or count >= LEAST_PASSES else 0

    def finish(self) -> SetDone | None:
        """End the set; None when it never became one. Nothing that lies beyond its end is counted."""
        self.interrupt()
        if not self.open or self.started is None:
            return None
        faults = merged(self._faults)
        passes = self._sweep_judge.passes
        end = self._last_in
        if self._leaving is not None and end - self._leaving <= LEAVES_S:
            # Sitting up or rolling off is no part of the set: no pass is made by it, and nothing in it is a fault.
            passes = [p for p in passes if (p.start_s + p.end_s) / 2 < self._leaving]
            end = max(self._leaving, self.started, *(p.end_s for p in passes))
            faults = [f for f in faults if f.start_s < self._leaving - NOTICED_S]
        if self._last is not None and self._last - self._last_in > NOTICED_S:
            faults = [f for f in faults if not self._getting_off(f)]
        if end - self.started < OPENS_S and len(passes) < LEAST_PASSES:
            # Getting in and out again: the posture was never held, and stepping into place looks like a pass.
            return None
        faults = [replace(f, end_s=max(min(f.end_s, end), f.start_s)) for f in faults]
        holds = (replace(h, end_s=min(h.end_s, end)) for h in self._hold_list)
        totals, stood = self._totals, STOOD_SHARE * self.move.passes.hold_s
        return SetDone(
            self.move, self.side, self.started, end, totals.view, tuple(passes), totals.on_target_until(end),
            totals.zone_s(end), tuple(h for h in holds if h.end_s - h.start_s >= stood),
            totals.check_s(faults, self.started, end), tuple(faults), totals.source_s("seen", end),
            totals.source_s("inferred", end), totals.advice, self._confidence, self._tool or "seen",
        )  # fmt: skip

    def _end_sweep(self) -> None:
        """The sweep under way is over."""
        sweep = self._sweeps.flush()
        if sweep is not None:
            self._faults += self._sweep_judge.cut_short(sweep, self._last or sweep.end_s)
