"""Bodies: a parametric rest shape, forward kinematics and linear skinning in plain numpy.

The shapes come from `anny` (MakeHuman's CC0 body). Only the rest shape is asked of it; posing is done here with
one world rotation per bone, which is what two-link inverse kinematics gives directly.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from .geometry import Array, unit

SIDES = ("L", "R")
# The joints of the truth, named as in the contract, and the bone whose head each one is.
JOINT_BONES = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
}
JOINTS = tuple(f"{name}_{side}" for name in JOINT_BONES for side in SIDES)
TRUNK_BONES = ("root", "pelvis", "spine", "clavicle", "shoulder01", "breast", "neck")


@dataclass(frozen=True)
class Rig:
    """What all bodies share: bones, skin weights, triangles and texture coordinates."""

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    weights: Array  # (V, B)
    triangles: Array  # (F, 3) into the skin vertices
    corner_vertex: Array  # (R,) skin vertex of each render vertex (a vertex is split where the texture is cut)
    corner_uv: Array  # (R, 2), v downwards
    corner_triangles: Array  # (F, 3) into the render vertices

    @functools.cached_property
    def index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.bones)}

    @functools.cached_property
    def trunk_vertices(self) -> Array:
        """Indices of the skin vertices that move with the trunk alone."""
        trunk = [i for i, name in enumerate(self.bones) if name.startswith(TRUNK_BONES)]
        return np.nonzero(self.weights[:, trunk].sum(1) > 0.95)[0]

    @functools.cached_property
    def torso_vertices(self) -> Array:
        """Indices of the skin vertices of the trunk with shoulders and buttocks, as far as they go with it."""
        trunk = [i for i, name in enumerate(self.bones) if name.startswith(TRUNK_BONES)]
        return np.nonzero(self.weights[:, trunk].sum(1) > 0.4)[0]

    def vertices_of(self, *prefixes: str, share: float = 0.5) -> Array:
        """Indices of the skin vertices that hang on the bones with these name prefixes by at least `share`."""
        ids = [i for i, name in enumerate(self.bones) if name.startswith(prefixes)]
        return np.nonzero(self.weights[:, ids].sum(1) >= share)[0]


@dataclass(frozen=True)
class Shape:
    """One person's rest shape: standing, facing -y, left is +x, origin at the pelvis."""

    rig: Rig
    vertices: Array  # (V, 3) metres
    heads: Array  # (B, 3) bone heads, metres

    def head(self, bone: str) -> Array:
        return np.asarray(self.heads[self.rig.index[bone]])

    def joint(self, joint: str) -> Array:
        name, side = joint.rsplit("_", 1)
        return self.head(f"{JOINT_BONES[name]}.{side}")

    def length(self, a: str, b: str) -> float:
        return float(np.linalg.norm(self.joint(a) - self.joint(b)))

    @property
    def height(self) -> float:
        return float(np.ptp(self.vertices[:, 2]))

    @property
    def ankle_height(self) -> float:
        """Ankle joint above the sole."""
        return float(self.head("foot.L")[2] - self.vertices[:, 2].min())

    @functools.cached_property
    def lengths(self) -> dict[str, float]:
        """Segment lengths as written in the truth, metres."""
        return {
            "thigh": self.length("hip_L", "knee_L"),
            "shank": self.length("knee_L", "ankle_L"),
            "upper_arm": self.length("shoulder_L", "elbow_L"),
            "forearm": self.length("elbow_L", "wrist_L"),
            "pelvis_width": self.length("hip_L", "hip_R"),
            "shoulder_half_width": self.length("shoulder_L", "shoulder_R") / 2,
        }


@functools.lru_cache(maxsize=1)
def _model():  # type: ignore[no-untyped-def]
    import anny  # noqa: PLC0415 - heavy (torch), so only when a shape is asked for

    return anny.Anny(skinning_method="lbs")


@functools.lru_cache(maxsize=1)
def load_rig() -> Rig:
    """The bones and the mesh that every shape shares."""
    model = _model()
    n, b = len(model.template_vertices), len(model.bone_labels)
    weights = np.zeros((n, b), np.float32)
    np.add.at(weights, (np.arange(n)[:, None], model.vertex_bone_indices.numpy()), model.vertex_bone_weights.numpy())
    triangles = np.asarray(model.faces, dtype=np.int64)
    uv = np.asarray(model.face_texture_coordinate_indices, dtype=np.int64)
    corners = np.stack([triangles.ravel(), uv.ravel()], 1)
    unique, inverse = np.unique(corners, axis=0, return_inverse=True)
    coordinates = model.texture_coordinates.numpy()[unique[:, 1]].astype(np.float32)
    coordinates[:, 1] = 1 - coordinates[:, 1]
    return Rig(
        tuple(model.bone_labels),
        tuple(model.bone_parents),
        weights,
        triangles.astype(np.int32),
        unique[:, 0],
        coordinates,
        inverse.reshape(-1, 3).astype(np.int32),
    )


def make_shape(phenotype: dict[str, float]) -> Shape:
    """The rest shape for `gender, age, muscle, weight, height, proportions`, each 0 to 1."""
    import torch  # noqa: PLC0415 - as above

    rig, model = load_rig(), _model()
    with torch.no_grad():
        out = model(
            pose_parameters=torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1), phenotype_kwargs=phenotype
        )
    return Shape(
        rig, out["rest_vertices"][0].numpy().astype(np.float32), out["rest_bone_heads"][0].numpy().astype(np.float64)
    )


@dataclass(frozen=True)
class Pose:
    """Where every bone is: one world rotation (of rest directions) and one head position per bone."""

    shape: Shape
    rotations: Array  # (B, 3, 3)
    heads: Array  # (B, 3) metres, world

    def joint(self, joint: str) -> Array:
        name, side = joint.rsplit("_", 1)
        return np.asarray(self.heads[self.shape.rig.index[f"{JOINT_BONES[name]}.{side}"]])

    def head(self, bone: str) -> Array:
        return np.asarray(self.heads[self.shape.rig.index[bone]])

    def rotation(self, bone: str) -> Array:
        return np.asarray(self.rotations[self.shape.rig.index[bone]])

    @property
    def mid_shoulder(self) -> Array:
        return (self.joint("shoulder_L") + self.joint("shoulder_R")) / 2

    @property
    def mid_hip(self) -> Array:
        return (self.joint("hip_L") + self.joint("hip_R")) / 2

    @property
    def joints(self) -> Array:
        """(12, 3) in the order of JOINTS."""
        return np.stack([self.joint(name) for name in JOINTS])

    def angle(self, a: str, b: str, c: str) -> float:
        """Interior angle at joint b, degrees, in 3-D."""
        u, v = unit(self.joint(a) - self.joint(b)), unit(self.joint(c) - self.joint(b))
        return float(np.degrees(np.arccos(np.clip(u @ v, -1, 1))))

    def skin(self, subset: Array | None = None, rest: Array | None = None) -> Array:
        """Posed skin vertices, (V, 3) or (len(subset), 3). `rest` replaces the rest vertices (clothes, hair)."""
        rig = self.shape.rig
        base = self.shape.vertices if rest is None else rest
        weights = rig.weights
        if subset is not None:
            base, weights = base[subset], weights[subset]
        rotations = self.rotations.astype(np.float32)
        shift = (self.heads - np.einsum("bij,bj->bi", self.rotations, self.shape.heads)).astype(np.float32)
        blended = weights @ np.concatenate([rotations.reshape(-1, 9), shift], 1)
        out = np.einsum("vij,vj->vi", blended[:, :9].reshape(-1, 3, 3), base)
        return np.asarray(out + blended[:, 9:])

    def moved(self, offset: Array) -> Pose:
        return Pose(self.shape, self.rotations, self.heads + offset)


def solve_pose(shape: Shape, turned: dict[str, Array], root: Array) -> Pose:
    """Forward kinematics: bones in `turned` get their world rotation, the others follow their parent."""
    rig = shape.rig
    rotations = np.empty((len(rig.bones), 3, 3))
    heads = np.empty((len(rig.bones), 3))
    for i, (name, parent) in enumerate(zip(rig.bones, rig.parents, strict=True)):
        given = turned.get(name)
        if parent < 0:
            rotations[i] = np.eye(3) if given is None else given
            heads[i] = root
            continue
        rotations[i] = rotations[parent] if given is None else given
        heads[i] = heads[parent] + rotations[parent] @ (shape.heads[i] - shape.heads[parent])
    return Pose(shape, rotations, heads)
