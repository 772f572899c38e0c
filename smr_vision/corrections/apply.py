"""A session as the trainer has corrected it: what was recorded, and the deeds that hold, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from smr_vision.corrections import deeds
from smr_vision.corrections.amounts import Amounts
from smr_vision.corrections.record import Correction, CorrectionRecord, holding
from smr_vision.errors import UsageError
from smr_vision.session import Fault, Hold, Pass, Session, Set
from smr_vision.session.set_record import on_target_of, passes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smr_vision.moves import Move


Timed = TypeVar("Timed", Pass, Hold, Fault)


@dataclass
class Draft:
    """A set while it is being corrected; parts by their names."""

    name: str
    set: Set
    passes: dict[str, Pass] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    touched: bool = False  # its borders or its move changed, so that its times are worked out anew

    def holds_part(self, part: str) -> bool:
        return part in self.passes or part in self.holds or part in self.faults


@dataclass(frozen=True, slots=True)
class Corrected:
    """The session as corrected, with the names of its parts, set by set."""

    session: Session
    drafts: tuple[Draft, ...]


def corrected(session: Session, folder: Path, moves: Mapping[str, Move] | None = None) -> Session:
    """The session of `folder` with its corrections; itself where there are none."""
    events = holding(CorrectionRecord(folder).read())
    return apply(session, events, folder, moves).session if events else session


def apply(
    session: Session, events: Sequence[Correction], folder: Path, moves: Mapping[str, Move] | None = None
) -> Corrected:
    """Do the deeds of `events`, in order. UsageError where one doesn't fit the session."""
    if moves is None:
        from smr_vision.moves import load_moves  # noqa: PLC0415 - only where something was corrected

        moves = load_moves()
    drafts = [_draft(i, one) for i, one in enumerate(session.sets)]
    amounts = Amounts(folder, moves, session.sets)
    for event in events:
        assert event.deed is not None
        _do(event, drafts, amounts)
        drafts.sort(key=lambda d: d.set.start_s)
    if not events:
        return Corrected(session, tuple(drafts))
    sets = tuple(_closed(d, before, amounts) for d, before in zip(drafts, _before(drafts, session), strict=True))
    kinds, sides = {s.move for s in sets}, {s.side for s in sets}
    by = ", ".join(dict.fromkeys(e.by for e in events))
    changed = session.model_copy(
        update={
            "sets": sets,
            "move": kinds.pop() if len(kinds) == 1 else None,
            "side": sides.pop() if len(sides) == 1 else None,
            "corrected_by": by,
            "totals": session.totals.model_copy(
                update={
                    "pass_count": passes_of(sets),
                    "time_on_target_s": on_target_of(sets),
                    "duration_s": round(sum(s.end_s - s.start_s for s in sets), 3),
                    "faults": sum(f.dismissed_by is None for s in sets for f in s.faults),
                }
            ),
        }
    )
    return Corrected(changed, tuple(drafts))


def _draft(number: int, one: Set) -> Draft:
    name = f"s{number}"
    return Draft(
        name,
        one,
        {f"{name}.p{i}": p for i, p in enumerate(one.passes)},
        {f"{name}.h{i}": h for i, h in enumerate(one.holds)},
        {f"{name}.f{i}": f for i, f in enumerate(one.faults)},
    )


def _before(drafts: Sequence[Draft], session: Session) -> Iterator[Set | None]:
    """What was recorded of each set; None of one that was added."""
    for draft in drafts:
        yield session.sets[int(draft.name[1:])] if draft.name.startswith("s") else None


def _closed(draft: Draft, before: Set | None, amounts: Amounts) -> Set:
    passes = tuple(sorted(draft.passes.values(), key=lambda p: p.start_s))
    faults = tuple(sorted(draft.faults.values(), key=lambda f: f.start_s))
    uncounted = draft.set.pass_count is None and not passes  # a trainer who says which there were has counted them
    unknown = draft.set.unknown
    found = draft.set.model_copy(
        update={
            "passes": passes,
            "pass_count": None if uncounted else len(passes),
            "unknown": unknown if uncounted or draft.set.pass_count is not None else unknown[:-1],
            "holds": tuple(sorted(draft.holds.values(), key=lambda h: h.start_s)),
            "faults": faults,
        }
    )
    said = amounts.said(found)
    if draft.touched or before is None:
        found = found.model_copy(update=amounts.times(found, said))
    elif said and found.time_on_target_s is not None:
        on, was = (amounts.times(found, faults)["time_on_target_s"] or 0.0 for faults in (said, ()))
        found = found.model_copy(update={"time_on_target_s": round(max(found.time_on_target_s + on - was, 0.0), 3)})
    if before is None or found.faults != before.faults or draft.touched:
        found = found.model_copy(update={"checks": amounts.checks(found)})
    return found


def _do(event: Correction, drafts: list[Draft], amounts: Amounts) -> None:  # noqa: PLR0912 - one a deed
    deed, new = event.deed, f"e{event.id}"
    match deed:
        case deeds.DismissFault():
            draft = _with_part(drafts, deed.part)
            if deed.part not in draft.faults:
                raise UsageError("That is no fault.")
            by = event.by if deed.do == "dismiss_fault" else None
            draft.faults[deed.part] = draft.faults[deed.part].model_copy(update={"dismissed_by": by})
        case deeds.AddFault():
            draft = _at(drafts, deed)
            draft.faults[new] = amounts.fault(draft.set, deed)
        case deeds.AddPart():
            draft = _at(drafts, deed)
            if deed.do == "add_pass":
                draft.passes[new] = amounts.rolled(draft.set, deed.start_s, deed.end_s)
            else:
                draft.holds[new] = amounts.held(draft.set, deed.start_s, deed.end_s)
        case deeds.MovePart():
            _move(deed, drafts, amounts)
        case deeds.RemovePart():
            whole = next((d for d in drafts if d.name == deed.part), None)
            if whole is not None:
                drafts.remove(whole)
                return
            draft = _with_part(drafts, deed.part)
            if draft.passes.pop(deed.part, None) is None and draft.holds.pop(deed.part, None) is None:
                raise UsageError("A fault is dismissed, not removed.")
        case deeds.Describe():
            draft = _set(drafts, deed.part)
            side = deed.side if amounts.sided(deed.move) else None
            draft.touched |= deed.move != draft.set.move
            draft.set = draft.set.model_copy(update={"move": deed.move, "side": side, **_known(draft.set, deed.move)})
        case deeds.Split():
            _split(_set(drafts, deed.part), deed.at_s, new, drafts)
        case deeds.Join():
            draft = _set(drafts, deed.part)
            later = next((d for d in drafts if d.set.start_s > draft.set.start_s), None)
            if later is None:
                raise UsageError("There is no later set to join with.")
            drafts.remove(later)
            draft.set = draft.set.model_copy(update={"end_s": max(draft.set.end_s, later.set.end_s)})
            draft.passes |= later.passes
            draft.holds |= later.holds
            draft.faults |= later.faults
            draft.touched = True
        case deeds.AddSet():
            _free(drafts, deed, None)
            side = deed.side if amounts.sided(deed.move) else None
            drafts.append(Draft(new, amounts.new_set(deed, side), touched=True))
        case _:
            raise UsageError("That correction is not known to this version.")


def _known(one: Set, move: str) -> dict[str, Any]:
    """What is not known of a set that is of this `move`: nothing of what another's was."""
    return {} if move == one.move else {"unknown": (), "pass_count": len(one.passes)}


def _move(deed: deeds.MovePart, drafts: list[Draft], amounts: Amounts) -> None:
    span = {"start_s": deed.start_s, "end_s": deed.end_s}
    draft = next((d for d in drafts if d.name == deed.part), None)
    if draft is not None:
        _free(drafts, deed, draft)
        draft.set = draft.set.model_copy(update=span)
        for parts in (draft.passes, draft.holds, draft.faults):
            for name in [n for n, p in parts.items() if p.end_s <= deed.start_s or p.start_s >= deed.end_s]:
                del parts[name]
        draft.touched = True
        return
    draft = _with_part(drafts, deed.part)
    if deed.part in draft.passes:
        draft.passes[deed.part] = amounts.rolled(draft.set, deed.start_s, deed.end_s)
    elif deed.part in draft.holds:
        draft.holds[deed.part] = amounts.held(draft.set, deed.start_s, deed.end_s)
    else:
        draft.faults[deed.part] = draft.faults[deed.part].model_copy(update=span)


def _split(draft: Draft, at_s: float, new: str, drafts: list[Draft]) -> None:
    if not draft.set.start_s < at_s < draft.set.end_s:
        raise UsageError("A set is split at a moment within it.")
    later = Draft(new, draft.set.model_copy(update={"start_s": at_s}), touched=True)
    draft.set = draft.set.model_copy(update={"end_s": at_s})
    draft.touched = True
    _hand_over(draft.passes, later.passes, at_s)
    _hand_over(draft.holds, later.holds, at_s)
    _hand_over(draft.faults, later.faults, at_s)
    drafts.append(later)


def _hand_over(mine: dict[str, Timed], theirs: dict[str, Timed], at_s: float) -> None:
    """What begins after a moment goes to the later set."""
    for name in [n for n, p in mine.items() if p.start_s >= at_s - 1e-6]:
        theirs[name] = mine.pop(name)


def _free(drafts: Sequence[Draft], span: deeds.AddSet | deeds.MovePart, mine: Draft | None) -> None:
    if any(d is not mine and d.set.start_s < span.end_s and span.start_s < d.set.end_s for d in drafts):
        raise UsageError("Two sets can't overlap. Join them, or move the border less far.")


def _set(drafts: Sequence[Draft], name: str) -> Draft:
    found = next((d for d in drafts if d.name == name), None)
    if found is None:
        raise UsageError("That set is not there any more.")
    return found


def _with_part(drafts: Sequence[Draft], part: str) -> Draft:
    found = next((d for d in drafts if d.holds_part(part)), None)
    if found is None:
        raise UsageError("That is not there any more.")
    return found


def _at(drafts: Sequence[Draft], span: deeds.AddFault | deeds.AddPart) -> Draft:
    """The set that most of a span lies in."""
    found = max(drafts, key=lambda d: min(d.set.end_s, span.end_s) - max(d.set.start_s, span.start_s), default=None)
    if found is None or min(found.set.end_s, span.end_s) <= max(found.set.start_s, span.start_s):
        raise UsageError("There is no set at that time. Add a set first, or choose a moment within one.")
    return found
