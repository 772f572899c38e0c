"""The truth beside a clip, in the contract's format, from the same frames that are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from .body import JOINTS
from .camera import Camera
from .film import Frame, Performance
from .tempo import LEAST_PASS

# Green and amber of the contract, and where a load is needed for time on target.
TARGETS = {
    "thoracic": (-0.18, 0.62), "calf": (0.08, 0.88), "glute": (-0.40, 0.40), "pec": (0.30, 1.05),
    "hamstrings": (0.08, 0.92), "quadriceps": (0.04, 0.92), "lats": (0.0, 0.48), "peroneals": (0.15, 0.88),
}  # fmt: skip
LOWER_BACK_FROM = 0.62
# Poses in which the body carries itself on the tool as the move wants it.
_LOADED = {
    "good", "good_low", "knees_not_90", "hands_not_behind_head", "leg_not_crossed", "ankle_not_crossed",
    "leg_bent", "arm_not_overhead", "not_on_side",
}  # fmt: skip
_HALF = 0.5


def frame_angles(frame: Frame) -> dict[str, float | None]:
    """Angles in degrees (3-D, interior) and heights in metres of one frame."""
    pose = frame.pose
    out: dict[str, float | None] = {}
    for side in "LR":
        out[f"knee_{side}"] = pose.angle(f"hip_{side}", f"knee_{side}", f"ankle_{side}")
        out[f"hip_{side}"] = pose.angle(f"shoulder_{side}", f"hip_{side}", f"knee_{side}")
        out[f"elbow_{side}"] = pose.angle(f"shoulder_{side}", f"elbow_{side}", f"wrist_{side}")
    trunk = pose.mid_shoulder - pose.mid_hip
    out["trunk_inclination"] = float(np.degrees(np.arcsin(trunk[2] / np.linalg.norm(trunk))))
    out["hip_height"] = float(pose.mid_hip[2])
    return out


def is_on_target(frame: Frame, move: str) -> bool:
    """Contact green or amber, body loaded."""
    if frame.contact is None or move not in TARGETS:
        return False
    low, high = TARGETS[move]
    first, second, share = frame.poses
    return low <= frame.contact <= high and (first if share < _HALF else second) in _LOADED


def tool_pixels(frame: Frame, camera: Camera, visible: float) -> dict[str, list[float | None]]:
    """Pixels of the tool: near end with radius, far end, middle with radius, contact point; visible share."""
    ends = sorted(frame.tool.ends, key=lambda p: float(np.linalg.norm(p - camera.eye)))
    near, far, middle = (camera.project(p) for p in (*ends, frame.tool.centre))
    size = camera.focal * frame.tool.tool.radius
    contact: list[float | None] = [None, None]
    if frame.crossing is not None:
        contact = [round(float(v), 1) for v in camera.project(frame.crossing)[:2]]
    r = [
        round(float(v), 1)
        for v in (near[0], near[1], size / near[2], far[0], far[1], middle[0], middle[1], size / middle[2])
    ]
    return {"tool": [*r, *contact, round(visible, 3)], "near": [*r[:3], visible > 0.05]}


def _extra(frames: list[Frame], performance: Performance) -> dict[str, Any]:
    move, side = performance.scene.move, performance.scene.side
    if move == "glute":
        turned = [f.pose.rotation("root") for f in frames]
        sign = -1.0 if side == "L" else 1.0
        return {
            "rotation_deg": [round(float(sign * np.degrees(np.arcsin(r[2, 0]))), 2) for r in turned],
            "yaw_deg": [round(float(abs(np.degrees(np.arctan2(-r[0, 0], r[1, 0])))), 2) for r in turned],
        }
    if move == "pec":
        lean = [
            float(np.degrees(np.arctan2(f.pose.rotation("root")[0, 2], f.pose.rotation("root")[2, 2]))) for f in frames
        ]
        return {"lean_deg": [round(v, 2) for v in lean], "gap_m": [round(_gap(f), 3) for f in frames]}
    return {}


def _gap(frame: Frame) -> float:
    """Free room between ball and chest, metres."""
    chest = frame.pose.skin(frame.pose.shape.rig.trunk_vertices)
    return max(0.0, float(np.linalg.norm(chest - frame.tool.centre, axis=1).min()) - frame.tool.tool.radius)


def build_truth(
    performance: Performance, frames: list[Frame], cameras: list[Camera], visible: list[float]
) -> dict[str, Any]:
    """The whole truth of a clip, ready for JSON."""
    scene, line = performance.scene, performance.timeline
    move = "none" if scene.negative else scene.move
    rows = [frame_angles(f) for f in frames]
    tools = [tool_pixels(f, c, v) for f, c, v in zip(frames, cameras, visible, strict=True)]
    values = {k: [round(float(r[k] or 0.0), 3) for r in rows] for k in rows[0]}
    pixels: dict[str, list[list[float]]] = {}
    for name in JOINTS:
        at = [c.project(f.pose.joint(name))[:2] for f, c in zip(frames, cameras, strict=True)]
        pixels[name] = [[round(float(x), 1), round(float(y), 1)] for x, y in at]
    moving = not scene.negative
    spec = scene.camera
    return {
        "name": scene.name,
        "move": move,
        "negative": scene.negative,
        "side": scene.side,
        "fps": scene.fps,
        "resolution": list(scene.resolution),
        "frames": len(frames),
        "camera": {
            "azimuth": spec.azimuth,
            "elevation": spec.elevation,
            "distance": spec.distance,
            "target": list(spec.target),
            "vfov": spec.vfov,
            "roll": spec.roll,
            "shake": spec.shake,
        },
        "phenotype": dict(scene.phenotype),
        "height_m": round(performance.shape.height, 3),
        "equipment": {
            "kind": scene.tool.kind,
            "diameter_m": scene.tool.diameter_m,
            "length_m": scene.tool.length_m,
            "rgb": list(scene.tool.rgb),
            "pattern": scene.tool.pattern,
        },
        "hard": list(scene.hard),
        "note": scene.note,
        "lengths_m": performance.shape.lengths,
        "target_zone": list(TARGETS[move]) if moving else None,
        "phases": [
            {"pose": s.phase.pose, "start": round(s.start, 3), "end": round(s.end, 3), "hold": s.phase.hold}
            for s in line.stretches
        ],
        "turning_points": line.turning_points() if moving else [],
        "passes": line.passes(LEAST_PASS[move]) if moving else [],
        "pass_count": len(line.passes(LEAST_PASS[move])) if moving else 0,
        "faults": line.faults(LOWER_BACK_FROM if move == "thoracic" else None) if moving else [],
        "frames_truth": {
            "t": [round(f.t, 4) for f in frames],
            **values,
            "contact": [None if f.contact is None else round(f.contact, 4) for f in frames],
            "on_target": [is_on_target(f, move) for f in frames],
        },
        "equipment_px": {"columns": ["x", "y", "radius", "visible"], "rows": [t["near"] for t in tools]},
        "tool_px": {
            "columns": [
                "near_x",
                "near_y",
                "near_radius",
                "far_x",
                "far_y",
                "middle_x",
                "middle_y",
                "middle_radius",
                "contact_x",
                "contact_y",
                "visible",
            ],
            "rows": [t["tool"] for t in tools],
        },
        "joints_px": pixels,
        "extra": _extra(frames, performance),
    }
