"""The beginning of a report: what went well, the one thing to put right, and a goal for the next time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smr_vision.report.facts import FaultFact, SessionFacts, SetFacts
from smr_vision.report.unseen import uncounted_words
from smr_vision.report.words import TOO_MUCH, check_share, count, fault_sentence, seconds, tempo_words

WELL_SHARE = 0.9
ADDED_S = 10.0  # as long as the dose has room for it [E]
MOST_WELL = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """What went well, the one thing to fix (None when there is nothing), and the next goal."""

    well: tuple[str, ...]
    fix: FaultFact | None
    fix_text: str
    goal: str


def summary_of(facts: SessionFacts) -> Summary:
    fix = facts.top_faults[0] if facts.top_faults else None
    return Summary(
        well=tuple(_well(facts))[:MOST_WELL] or ("You recorded the session, so there is something to build on.",),
        fix=fix,
        fix_text=fault_sentence(fix) if fix else "",
        goal=_goal(facts, fix),
    )


def _well(facts: SessionFacts) -> Iterator[str]:
    """True things to be glad of, the weightiest first; of sets in which something was rolled."""
    sets = [s for s in facts.sets if s.set.pass_count]
    for s in sets:
        dose = s.card.dose_s
        if s.on_target_s is not None and dose and s.on_target_s >= dose[0]:
            aim = f"{dose[0]:.0f}\N{EN DASH}{dose[1]:.0f} s"
            yield f"{seconds(s.on_target_s)} on target{s.place} in one set; {aim} is the aim."
            break
    # Not too fast is not yet calm: the tempo has a sentence of its own. What fails in another set is not praised.
    failing = {c.title for s in facts.sets for c in s.checks if c.faults}
    right = [
        (c, s)
        for s in sets
        for c in s.checks
        if c.verdict == "ok" and not c.of_tempo and c.title not in failing and _rolled(s)
    ]
    best, where = max(right, key=lambda found: (found[0].share or 0, found[0].ok_s), default=(None, None))
    if best is not None and where is not None and (best.share or 0) >= WELL_SHARE:
        alike = [c for s in facts.sets for c in s.checks if c.title == best.title]
        everywhere = all(c.whole and c.share == 1 and not c.of_passes for c in alike)
        place = f", in set {where.number}" if len(alike) > 1 and not everywhere else ""
        yield f"{best.title}: right {'the whole time' if everywhere else check_share(best) + place}."
    tempi = [s.tempo for s in sets if s.tempo.steps]
    if tempi and all(t.step == "calm" and "too fast" not in t.steps for t in tempi):
        yield "A calm tempo: most passes were slow enough to let the muscle give way."
    felt = [
        (d.before, d.after)
        for s in facts.sets
        if (d := s.set.discomfort) and d.before is not None and d.after is not None
    ]
    if felt and all(after < before for before, after in felt) and not any(_hurt(s) for s in facts.sets):
        # Each set has its own muscle: what one began with and another ended with say nothing together.
        one = f" from {felt[0][0]} to {felt[0][1]} out of 10" if len(felt) == 1 else " in each set"
        yield f"Discomfort went down{one}."
    if any(s.holds for s in sets) and not any(s.stood for s in facts.sets):
        yield "You stayed on a tender spot and gave it time."
    even = [e for e in facts.evenness if e.unit == "s"]
    if even and all(e.percent is not None for e in even) and not any(e.uneven for e in even):
        yield "Left and right got about the same time."
    passes = facts.session.totals.pass_count
    if passes:
        yield f"You made {count(passes, 'pass', 'passes')}."


def _goal(facts: SessionFacts, fix: FaultFact | None) -> str:
    if not facts.sets:
        return (
            "Film one set with your whole body and the roller or ball in the picture: then there is something to judge."
        )
    uncounted = [why for s in facts.sets if (why := uncounted_words(s.set))]
    if fix is None and uncounted:
        return uncounted[0]  # whatever would be asked for may have been done
    if fix is None and not any(s.set.pass_count for s in facts.sets):
        return "Roll: from one end to the other and back, slowly. Lying in position, no full pass was seen yet."
    if fix is None:
        return _next_step(facts)
    if fix.fault.severity == "tempo":
        return f"{_period(fix.fault.cue)} Count to four on every pass."
    return f"One set of {_aim(facts.sets[fix.set_number - 1])} with a single thought: {_lower(fix.fault.cue)}."


def _rolled(s: SetFacts) -> bool:
    """Whether anything was done that could be done right."""
    return bool(s.set.pass_count or s.holds)


def _next_step(facts: SessionFacts) -> str:
    """What to add where nothing was off; what nobody could see is not told to be kept."""
    for s in facts.sets:
        median, advice = s.tempo.median_cm_s, s.card.advice_cm_s
        if median is not None and advice is not None and median > advice:
            return f"Go a little slower: {tempo_words(s.tempo)}. Count to four on every pass."
    if not any(c.verdict == "ok" for s in facts.sets for c in s.checks):
        return "Film it again with the whole body and the tool in the picture, so that your form can be seen."
    if any(_hurt(s) for s in facts.sets):
        return "Keep this form, with less weight on the tool: discomfort should go down while you roll."
    return _more(facts)


def _hurt(s: SetFacts) -> bool:
    """Whether discomfort rose in the set, or was too much at its end."""
    felt = s.set.discomfort
    if felt is None or felt.after is None:
        return False
    return felt.after >= TOO_MUCH or (felt.before is not None and felt.after > felt.before)


def _more(facts: SessionFacts) -> str:
    """What to add to a form to be kept."""
    short = [s for s in facts.sets if s.on_target_s is not None and s.card.dose_s and s.on_target_s < s.card.dose_s[0]]
    for s in short:
        if s.card.dose_s and (s.on_target_s or 0.0) + s.unsure_s >= s.card.dose_s[0]:
            # It may have been long enough: nobody is told to stay longer for what was not seen.
            return f"Film it again with the tool in the picture: for {seconds(s.unsure_s)} in the zone it was not seen."
    for s in short:
        if s.on_target_s is not None and s.card.dose_s:
            done, least = seconds(s.on_target_s), seconds(s.card.dose_s[0])
            return f"Keep this form and stay a little longer: {least} on target, up from {done}."
    for s in facts.sets:
        if s.card.sets and s.done < s.card.sets[0]:
            return f"Keep this form and add a set: {s.card.sets[0]} to {s.card.sets[1]} sets for each muscle group."
    if any(e.uneven for e in facts.evenness):
        return "Keep this form, and give both sides the same time."
    if all(
        s.on_target_s is not None and s.card.dose_s and s.on_target_s + ADDED_S <= s.card.dose_s[1] for s in facts.sets
    ):
        return f"Keep exactly this form. Next time, add {ADDED_S:g} seconds to each set."
    return "Keep exactly this form."


def _aim(s: SetFacts) -> str:
    return f"{s.card.dose_s[0]:.0f} seconds" if s.card.dose_s else "the same length"


def _lower(text: str) -> str:
    text = text.strip().rstrip(".!")
    return text[:1].lower() + text[1:]


def _period(text: str) -> str:
    return text.strip().rstrip(".!") + "."
