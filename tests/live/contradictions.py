"""The table of docs/words.md for one moment: what a clip's pictures and the live window show and say at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Any

from smr_vision.coach import Feedback
from smr_vision.coach.cues import Cue
from smr_vision.live.stage_messages import Tally
from smr_vision.overlay.brush import GREEN, Colour
from smr_vision.overlay.panels import CheckRow

PRAISE = ("Good. Roll on.",)
HOLDING = ("Hold and breathe", "Tender spot? Hold and breathe.")
GOES = " cm/s"


@dataclass(frozen=True)
class Written:
    """What was drawn in one picture: the lines of type, the rows of check lists, the colours of rings."""

    lines: tuple[str, ...]
    rows: tuple[CheckRow, ...]
    rings: tuple[Colour, ...] = ()


def contradictions(feedback: Feedback, cue: Cue | None, written: Written, said: Sequence[str] = ()) -> Iterator[str]:
    """What the lines written and said at one moment say against each other, or against what was judged."""
    failing = [v.check for v in feedback.verdicts if v.state == "fault"]
    posture = [fault.check for fault in feedback.running]
    heard = {*written.lines, *said}
    if posture and heard & set(HOLDING):
        yield f"a hold is told while {posture[0].title} fails"
    fixed = {check.fixed for check in feedback.move.checks} | set(PRAISE)
    if failing and heard & fixed:
        yield f"praise while {failing[0].title} fails"
    if any(fault.check.id not in {c.id for c in failing} for fault in feedback.running):
        yield "a fault lasts that no check shows"
    if cue is not None and cue.check is not None and cue.severity not in ("praise", "info"):
        state = next(v.state for v in feedback.verdicts if v.check.id == cue.check)
        if state == "ok":
            yield f"told to mend {cue.check}, which has a tick"
    yield from _of_the_tool(feedback, written)
    yield from _of_the_list(feedback, written)


def of_view(view: Mapping[str, Any], feedback: Feedback) -> Iterator[str]:
    """The same for what the desk's page is sent of a moment of rolling."""
    unsafe = [v.check.id for v in feedback.verdicts if v.state == "fault" and v.check.severity == "safety"]
    if "On target" in view["place"] and (not feedback.on_target or unsafe):
        yield f"on target is written while nothing counts, {unsafe}"
    unseen = "not seen" in view["place"]
    if (bool(view["place"]) and not unseen) != (feedback.zone is not None):
        yield "a place is told that is not known, or not told"
    if unseen and not feedback.unplaced:
        yield "a place is called not seen that is"
    if view.get("tool") is not None and feedback.zone is None:
        yield "a tool is drawn whose place is not known"
    if view["place"] and ("assumed" in view["place"]) != (feedback.tool == "assumed"):
        yield "a place that is assumed is told as seen"
    if view["on_target_s"] and not view["known"]:
        yield "seconds on target though the place is not known"
    if (view["passes"] is None) != feedback.uncounted:
        yield "passes are told that nobody could see, or not told"
    if view["speed"] is not None and isnan(feedback.speed_cm_s):
        yield "a speed that is not known"
    rows = tuple(CheckRow(row["state"], row["title"]) for row in view["checks"])
    yield from _of_the_list(feedback, Written((), rows))


def of_summary(view: Mapping[str, Any], tallies: Sequence[Tally]) -> Iterator[str]:
    """What the desk's page is sent of the sets done."""
    numbers = [int(n) for t in view["tallies"] for n in re.findall(r"(\d+) pass", t["numbers"])]
    of_all = [int(n) for n in re.findall(r"(\d+) pass", view["all"] or "")]
    if tallies and sum(numbers) != sum(of_all):
        yield "the passes of the sets do not add up to those of all"
    if len(numbers) != sum(t.pass_count is not None for t in tallies) or bool(of_all) != bool(numbers):
        yield "passes are told that nobody could see, or not told"
    if not tallies and view["all"] is not None:
        yield "something is told of no set"
    known = [t for t in tallies if not isnan(t.on_target_s)]
    if tallies and not known and re.search(r"\d s on target", view["all"]):
        yield "seconds on target that nobody knows"
    if any(t.unplaced for t in known) and "place" not in view["all"]:
        yield "time on target of a place that was not seen, and nobody says so"
    if any(t.assumed for t in known) and "assumed" not in view["all"]:
        yield "time on target rests on an assumed place, and nobody says so"
    for told, one in zip(view["tallies"], tallies, strict=True):
        if told["sign"] == "ok" and (one.faults or not one.pass_count):
            yield f"{one.title} has a tick"
        if isnan(one.on_target_s) and re.search(r"\d s", told["numbers"]):
            yield f"{one.title}: seconds that nobody knows"
    if view["ending"] == "All done" and not tallies:
        yield "all done, and nothing was"


def _of_the_tool(feedback: Feedback, written: Written) -> Iterator[str]:
    unsafe = [v.check for v in feedback.verdicts if v.state == "fault" and v.check.severity == "safety"]
    placed = feedback.tool != "seen" or feedback.contact.sure
    if feedback.on_target and (feedback.zone == "red" or unsafe or (placed and feedback.zone is None)):
        yield f"on target in {feedback.zone}, {[c.id for c in unsafe]}"
    if GREEN in written.rings and not feedback.on_target and feedback.zone != "green":
        yield "the ring of the seconds is green off the target"
    if not feedback.on_target_known and "0" in written.lines and feedback.pass_count:
        yield "0 seconds on target though the place is not known"
    if feedback.uncounted and any(a.isdigit() and b.startswith("pass") for a, b in pairwise(written.lines)):
        yield "passes are told that nobody could see"
    for line in written.lines:
        if line.endswith(GOES) and line[0].isdigit() and isnan(feedback.speed_cm_s):
            yield "a speed that is not known"


def _of_the_list(feedback: Feedback, written: Written) -> Iterator[str]:
    """Each check has the sign of its verdict beside its title."""
    titles = {v.check.title: v for v in feedback.verdicts}
    for row in written.rows:
        verdict = titles.get(row.text)
        if verdict is not None and row.icon == "ok" and (verdict.state != "ok" or verdict.violated):
            yield f"{row.text} has a tick and is {verdict.state}"
        if verdict is not None and row.icon == "fault" and verdict.state != "fault":
            yield f"{row.text} has a cross and is {verdict.state}"
