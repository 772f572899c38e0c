"""From one pose to another: turns between bones are shared out, feet and hands stay planted."""

from __future__ import annotations

import numpy as np

from .body import Pose
from .figure import Figure, Z
from .geometry import Array, unit

_FLOOR_WRIST_M = 0.045
_FLOOR_TIP_M = 0.02


def smooth(u: float) -> float:
    """0 to 1 with soft ends."""
    u = min(max(u, 0.0), 1.0)
    return u * u * (3 - 2 * u)


def _partial_turns(a: Array, b: Array, share: float) -> Array:
    """(B, 3, 3) rotations `share` of the way from a to b, each by its shortest turn."""
    delta = b @ a.transpose(0, 2, 1)
    axis = np.stack(
        [delta[:, 2, 1] - delta[:, 1, 2], delta[:, 0, 2] - delta[:, 2, 0], delta[:, 1, 0] - delta[:, 0, 1]], 1
    )
    sine2 = np.linalg.norm(axis, axis=1)
    angle = np.arctan2(sine2, np.trace(delta, axis1=1, axis2=2) - 1) * share
    axis = unit(axis + np.where(sine2 < 1e-9, 1e-12, 0)[:, None])
    k = np.zeros((len(a), 3, 3))
    k[:, 0, 1], k[:, 0, 2], k[:, 1, 2] = -axis[:, 2], axis[:, 1], -axis[:, 0]
    k -= k.transpose(0, 2, 1)
    s, c = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    return np.asarray((np.eye(3) + s * k + (1 - c) * k @ k) @ a)


def blend(a: Pose, b: Pose, share: float) -> Pose:
    """The pose `share` (0..1) of the way from a to b: bone by bone relative to the parent, the root along a line."""
    parents = np.array(a.shape.rig.parents)
    up = np.maximum(parents, 0)

    def local(rotations: Array) -> Array:
        out = rotations[up].transpose(0, 2, 1) @ rotations
        out[parents < 0] = rotations[parents < 0]
        return np.asarray(out)

    turned = _partial_turns(local(a.rotations), local(b.rotations), share)
    rotations, heads = np.empty_like(turned), np.empty_like(a.heads)
    for i, parent in enumerate(a.shape.rig.parents):
        if parent < 0:
            rotations[i], heads[i] = turned[i], (1 - share) * a.heads[i] + share * b.heads[i]
        else:
            rotations[i] = rotations[parent] @ turned[i]
            heads[i] = heads[parent] + rotations[parent] @ (a.shape.heads[i] - a.shape.heads[parent])
    return Pose(a.shape, rotations, heads)


def _bend_side(start: Array, middle: Array, end: Array, fallback: Array) -> Array:
    """Where the middle joint points away from the line between the others."""
    d = unit(end - start)
    off = middle - start
    off = off - d * (off @ d)
    return unit(off) if np.linalg.norm(off) > 0.015 else fallback


def replant(pose: Pose, ankles: Array | None, wrists: Array | None) -> Pose:
    """Feet and hands put back to fixed ankles and wrists, (2, 3) left, right; NaN rows and None stay as they are."""
    figure = Figure(pose.shape, pose.heads[0])
    figure.turned = dict(zip(pose.shape.rig.bones, pose.rotations, strict=True))
    for k, side in enumerate("LR"):
        if ankles is not None and np.isfinite(ankles[k]).all():
            hip, knee, ankle = (pose.joint(f"{j}_{side}") for j in ("hip", "knee", "ankle"))
            forward = -pose.rotation(f"upperleg01.{side}")[:, 1]
            figure.leg(side, ankles[k], _bend_side(hip, knee, ankle, forward), pose.rotation(f"foot.{side}"))
            for bone in pose.shape.rig.bones:
                if bone.startswith("toe") and bone.endswith(side):
                    figure.turned[bone] = pose.rotation(bone)
        target = None if wrists is None or not np.isfinite(wrists[k]).all() else wrists[k]
        wrist = pose.joint(f"wrist_{side}")
        tip = pose.head(f"finger3-3.{side}")[2] - _FLOOR_TIP_M
        if target is None and min(wrist[2] - _FLOOR_WRIST_M, tip) < 0:
            target = wrist - Z * min(wrist[2] - _FLOOR_WRIST_M, tip)
        if target is not None:
            _reach(figure, pose, side, target)
    return figure.pose()


def _reach(figure: Figure, pose: Pose, side: str, target: Array) -> None:
    """Move one wrist to `target`, elbow bent as it was, hand turned as it was."""
    shoulder, elbow, wrist = (pose.joint(f"{j}_{side}") for j in ("shoulder", "elbow", "wrist"))
    figure.arm(side, target, _bend_side(shoulder, elbow, wrist, pose.rotation(f"upperarm01.{side}")[:, 1]))
    hand = pose.rotation(f"wrist.{side}")
    for bone in pose.shape.rig.bones:
        if bone.endswith(side) and bone.startswith(("finger", "metacarpal", "wrist")):
            figure.turned[bone] = pose.rotation(bone) if bone != f"wrist.{side}" else hand
    figure._pose = None
