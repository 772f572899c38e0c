"""The table of docs/words.md as rules: what may not stand beside what, in any text shown of a session."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smr_vision.report.facts import SessionFacts, SetFacts
from smr_vision.report.words import NOT_MEASURED, seconds

JARGON = re.compile(r"\bslipped\b|\d% right\b|is ideal\b|just right")


def contradictions(text: str, facts: SessionFacts) -> Iterator[str]:
    """What the text (blanks made single) says against the facts, or against itself."""
    if found := JARGON.search(text):
        yield f"jargon: {found[0]}"
    for s in facts.sets:
        yield from _of_checks(text, s)
    yield from _of_shares(text, facts)
    tempi = [s.tempo for s in facts.sets if s.tempo.steps]
    if "A calm tempo" in text and any(t.step != "calm" or "too fast" in t.steps for t in tempi):
        yield "a calm tempo is praised beside brisk or fast passes"
    if re.search(r"Slow and gentle|good tempo", text) and any(set(t.steps) - {"calm"} for t in tempi):
        yield "a tempo that is not calm is called slow or good"
    yield from _of_numbers(text)
    if "tender spot and gave it time" in text and any(_in_fault(s) for s in facts.sets):
        yield "standing still in a fault is praised as a hold"
    known = [s for s in facts.sets if s.contact_known or s.set.unplaced]
    if facts.sets and not known and re.search(r"On target:? *\d", text):
        yield "seconds on target are told though the tool's place was never known"
    if re.search(r"full pass", text) and any(f.fault.check == "full_range" for s in facts.sets for f in s.counted):
        yield "passes are called full beside the fault of a short range"
    if "Everything that could be seen was in its range" in text and any(t.step != "calm" for t in tempi):
        yield "everything in its range beside a tempo that is not calm"
    yield from _of_unseen(text, facts)
    yield from _of_places(text, facts)
    yield from _of_passes(text, facts)
    yield from _of_the_goal(text, facts)
    if "Keep this form" in text and any(f for s in facts.sets for f in s.counted):
        yield "a form with faults is to be kept"


def _of_checks(text: str, s: SetFacts) -> Iterator[str]:
    for check in s.checks:
        if check.faults and f"{check.title}: right" in text:
            yield f"{check.title} is praised beside its fault"
        if check.unknown_s >= 1 and not check.of_tempo and f"{check.title}: right the whole time" in text:
            yield f"{check.title}: the whole time, of which some was not seen"
        if check.faults and re.search(rf"✓ +{re.escape(check.title)}", text) and len(text.split("Set ")) == 1:
            yield f"{check.title} is ticked beside its fault"


def _of_shares(text: str, facts: SessionFacts) -> Iterator[str]:
    """Shares of the time beside what was not seen."""
    for title in {c.title for s in facts.sets for c in s.checks if not c.of_tempo}:
        whole = any(c.whole for s in facts.sets for c in s.checks if c.title == title)
        if not whole and re.search(rf"{re.escape(title)}(: right)? +\d+% of the time(?! in)", text):
            yield f"{title}: a share of the time, of which some was not seen"


def _of_unseen(text: str, facts: SessionFacts) -> Iterator[str]:
    """What is said of what nobody could see."""
    if "No check failed while" in text and not any(c.seen_s for s in facts.sets for c in s.checks):
        yield "no check failed, of none that could be seen"
    if f"The {facts.session.tool} could not be seen" in text and "seen" in {s.set.tool for s in facts.sets}:
        yield "the tool could not be seen, beside a set in which it was"
    for s in facts.sets:
        short = s.on_target_s is not None and s.card.dose_s and s.on_target_s < s.card.dose_s[0]
        if "stay a little longer" in text and short and (s.on_target_s or 0) + s.unsure_s >= s.card.dose_s[0]:
            yield "longer is asked for, though what was not seen may have been long enough"
        lone = len(facts.sets) == 1 and s.unsure_s >= 1 and s.on_target_s is not None
        if (
            lone
            and "or something was unsafe." in text
            and f"for {seconds(s.unsure_s)} it could not be seen" not in text
        ):
            yield "what was not seen is called a fault"
    if any(e.percent is not None and not e.seen for e in facts.evenness):
        yield "left is held against right, of which little was seen"


def _of_places(text: str, facts: SessionFacts) -> Iterator[str]:
    """What is said of a tool that was there, and whose place on the body nobody could see."""
    hidden = [s for s in facts.sets if s.set.unplaced]
    said = "place not seen" in text or all(line in text for s in hidden for line in s.set.unknown[:1])
    if not said and re.search(r"On target:? *\d|\d s on target", text) and any(s.on_target_s for s in hidden):
        yield "seconds on target without a word that the place is not known"
    places = r"in the zone \d|keep off \d|touched was (measured|worked out)|place of the tool seen"
    if hidden and len(hidden) == len(facts.sets) and re.search(places, text):
        yield "a place is told that nobody could see"


def _of_passes(text: str, facts: SessionFacts) -> Iterator[str]:
    """What is said of passes that nobody could see."""
    uncounted = [s for s in facts.sets if s.set.pass_count is None]
    figures = "Passes" in text and NOT_MEASURED in text  # what a script fills in has none yet
    if figures and not all(s.set.unknown[-1] in text for s in uncounted):
        yield "passes are not told, and nobody says why"
    if uncounted and "no full pass was seen yet" in text:
        yield "somebody is told to roll whose rolling nobody could see"
    if uncounted and len(uncounted) == len(facts.sets):
        if re.search(r"\d pass|Passes:? +\d", text):
            yield "passes are told that nobody could see"
        if re.search(r"Holds:? +(\d|none)|: right|calm tempo|You made", text):
            yield "praise, or none of what nobody could see"


def _of_the_goal(text: str, facts: SessionFacts) -> Iterator[str]:
    """What to add to, beside how it felt and how long it should be; and what became of discomfort."""
    felt = [s.set.discomfort for s in facts.sets if s.set.discomfort]
    hurt = [d for d in felt if d.after is not None and (d.after >= 8 or (d.before or 10) < d.after)]
    asked = "stay a little longer", "add a set", "Keep exactly this form"
    if hurt and "Discomfort went down" in text:
        yield "discomfort that went down is praised beside a set in which it rose, or was too much"
    if hurt and any(words in text for words in asked):
        yield "more is asked for, though it hurt more than before"
    if found := re.search(r"went down from (\d+) to (\d+)", text):
        if int(found[2]) >= int(found[1]):
            yield "discomfort went down and did not"
        if len([d for d in felt if d.before is not None and d.after is not None]) > 1:
            yield "discomfort of one set is held against that of another"
    if added := re.search(r"add (\d+) seconds", text):
        for s in facts.sets:
            if s.on_target_s is None or not s.card.dose_s or s.on_target_s + float(added[1]) > s.card.dose_s[1]:
                yield "seconds are added to a set that is as long as it should be, or that nobody could measure"


def _of_numbers(text: str) -> Iterator[str]:
    """Each speed beside the word for it, by the bounds that stand there too."""
    for speed, most, more in re.findall(
        r"([\d.]+) cm/s, too fast \(?calm up to [\d.]+, too fast above ([\d.]+)( or)?", text
    ):
        if float(speed) <= float(most) and not more:
            yield f"{speed} cm/s is called too fast, which is above {most}"
    for speed, step, calm in re.findall(r"([\d.]+) cm/s, (calm|brisk|too fast) ?\(?calm up to ([\d.]+)", text):
        if step == "calm" and float(speed) > float(calm) * 2:
            yield f"{speed} cm/s is called calm"
        if step == "brisk" and float(speed) > 50:
            yield f"{speed} cm/s is called brisk"


def _in_fault(s: SetFacts) -> bool:
    return any(f.fault.start_s < h.end_s and h.start_s < f.fault.end_s for h in s.set.holds for f in s.counted)
