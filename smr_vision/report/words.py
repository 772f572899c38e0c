"""The sentences of a report: short, kind, concrete; never a diagnosis, never blame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from smr_vision.report.facts import CheckFact, Evenness, FaultFact, SetFacts
from smr_vision.report.tempo import STEPS, SetTempo
from smr_vision.session import Fault, Session

NOT_MEASURED = "not measured"
TOO_MUCH = 8  # discomfort, of 10, at which to stop [domain: safety screen]
STOP = f"Stop for numbness, tingling, sharp or spreading pain, or discomfort of {TOO_MUCH} out of 10."


def fault_sentence(fact: FaultFact) -> str:
    """What was not right, for how long, and how far from the target."""
    fault = fact.fault
    was = f"measured {value}, aim for " if (value := measured(fact)) else "aim for "
    title = f"\N{LEFT DOUBLE QUOTATION MARK}{fact.title}\N{RIGHT DOUBLE QUOTATION MARK}"
    return f"{title} was not right for {lasting(fault)}: {was}{fault.target}."


def lasting(fault: Fault) -> str:
    return seconds(max(fault.end_s - fault.start_s, 0.1))


def tempo_words(tempo: SetTempo) -> str:
    """The one verdict on a tempo, with where its steps lie: `8.2 cm/s, brisk (calm up to 5, too fast above 15)`."""
    if tempo.median_cm_s is None:
        return NOT_MEASURED
    text = f"{tempo.median_cm_s:.1f} cm/s"
    if tempo.step is None or tempo.calm_cm_s is None:
        return text
    bounds = f"calm up to {tempo.calm_cm_s:g}"
    if tempo.fast_cm_s is not None:
        bounds += f", too fast above {tempo.fast_cm_s:g}"
        if tempo.short_s is not None and tempo.step == "too fast":
            bounds += f" or under {tempo.short_s:g} s a pass"
    return f"{text}, {tempo.step} ({bounds})"


def pass_words(tempo: SetTempo) -> str:
    """How the passes spread over the steps: `6 of 8 calm, 2 too fast`; empty where all are alike or none measured."""
    found = [(step, tempo.steps.count(step)) for step in STEPS if step in tempo.steps]
    return f"{len(tempo.steps)} passes: {', '.join(f'{n} {step}' for step, n in found)}" if len(found) > 1 else ""


def check_share(check: CheckFact) -> str:
    """How much of what was seen of a check was right; never a share of what nobody saw."""
    if check.share is None:
        return NOT_MEASURED
    seen = f" ({seconds(check.seen_s).removesuffix(' s')} of {seconds(check.seen_s + check.unknown_s)})"
    if check.of_passes and not check.whole:
        return f"{percent(check.share)} of what was seen of the passes{seen}"
    if check.of_tempo or check.of_passes:  # pauses are no part of it
        return f"{percent(check.share)} of the time in passes ({seconds(check.seen_s)})"
    return f"{percent(check.share)} of the time" if check.whole else f"{percent(check.share)} of what was seen{seen}"


# Named, for a check that judges the weight does not judge who is still getting on.
_NO_WEIGHT: Final = "there was no weight on the tool, as when getting on or off"


def without_faults(sets: Sequence[SetFacts]) -> str:
    """What to say of sets in which no fault stands."""
    seen = any(c.seen_s > 0 for s in sets for c in s.checks)
    return "No check failed while it could be seen." if seen else "No check could be seen, so nothing was judged."


def on_target_words(s: SetFacts) -> str | None:
    """What time on target is where the place is not known, or why less counts than was spent in the zone; else None."""
    if s.set.unplaced:
        return " ".join([s.set.unknown[0], *_counted_words(s)])
    zones = s.set.time_by_zone_s
    inside = zones.green + zones.amber
    if s.on_target_s is None:
        if not s.contact_known:
            return None
        return (
            f"For {seconds(inside)} in the zone and at its edge it could not be seen whether the tool was there and"
            " weight on it. Film with the tool, hips and feet in the picture."
        )
    rest = inside - s.on_target_s
    if rest < 1:
        return None
    counts = f"On target counts {seconds(s.on_target_s)} of the {seconds(inside)} in the zone and at its edge"
    if s.set.time_unsure_s is None:
        why = f"in the rest {_NO_WEIGHT}, something was unsafe, or it could not be seen for sure"
    elif s.unsure_s < 1:
        why = f"in the rest {_NO_WEIGHT}, or something was unsafe"
    elif rest - s.unsure_s < 1:
        why = "in the rest it could not be seen for sure"
    else:
        why = (
            f"for {seconds(s.unsure_s)} it could not be seen for sure, and in the rest {_NO_WEIGHT},"
            " or something was unsafe"
        )
    return f"{counts}: {why}."


def _counted_words(s: SetFacts) -> Iterator[str]:
    """What counts as on target where the place of the tool is not known."""
    if s.on_target_s is not None:
        yield f"On target counts the {seconds(s.on_target_s)} with your weight on it."
    if s.unsure_s >= 1:
        yield f"For {seconds(s.unsure_s)} it could not be seen whether it was."


def model_of(session: Session) -> str | None:
    """The pose model's name; None in a session from before it was kept."""
    return session.versions.get("model") or session.versions.get("pose_model")


def model_sentence(session: Session) -> str | None:
    """Which pose model it was, and that another may count differently."""
    model = model_of(session)
    if model is None:
        return None
    if model == "lite":
        return "Pose model: lite, for slow machines: it sees less well, and full and heavy may count differently."
    others = {"full": "heavy", "heavy": "full"}.get(model)
    return f"Pose model: {model}; {others} may count differently." if others else f"Pose model: {model}, your own."


def sentences(notes: Sequence[str]) -> str:
    """Notes of a session as sentences."""
    return " ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes)


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
            if "of the way" in form and abs(value) > FARTHEST:
                return None
            return form.format(value, *fact.ends)
    return None


FARTHEST = 3.0  # lengths: farther along, the limb points at the camera, and the number says nothing [E]
UNITS = (
    (("angle", "tilt", "roll", "turn", "lean", "facing_up", "drop"), "{:.0f}°"),
    (("sweep_extent",), "{:.0%} of the way from {} to {}"),
    (("along_other_shank",), "{:.0%} of the way from knee to ankle"),
    (("by_other_ankle",), "{:.0%} of the way from the other knee to the other ankle"),
    (("above_other_shank", "to_other_knee", "trunk_top"), "{:.0%} of body height"),
    (("feet_speed",), "{:.0%} of body height a second"),
    (("nearness",), "the side {:+.0f} (1 is nearest the camera, -1 the far one)"),
    (("pass_s",), "{:.1f} s a pass"),
    (("idle_s",), "{:.1f} s"),
    (("pass_speed",), "{:.0f} cm/s"),
    (("contact",), "{:.0%} of the way from {} to {}"),
    (("hand_level",), "{:.0%} of the way from shoulders to hips"),
    (("height", "clearance", "sunk", "length_seen"), "{:.0%} of body height"),
)


def clock(t_s: float, *, end: bool = False) -> str:
    whole = int(t_s + 0.5 * end)  # an end is rounded: else 19 s (18.8) on target would end at 0:18
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


def passes(number: int | None) -> str:
    """How many passes in words; what nobody could see is no number."""
    return "passes not measured" if number is None else count(number, "pass", "passes")


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
    if not e.seen and None not in (e.left, e.right):
        return "too little was seen to say"
    if e.percent is None:
        return NOT_MEASURED
    if abs(e.percent) < 1:
        return "even"
    more = f"{abs(e.percent):.0f}% more on the {'left' if e.percent > 0 else 'right'}"
    return f"{more}: uneven" if e.uneven else more
