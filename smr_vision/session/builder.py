"""From finished sets to the session that is kept: `session.json`'s content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from math import isfinite
from typing import Literal, get_args

from smr_vision.coach import SetDone
from smr_vision.coach.checks import FaultSpan
from smr_vision.pose import ModelName
from smr_vision.session import record as kept
from smr_vision.session.set_record import CheckTime, Fault, Hold, Pass, Set, ZoneTime, on_target_of, passes_of

SEEN_SHARE = 0.8  # of the time in a set, from which the contact counts as seen
GUESSED_SHARE = 0.2


def versions(model: str) -> dict[str, str]:
    """What made this session: the program, what it stands on, the pose model."""
    named = {"smr-vision": "smr-vision", "mediapipe": "mediapipe", "opencv": "opencv-python", "numpy": "numpy"}
    found = {"model": model if model in get_args(ModelName) else "custom", "pose_model": model}
    return found | {name: _installed(package) for name, package in named.items()}


@cache  # a live session is written each second, and a package's papers are slow to read
def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def set_of(done: SetDone, pictures: Mapping[tuple[str, float], tuple[str, float]] | None = None) -> Set:
    """One set as it is kept; `pictures` maps (check, start) of a fault to its file and its time."""
    return Set(
        move=done.move.id,
        side=done.side,
        start_s=_s(done.start_s),
        end_s=_s(done.end_s),
        view=done.view,
        passes=tuple(
            Pass(
                start_s=_s(p.start_s),
                end_s=_s(p.end_s),
                direction=p.direction,  # type: ignore[arg-type]
                extent=round(p.extent, 4),
                speed_cm_s=round(p.speed_cm_s, 2) if isfinite(p.speed_cm_s) else None,
            )
            for p in done.passes
        ),
        pass_count=None if done.uncounted else len(done.passes),
        time_on_target_s=_s(done.time_on_target_s) if isfinite(done.time_on_target_s) else None,
        time_by_zone_s=ZoneTime(**{zone: _s(s) for zone, s in done.time_by_zone_s.items()}),
        holds=tuple(
            Hold(start_s=_s(h.start_s), end_s=_s(h.end_s), along=None if done.unplaced else round(h.position, 4))
            for h in done.holds
        ),
        checks={
            name: CheckTime(ok_s=_s(ok), fault_s=_s(bad), unknown_s=_s(unknown))
            for name, (ok, bad, unknown) in done.check_s.items()
        },
        faults=tuple(_fault(f, (pictures or {}).get(f.picture_key)) for f in done.faults),
        advice=done.advice,
        tool=done.tool,
        time_unsure_s=_s(done.unsure_s),
        unknown=(
            *((done.move.zone.unseen,) if done.unplaced else ()),
            *((done.move.passes.unseen,) if done.uncounted else ()),
        ),
    )


def _fault(span: FaultSpan, picture: tuple[str, float] | None) -> Fault:
    return Fault(
        check=span.check.id,
        severity=span.check.severity,
        start_s=_s(span.start_s),
        end_s=_s(span.end_s),
        decided_s=_s(span.decided_s),
        measured=round(span.measured, 4) if isfinite(span.measured) else None,
        target=span.check.target,
        cue=span.check.cue,
        picture=picture[0] if picture else None,
        picture_t_s=_s(picture[1]) if picture else None,
    )


def _s(seconds: float) -> float:
    return round(max(seconds, 0.0), 3)


def tracking_of(sets: Sequence[SetDone], pose_share: float) -> kept.Tracking:
    """How well person and tool were seen, over all sets."""
    seen = sum(s.seen_s for s in sets)
    known = seen + sum(s.inferred_s for s in sets)
    share = seen / known if known > 0 else None
    source: Literal["seen", "inferred", "mixed", "none"] = "none"
    if share is not None:
        source = "seen" if share >= SEEN_SHARE else "inferred" if share <= GUESSED_SHARE else "mixed"
    views = Counter(s.view for s in sets if s.view is not None)
    return kept.Tracking(
        pose_share=round(pose_share, 4),
        view=views.most_common(1)[0][0] if views else None,
        contact_source=source,
        contact_seen_share=round(share, 4) if share is not None else None,
    )


def session_of(
    sets: Sequence[SetDone],
    *,
    source: kept.Source,
    pose_share: float,
    model: str,
    automatic: bool,
    tool: str | None,
    strictness: str,
    person: str | None,
    notes: Sequence[str],
    complete: bool,
    pictures: Mapping[tuple[str, float], tuple[str, float]] | None = None,
    recorded_at: datetime | None = None,
    identity: str | None = None,
) -> kept.Session:
    """Everything of one clip or live session. `automatic`: the move was not named by the user; `identity`: by which
    what is kept beside it is known to belong to it."""
    records = tuple(set_of(s, pictures) for s in sets)
    moves = {s.move.id for s in sets}
    sides = {s.side for s in sets}
    longest = max(sets, key=lambda s: s.end_s - s.start_s, default=None)
    tools = {t.kind for s in sets for t in s.move.tools}
    return kept.Session(
        schema=kept.SCHEMA,
        id=identity,
        recorded_at=(recorded_at or datetime.now(UTC)).isoformat(timespec="seconds"),
        person=person,
        tool=tool or (sorted(tools)[-1] if tools else "roller"),
        strictness=strictness,
        notes=tuple(notes),
        versions=versions(model),
        complete=complete,
        source=source,
        move=moves.pop() if len(moves) == 1 else None,
        side=sides.pop() if len(sides) == 1 else None,
        recognised=kept.Recognised(
            move=longest.move.id, side=longest.side, confidence=round(min(longest.confidence, 1.0), 3)
        )
        if automatic and longest is not None
        else None,
        tracking=tracking_of(sets, pose_share),
        sets=records,
        totals=kept.Totals(
            pass_count=passes_of(records),
            time_on_target_s=on_target_of(records),
            duration_s=_s(sum(r.end_s - r.start_s for r in records)),
            faults=sum(len(r.faults) for r in records),
        ),
    )
