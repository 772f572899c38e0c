"""What a session's page says of it, in the words of the report: the page's script makes no sentences of its own."""

from __future__ import annotations

from typing import Any

from smr_vision.report import unseen, words
from smr_vision.report.facts import CheckFact, FaultFact, SessionFacts, SetFacts, on_target
from smr_vision.session import Hold, Pass

NO_SET = "No set, so nothing to judge."


def figures(facts: SessionFacts) -> list[tuple[str, str]]:
    """The figures at the head, each with its name."""
    counted = sum(len(s.counted) for s in facts.sets)
    return [
        ("Passes", words.amount(facts.session.totals.pass_count, "")),
        ("On target", words.amount(on_target(s.set for s in facts.sets), "s")),
        ("Faults", str(counted)),
        ("Sets", str(len(facts.sets))),
    ]


def explained(facts: SessionFacts) -> list[str]:
    """What has to stand beside the figures: why less counts than was rolled, and what was only assumed."""
    lines = []
    for s in facts.sets:
        why = words.on_target_words(s)
        told = filter(None, (unseen.uncounted_words(s.set), why))
        lines += [f"Set {s.number}: {line}" if len(facts.sets) > 1 else line for line in told]
    if assumed := unseen.assumed_in(facts.session):
        lines.append(assumed)
    return lines


def without_faults(facts: SessionFacts) -> str:
    """What to say where no fault is listed."""
    return words.without_faults(facts.sets) if facts.sets else NO_SET


def set_words(s: SetFacts) -> str:
    """Until when a set lasted, how it was known where the tool is, and its tempo."""
    parts = [f"to {words.clock(s.set.end_s, end=True)}", _tool_words(s)]
    if s.tempo.median_cm_s is not None:
        parts.append(words.tempo_words(s.tempo))
    return " \N{MIDDLE DOT} ".join(parts)


def amount_words(s: SetFacts) -> str:
    """A set in one line: passes, time on target, how it was known where the tool is."""
    known = s.on_target_s is not None
    on_target = f"{words.seconds(s.on_target_s or 0.0)} on target" if known else "time on target not measured"
    parts = (words.passes(s.set.pass_count), on_target, _tool_words(s))
    return " \N{MIDDLE DOT} ".join(parts)


def check_words(check: CheckFact) -> str:
    """How much of a check was right."""
    return "not seen" if check.share is None else f"right {words.check_share(check)}"


def _tool_words(s: SetFacts) -> str:
    if s.set.tool == "assumed":
        return "place of the tool assumed"
    if s.set.unplaced:
        return "place of the tool not seen"
    return f"place of the tool {'seen' if s.contact_known else 'not measured'}"


def fault_words(fact: FaultFact) -> str:
    """A fault's check, how long it lasted, and who set it aside."""
    text = f"{fact.title}, {words.lasting(fact.fault)}"
    by = fact.fault.dismissed_by
    return f"{text} \N{MIDDLE DOT} set aside by {by}" if by else text


def part_words(part: Pass | Hold, s: SetFacts) -> str:
    """What a pass or a hold is, and how long it lasted."""
    lasted = words.seconds(max(part.end_s - part.start_s, 0.1))
    if isinstance(part, Pass):
        return f"Pass, {lasted}"
    return f"Stood still, {lasted}, while something was off" if part in s.stood else f"Hold, {lasted}"


def state_words(facts: SessionFacts) -> dict[str, Any]:
    """What the page shows of the whole session."""
    return {"figures": figures(facts), "explained": explained(facts), "without_faults": without_faults(facts)}
