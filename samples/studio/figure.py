"""Putting a body into a posture: trunk by rotations, limbs by two-link inverse kinematics."""

from __future__ import annotations

import numpy as np

from .body import Pose, Shape, solve_pose
from .geometry import Array, between, frame, turn, two_links, unit
from .tool import Placed

X, Y, Z = np.eye(3)
# Columns: where the rest axes left, back, up go.
ON_THE_BACK = np.stack([Y, -Z, -X], 1)  # head to -x, face up
FACE_DOWN = np.stack([-Y, Z, -X], 1)  # head to -x, face down
UPRIGHT = np.stack([Y, -X, Z], 1)  # facing +x
SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")
_RING = 0.09  # share of a limb over which its thickness is taken: two rings of the mesh at least
SQUASH_M = 0.012  # how deep foam and flesh give where the body rests on the tool


def on_the_side(side: str) -> Array:
    """Lying on the given side (L, R), head to -x."""
    left = -Z if side == "L" else Z
    return np.stack([left, np.cross(-X, left), -X], 1)


class Figure:
    """A body being posed. Set the trunk first, then legs and arms; `pose()` gives the result."""

    def __init__(self, shape: Shape, root: Array) -> None:
        self.shape = shape
        self.root = np.asarray(root, float)
        self.turned: dict[str, Array] = {}
        self._pose: Pose | None = None

    def pose(self) -> Pose:
        if self._pose is None:
            self._pose = solve_pose(self.shape, self.turned, self.root)
        return self._pose

    def place(self, root: Array) -> None:
        """Move the pelvis to `root` (3,); set limbs again afterwards if they were planted."""
        self.root = np.asarray(root, float)
        self._pose = None

    def _set(self, bones: dict[str, Array]) -> None:
        self.turned.update(bones)
        self._pose = None

    def trunk(
        self,
        pelvis: Array,
        flex: float = 0.0,
        side_bend: float = 0.0,
        twist: float = 0.0,
        neck: float = 0.0,
        look: float = 0.0,
        tilt: float = 0.0,
    ) -> None:
        """Pelvis rotation (3, 3) and the bends from pelvis to head, in degrees.

        flex: spine curls forward; side_bend: to the left; twist: chest turns left; neck: chin to chest;
        look: head turns left; tilt: head leans left.
        """
        rotation = pelvis
        bones = {"root": pelvis}
        for bone in SPINE:
            step = turn(X, flex / 5) @ turn(Y, side_bend / 5) @ turn(Z, twist / 5)
            rotation = rotation @ step
            bones[bone] = rotation
        for bone in NECK:
            rotation = rotation @ turn(X, neck / 4) @ turn(Y, tilt / 4) @ turn(Z, look / 4)
            bones[bone] = rotation
        self._set(bones)

    def shrug(self, side: str, raise_deg: float, forward_deg: float = 0.0) -> None:
        """Lift the shoulder girdle of one side (collar bone and shoulder)."""
        sign = 1.0 if side == "L" else -1.0
        chest = self.turned["spine01"]
        lifted = chest @ turn(Y, -sign * raise_deg) @ turn(Z, -sign * forward_deg)
        self._set({f"clavicle.{side}": between(chest, lifted, 0.6), f"shoulder01.{side}": lifted})

    def leg(self, side: str, ankle: Array, pole: Array, foot: Array | None = None, flex_foot: float = 0.0) -> None:
        """Reach with a leg: ankle target, where the knee points, foot rotation (else it follows the shank)."""
        shape = self.shape
        hip = self.pose().joint(f"hip_{side}")
        knee, end = two_links(hip, ankle, shape.lengths["thigh"], shape.lengths["shank"], pole)
        hinge = np.cross(unit(pole), unit(end - hip))
        rest = [shape.joint(f"{j}_{side}") for j in ("hip", "knee", "ankle")]
        thigh = frame(knee - hip, hinge) @ frame(rest[1] - rest[0], X).T
        shank = frame(end - knee, hinge) @ frame(rest[2] - rest[1], X).T
        self._set(
            {
                f"upperleg01.{side}": thigh,
                f"upperleg02.{side}": thigh,
                f"lowerleg01.{side}": shank,
                f"lowerleg02.{side}": shank,
                f"foot.{side}": shank @ turn(X, flex_foot) if foot is None else foot,
            }
        )

    def arm(
        self, side: str, wrist: Array, pole: Array, fingers: Array | None = None, palm: Array | None = None
    ) -> None:
        """Reach with an arm: wrist target, where the elbow points; fingers and palm directions of a planted hand."""
        shape = self.shape
        shoulder = self.pose().joint(f"shoulder_{side}")
        elbow, end = two_links(shoulder, wrist, shape.lengths["upper_arm"], shape.lengths["forearm"], pole)
        rest = [shape.joint(f"{j}_{side}") for j in ("shoulder", "elbow", "wrist")]
        rest_hinge = np.cross(rest[1] - rest[0], rest[2] - rest[1])
        hinge = np.cross(unit(pole), unit(end - shoulder))
        upper = frame(elbow - shoulder, hinge) @ frame(rest[1] - rest[0], rest_hinge).T
        fore = frame(end - elbow, hinge) @ frame(rest[2] - rest[1], rest_hinge).T
        hand, half = fore, fore
        if fingers is not None and palm is not None:
            hand = frame(fingers, palm) @ _rest_hand(shape, side).T
            half = between(fore, hand, 0.5)
            # only the twist about the forearm is shared with the forearm bone, not the bend of the wrist
            half = frame(end - elbow, half @ rest_hinge) @ frame(rest[2] - rest[1], rest_hinge).T
        self._set(
            {
                f"upperarm01.{side}": upper,
                f"upperarm02.{side}": upper,
                f"lowerarm01.{side}": fore,
                f"lowerarm02.{side}": half,
                f"wrist.{side}": hand,
            }
        )


def _rest_hand(shape: Shape, side: str) -> Array:
    """Frame of the rest hand: fingers, palm normal, their cross product."""
    fingers = shape.head(f"finger3-1.{side}") - shape.head(f"wrist.{side}")
    across = shape.head(f"finger2-1.{side}") - shape.head(f"finger5-1.{side}")
    palm = np.cross(fingers, across) * (1 if side == "L" else -1)
    return frame(fingers, palm)


def flat_foot(heading: float, toe_lift: float = 0.0) -> Array:
    """Rotation of a foot standing on the floor, toes towards `heading` degrees from +x (counter-clockwise)."""
    return turn(Z, heading) @ UPRIGHT @ turn(X, -toe_lift)


def sink(vertices: Array, placed: Placed) -> float:
    """How far up (metres, may be negative) the vertices (V, 3) must move to rest on the tool with a little squash."""
    tool, d = placed.tool, vertices - placed.centre
    if tool.kind == "ball":
        u2 = d[:, 0] ** 2 + d[:, 1] ** 2
        inside = u2 < (0.95 * tool.radius) ** 2
    else:
        along = d @ placed.axis
        across = np.cross(placed.axis, Z)
        u2 = (d @ unit(across)) ** 2
        inside = (u2 < (0.95 * tool.radius) ** 2) & (np.abs(along) < tool.length_m / 2)
    if not inside.any():
        return 0.0
    need = np.sqrt(tool.radius**2 - u2[inside]) - d[inside, 2]
    return float(need.max() - SQUASH_M)


def underside(shape: Shape, limb: str, side: str, share: float, direction: Array) -> float:
    """Distance from the limb's axis to its surface at `share` along it, in a rest direction. limb: thigh or shank."""
    names = ("hip", "knee") if limb == "thigh" else ("knee", "ankle")
    a, b = shape.joint(f"{names[0]}_{side}"), shape.joint(f"{names[1]}_{side}")
    bones = ("upperleg",) if limb == "thigh" else ("lowerleg",)
    points = shape.vertices[shape.rig.vertices_of(*(f"{p}0{k}.{side}" for p in bones for k in (1, 2)))]
    t = (points - a) @ (b - a) / ((b - a) @ (b - a))
    axis = unit(b - a)
    out = unit(direction - axis * (axis @ direction))
    height = (points - a) @ out
    knots = np.linspace(0, 1, 21)
    profile = np.array([height[np.abs(t - k) < _RING].max() for k in knots])
    profile = np.convolve(
        np.pad(profile, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid"
    )  # no steps from ring to ring
    return float(np.interp(share, knots, profile))
