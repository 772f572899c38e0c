"""The sentences of a report: short, kind, concrete; never a diagnosis, never blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from smr_vision.report.facts import Evenness, FaultFact, SessionFacts, SetFacts
from smr_vision.report.progress import Row
from smr_vision.session import Fault, Session

WELL_SHARE = 0.9
MOST_WELL = 3
NOT_MEASURED = "not measured"


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


def fault_sentence(fact: FaultFact) -> str:
    """What slipped, for how long, and how far from the target."""
    fault = fact.fault
    value = measured(fact)
    was = f"measured {value}, aim for " if value else "aim for "
    title = f"\N{LEFT DOUBLE QUOTATION MARK}{fact.title}\N{RIGHT DOUBLE QUOTATION MARK}"
    return f"{title} slipped for {lasting(fault)}: {was}{fault.target}."


def lasting(fault: Fault) -> str:
    return seconds(max(fault.end_s - fault.start_s, 0.1))


def _well(facts: SessionFacts) -> Iterator[str]:
    """True things to be glad of, the weightiest first; of sets in which something was rolled."""
    sets = [s for s in facts.sets if s.set.pass_count]
    for s in sets:
        dose = s.card.dose_s
        if s.contact_known and dose and s.set.time_on_target_s >= dose[0]:
            aim = f"{dose[0]:.0f}\N{EN DASH}{dose[1]:.0f} s"
            yield f"{seconds(s.set.time_on_target_s)} on target in one set; {aim} is the aim."
            break
    best = max(
        (
            c
            for s in sets
            for c in s.checks
            # Not too fast is not yet calm: the tempo has a sentence of its own.
            if c.share is not None and c.share >= WELL_SHARE and c.ok_s >= c.unknown_s and not c.of_tempo
        ),
        key=lambda c: (c.share or 0, c.ok_s),
        default=None,
    )
    if best is not None and best.share is not None:
        whole = "the whole time" if best.fault_s == 0 else f"{percent(best.share)} of the time"
        yield f"{best.title}: just right {whole}."
    if any(s.tempo.share_in_band is not None and s.tempo.share_in_band >= 0.6 for s in sets):
        yield "A calm tempo: most passes were slow enough to let the muscle give way."
    for s in sets:
        felt = s.set.discomfort
        if felt and felt.before is not None and felt.after is not None and felt.after < felt.before:
            yield f"Discomfort went down from {felt.before} to {felt.after} out of 10."
            break
    if any(s.set.holds for s in sets):
        yield "You stayed on a tender spot and gave it time."
    even = [e for e in facts.evenness if e.unit == "s" and e.percent is not None]
    if even and not any(e.uneven for e in even):
        yield "Left and right got about the same time."
    passes = facts.session.totals.pass_count
    if passes:
        yield f"You rolled {count(passes, 'full pass', 'full passes')}."


def _goal(facts: SessionFacts, fix: FaultFact | None) -> str:
    if not facts.sets:
        return "Film one set from the side, with your whole body in the picture, and we will have something to work on."
    if fix is None and not any(s.set.pass_count for s in facts.sets):
        return "Roll: from one end to the other and back, slowly. Lying in position, no full pass was seen yet."
    if fix is None:
        return _next_step(facts)
    if fix.fault.severity == "tempo":
        return f"{_period(fix.fault.cue)} Count to four on every pass."
    return f"One set of {_aim(facts.sets[0])} with a single thought: {_lower(fix.fault.cue)}."


def _next_step(facts: SessionFacts) -> str:
    """What to add where the form was fine."""
    for s in facts.sets:
        if s.contact_known and s.card.dose_s and s.set.time_on_target_s < s.card.dose_s[0]:
            done, least = seconds(s.set.time_on_target_s), seconds(s.card.dose_s[0])
            return f"Keep this form and stay a little longer: {least} on target, up from {done}."
    for s in facts.sets:
        if s.card.sets and s.done < s.card.sets[0]:
            return f"Keep this form and add a set: {s.card.sets[0]} to {s.card.sets[1]} sets for each muscle group."
    if any(e.uneven for e in facts.evenness):
        return "Keep this form, and give both sides the same time."
    return "Keep exactly this form. Next time, add ten seconds to each set."


def _aim(s: SetFacts) -> str:
    return f"{s.card.dose_s[0]:.0f} seconds" if s.card.dose_s else "the same length"


def sentences(notes: Sequence[str]) -> str:
    """Notes of a session as sentences."""
    return " ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes)


def assumed_sentence(tool: str) -> str:
    """What to say wherever something of a set is shown whose tool nobody saw."""
    return f"The {tool} could not be seen from this view: its place is assumed, and passes and time rest on that."


def contact_sentence(session: Session) -> str:
    """How it was known where the tool touches the body, and how far to trust it."""
    if any(s.tool == "assumed" for s in session.sets):
        return assumed_sentence(session.tool)
    share = session.tracking.contact_seen_share
    match session.tracking.contact_source:
        case "seen":
            return f"The {session.tool} was seen in the picture, so where it touched was measured."
        case "inferred":
            return (
                f"The {session.tool} was hidden; where it touched was worked out from how the body moved"
                " (good to about 10\N{EN DASH}20% of the segment)."
            )
        case "mixed":
            part = "part of the time" if share is None else f"in {percent(share)} of the frames"
            return f"The {session.tool} was seen {part}; for the rest, where it touched was worked out from the body."
    return f"Where the {session.tool} touched could not be measured; time on target is therefore not given."


def tracking_sentence(session: Session) -> str:
    share = session.tracking.pose_share
    word = "very good" if share >= 0.95 else "good" if share >= 0.8 else "patchy" if share >= 0.5 else "poor"
    text = f"Tracking was {word}: the body was found in {percent(share)} of the frames"
    view = session.tracking.view
    seen_from = {"side": "from the side", "front": "from the front", "back": "from behind", "oblique": "at an angle"}
    text += f", filmed {seen_from[view]}." if view else "."
    if view == "oblique":
        text += " At an angle the joint angles are less exact."
    return text


def measured(fact: FaultFact) -> str | None:
    """The measured value with its unit; None where there is none that would mean something to a client.

    The record holds the bare number: of the check's limits, it belongs to the one it breaks.
    """
    value = fact.fault.measured
    if value is None:
        return None
    broken = [limit.measure for limit in fact.limits if not limit.low <= value <= limit.high]
    measure = (broken or [limit.measure for limit in fact.limits] or [""])[0]
    for endings, form in UNITS:
        if measure.endswith(endings):
            return form.format(value, *fact.ends)
    return None


UNITS = (
    (("angle", "tilt", "roll", "turn", "lean", "facing_up"), "{:.0f}°"),
    (("sweep_extent",), "{:.0%} of the way from {} to {}"),
    (("along_other_shank",), "{:.0%} of the way from knee to ankle"),
    (("above_other_shank", "to_other_knee", "trunk_top"), "{:.0%} of body height"),
    (("feet_speed",), "{:.0%} of body height a second"),
    (("nearness",), "the side {:+.0f} (1 is nearest the camera, -1 the far one)"),
    (("pass_s", "idle_s"), "{:.1f} s"),
    (("pass_speed",), "{:.0f} cm/s"),
    (("contact",), "{:.0%} of the way from {} to {}"),
    (("hand_level",), "{:.0%} of the way from shoulders to hips"),
    (("height", "clearance"), "{:.0%} of body height"),
)


def clock(t_s: float) -> str:
    whole = int(t_s)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def seconds(value: float) -> str:
    if value >= 120:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes} min {rest} s"
    return f"{value:.0f} s" if value >= 10 else f"{round(value, 1):g} s"


def percent(share: float) -> str:
    """Never rounds up to 100 % nor down to 0 % what is not."""
    whole = round(100 * share)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        whole = 1
    return f"{whole}%"


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def day(recorded_at: str) -> str:
    """`22 November 2026`; text that is no date is shown as it is."""
    try:
        when = datetime.fromisoformat(recorded_at)
    except ValueError:
        return recorded_at
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _lower(text: str) -> str:
    text = text.strip().rstrip(".!")
    return text[:1].lower() + text[1:]


def _period(text: str) -> str:
    return text.strip().rstrip(".!") + "."


SEVERITY = {"safety": "safety", "form": "form", "tempo": "tempo"}
VIEW = {"side": "the side", "front": "the front", "back": "behind", "oblique": "an angle"}


def amount(value: float | None, unit: str) -> str:
    """A figure for a table: `38 s`, `4.1 cm/s`, or that it was not measured."""
    if value is None:
        return NOT_MEASURED
    if unit == "s":
        return seconds(value)
    return f"{value:.1f} {unit}" if unit else f"{value:.0f}"


def file_name(path: str) -> str:
    """The last part of a path of any system: the folders before it are nobody's business."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def difference(e: Evenness) -> str:
    """Left against right in words, flagged where it is more than a hair."""
    if e.percent is None:
        return NOT_MEASURED
    if abs(e.percent) < 1:
        return "even"
    more = f"{abs(e.percent):.0f}% more on the {'left' if e.percent > 0 else 'right'}"
    return f"{more}: uneven" if e.uneven else more


def trend_columns(rows: Sequence[Row]) -> list[tuple[str, str, list[float | None]]]:
    """Title, unit and values, oldest first, of what a trend is drawn of."""
    return [
        ("Seconds on target", " s", [r.on_target_s for r in rows]),
        ("Faults", "", [r.faults for r in rows]),
        ("Discomfort after", " of 10", [r.discomfort for r in rows]),
    ]
