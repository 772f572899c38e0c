"""One moment of a live session as small JSON: what the page needs to draw it, and nothing else.

Places are shares of the picture's width and height, 0..1, not mirrored.
"""

from __future__ import annotations

from math import isnan
from typing import Any, Final

import numpy as np

from smr_vision.body import SEEN, Array
from smr_vision.coach import Feedback
from smr_vision.coach.sets import PLACE_ASSUMED, PLACE_NOT_SEEN, passes_words
from smr_vision.live import safety
from smr_vision.live.board import time_to_go
from smr_vision.live.coaching import Shown
from smr_vision.live.stage_messages import Early, Now, passes_of, target_of
from smr_vision.overlay.figure import contact_point, zone_bands
from smr_vision.overlay.panels import rows_of
from smr_vision.pipeline.result import FrameResult
from smr_vision.pose import LANDMARKS

_DRAWN: Final = tuple(
    LANDMARKS[f"{side}_{joint}"]
    for side in ("left", "right")
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot_index")
)
"""The joints that are sent, in this order: seven of the left side, seven of the right."""
_PLACES: Final = {
    "green": "\N{BLACK CIRCLE} On target",
    "amber": "\N{BLACK UP-POINTING TRIANGLE} At the edge",
    "red": "\N{BLACK SQUARE} Off target",
}


def view_of(shown: Shown) -> dict[str, Any]:
    """All that is shown of one moment."""
    width, height = shown.frame.size
    return {
        **_words(shown.now),
        **_figure(shown.result, np.array([width, height], float)),
        **_score(shown),
        "aspect": round(width / height, 4),
        "menu": _menu(shown),
        "held": round(shown.held, 2),
        "taken": shown.taken.words if shown.taken is not None else None,
    }


def _words(now: Now) -> dict[str, Any]:
    item, cue = now.item, now.banner
    return {
        "stage": now.stage,
        "paused": now.paused,
        "item": None
        if item is None
        else {
            "title": item.move.titled(item.side),
            "set": f"Set {item.number} of {item.of}" if item.of > 1 else None,
            "full": item.title,
            "seconds": item.seconds,
            "steps": item.move.steps,
            "move": item.move.id,
        },
        "then": None if now.upcoming is None else now.upcoming.move.titled(now.upcoming.side),
        "findings": [{"title": f.title, "state": f.state, "say": f.say} for f in now.findings],
        "instruction": now.instruction,
        "count": now.count,
        "left_s": round(now.left_s, 1),
        "stage_s": round(now.stage_s, 1),
        "to_go": time_to_go(now.session_left_s),
        "cue": None if cue is None else {"text": cue.text, "severity": cue.severity},
        "breath": None if now.breath is None else {"half": now.breath.half, "share": round(now.breath.share, 2)},
        "asking": now.asking,
        "tallies": [{"sign": t.sign, "title": t.title, "numbers": f"{t.passes}, {t.seconds}"} for t in now.tallies],
        "last": f"{passes_of(now.tallies[-1:])}, {target_of(now.tallies[-1:])}" if now.tallies else None,
        "all": f"{target_of(now.tallies)}, {passes_of(now.tallies)}" if now.tallies else None,
        "ending": now.ending,
        "closing": () if now.left_early else now.closing,
        "early": None if now.early is None else early_words(now.early),
        "other": None if now.other is None else now.other.title,
        "safety": [*safety.LINES] if now.stage == "screen" else [],
    }


def _score(shown: Shown) -> dict[str, Any]:
    feedback = shown.result.feedback
    if feedback is None:
        return {
            "passes": 0, "passes_words": "", "on_target_s": 0.0, "known": False, "zone": None, "place": "",
            "checks": [], "phase": None, "speed": None,
        }  # fmt: skip
    speed = feedback.speed_cm_s
    passes = None if feedback.uncounted else feedback.pass_count
    return {
        "passes": passes,
        "passes_words": passes_words(passes),
        "on_target_s": round(feedback.time_on_target_s, 1) if feedback.on_target_known else 0.0,
        "known": feedback.on_target_known,
        "assumed": feedback.tool == "assumed",
        "zone": feedback.zone,
        "place": place_words(feedback),
        "on_target": feedback.on_target,
        "phase": feedback.phase,
        "speed": None if isnan(speed) else round(speed, 1),
        "checks": [{"state": row.icon, "title": row.text} for row in rows_of(feedback)],
    }


def place_words(feedback: Feedback) -> str:
    """Where the tool is, with a sign: "on target" is said only while the seconds count."""
    if feedback.zone is None:
        hidden = feedback.unplaced and feedback.phase not in ("ready", "out")
        return f"\N{DOTTED CIRCLE} {PLACE_NOT_SEEN.capitalize()}" if hidden else ""
    if feedback.tool == "assumed":
        return f"\N{DOTTED CIRCLE} {PLACE_ASSUMED.capitalize()}"
    if feedback.zone == "green" and not feedback.on_target:
        return "\N{WHITE CIRCLE} In the zone, not counted"
    return _PLACES[feedback.zone]


def _figure(seen: FrameResult, size: Array) -> dict[str, Any]:
    body, feedback = seen.body, seen.feedback
    if body is None:
        return {"joints": None, "near": None, "bands": [], "tool": None}
    found = body.pose.visibility[list(_DRAWN)] >= SEEN
    places = body.pose.xy[list(_DRAWN)] / size
    joints = [_place(p) if ok else None for p, ok in zip(places, found, strict=True)]
    drawn: dict[str, Any] = {"joints": joints, "near": body.near, "bands": [], "tool": None}
    if feedback is None or seen.axis is None or feedback.phase in ("ready", "out"):
        return drawn
    bands = zone_bands(body, seen.axis, feedback.move, feedback.side)
    drawn["bands"] = [{"zone": zone, "at": [_place(p) for p in band / size]} for zone, band in bands]
    contact = feedback.contact
    if not isnan(contact.position) and feedback.zone is not None:
        at = contact_point(body, seen.axis, feedback.move, contact.position)
        detection = contact.detection
        drawn["tool"] = {
            "at": _place((detection.near if detection is not None else at) / size),
            "touch": _place(at / size),
            "radius": round(
                float((detection.radius if detection is not None else 0.04 * body.stature_px) / size[0]), 4
            ),
            "seen": detection is not None,
        }
    return drawn


def early_words(early: Early) -> str:
    """How much of a set that was left is done."""
    return f"{early.done_s:.0f} of {early.item.seconds:.0f} s."


def _place(point: Array) -> list[float] | None:
    return [round(float(v), 4) for v in point] if np.isfinite(point).all() else None


def _menu(shown: Shown) -> dict[str, Any] | None:
    menu = shown.menu
    if menu is None:
        return None
    return {"choices": [c.words for c in menu.choices], "lit": menu.lit, "share": round(menu.share, 2)}
