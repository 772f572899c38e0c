"""Looks: skin, hair and clothes, painted into the body texture and laid on as thickness over the rest shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .atlas import Places, lips, texel_places, vertex_places
from .body import Shape
from .geometry import Array
from .noise import clouds
from .raster import vertex_normals

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Garment:
    """One piece of clothing. `length`: sleeve end (arm: 0 shoulder .. 2 wrist) or leg end (0 hip .. 2 ankle)."""

    rgb: Rgb
    length: float
    loose_m: float = 0.0
    pattern: str = "plain"  # plain, stripes, panel, print, logo
    second: Rgb = (240, 240, 240)


@dataclass(frozen=True)
class DetectorResult:
    """Everything about a person but the body. Colours are sRGB 0..255."""

    skin: Rgb
    hair: Rgb
    hair_style: str  # bald, short, thick, bun, tail
    top: Garment | None
    bottom: Garment
    tank: bool  # straps instead of shoulders
    shoe: Rgb
    sole: Rgb
    sock: Rgb | None
    barefoot: bool
    hem: float  # where the top ends, metres above the hip joints on the canonical body
    seed: int


WAIST = 0.085  # metres above the pelvis on the canonical body
_NECK = np.array([0.0, 0.005, 0.505], np.float32)


def _where(places: Places, look: DetectorResult) -> dict[str, Array]:
    """Boolean masks of the regions: top, bottom, shoe, sole, sock, hair."""
    at, share = places.at, places.share
    x, y, z = at[..., 0], at[..., 1], at[..., 2]
    on_arm, on_leg = share["arm"] > 0.5, share["leg"] > 0.5
    body = (share["head"] < 0.5) & (share["hand"] < 0.5) & (share["eye"] < 0.1)
    out: dict[str, Array] = {}
    if look.top is not None:
        neck = np.linalg.norm(at - _NECK, axis=-1)
        trunk = body & ~on_arm & (z > look.hem) & (neck > 0.082) & (z < 0.53)
        if look.tank:
            strap = (np.abs(x) < 0.125) & (np.abs(x) > 0.045)
            trunk &= (z < 0.34) & (np.abs(x) < 0.175) | (strap & (z < 0.50)) | ((z < 0.40) & (np.abs(x) < 0.12))
            out["top"] = trunk
        else:
            out["top"] = trunk | (body & on_arm & (places.arm < look.top.length))
    else:
        out["top"] = np.zeros(z.shape, bool)
    out["bottom"] = body & ~on_arm & (z < WAIST) & (~on_leg | (places.leg < look.bottom.length)) & ~out["top"]
    foot = (share["foot"] > 0.35) | (on_leg & (places.leg > 1.93))
    none = np.zeros(z.shape, bool)
    out["shoe"] = none if look.barefoot else foot
    out["sole"] = none if look.barefoot else foot & (z < -0.852)
    out["sock"] = none if look.sock is None else on_leg & (places.leg > 1.78) & ~out["shoe"]
    line = z - (0.705 - 0.72 * (y + 0.115))
    ear = (np.abs(x) > 0.068) & (z < 0.668) & (y < 0.0)
    out["hair"] = none if look.hair_style == "bald" else (share["head"] > 0.4) & (line > 0) & ~ear & (z > 0.56)
    return out


def _garment_colour(garment: Garment, places: Places, cloth: Array, rng: np.random.Generator) -> Array:
    at = places.at
    z, x = at[..., 2], at[..., 0]
    rgb = np.broadcast_to(np.asarray(garment.rgb, np.float32), (*z.shape, 3)).copy()
    second = np.asarray(garment.second, np.float32)
    if garment.pattern == "stripes":
        rgb[np.sin(z * rng.uniform(60, 220)) > rng.uniform(-0.2, 0.7)] = second
    elif garment.pattern == "panel":
        rgb[np.abs(x) > np.where(z < 0, 0.14, 0.115)] = second
    elif garment.pattern == "print":
        rgb[cloth > rng.uniform(0.4, 1.2)] = second
    elif garment.pattern == "logo":
        rgb[(np.abs(x - 0.05) < 0.03) & (np.abs(z - 0.33) < 0.012) & (at[..., 1] < -0.02)] = second
    return rgb


def paint_look(look: DetectorResult, size: int) -> Array:
    """(size, size, 3) uint8 body texture in the colours of the look."""
    rng = np.random.default_rng(look.seed)
    places = texel_places(size)
    where = _where(places, look)
    fine, broad = clouds(rng, size, 64, 3, wrap=False), clouds(rng, size, 8, 4, wrap=False)
    x, y, z = (places.at[..., k] for k in range(3))
    skin = np.asarray(look.skin, np.float32)
    dark = 1 - np.mean(look.skin) / 255
    rgb = skin * (1 + 0.035 * broad + 0.02 * fine)[..., None]
    blush = np.exp(-((np.abs(x) - 0.045) ** 2 + (z - 0.62) ** 2) / 0.0006) * (y < -0.08)
    rgb += (blush * (1 - dark))[..., None] * np.array([14, -6, -6], np.float32)
    mouth = lips(size)[..., None]
    rgb = rgb * (1 - 0.65 * mouth) + 0.65 * mouth * (skin * np.array([0.82, 0.55, 0.55], np.float32) + 12)
    brow = (np.abs(np.abs(x) - 0.031) < 0.019) & (np.abs(z - 0.672 + 0.2 * (np.abs(x) - 0.03)) < 0.0035) & (y < -0.095)
    lid = (np.abs(np.abs(x) - 0.03) < 0.016) & (np.abs(z - 0.656) < 0.003) & (y < -0.09) & (places.share["eye"] < 0.5)
    hair = np.asarray(look.hair, np.float32)
    rgb[brow] = 0.3 * rgb[brow] + 0.7 * np.minimum(hair, skin * 0.5)
    rgb[lid] *= 0.45
    eye = places.share["eye"] > 0.5
    iris = eye & (np.hypot(np.abs(x) - 0.0295, z - 0.651) < 0.0068) & (y < -0.112)
    rgb[eye] = (232, 228, 224)
    rgb[iris] = rng.choice(np.array([(60, 38, 22), (92, 72, 40), (70, 96, 110)]))
    cloth = 0.6 * broad + 0.4 * fine
    folds = 1 + 0.05 * broad + 0.03 * fine
    for name, garment in (("bottom", look.bottom), ("top", look.top)):
        if garment is not None:
            here = where[name]
            rgb[here] = (_garment_colour(garment, places, cloth, rng) * folds[..., None])[here]
    if look.sock is not None:
        rgb[where["sock"]] = np.asarray(look.sock) * folds[where["sock"]][:, None]
    rgb[where["shoe"]] = np.asarray(look.shoe) * folds[where["shoe"]][:, None]
    rgb[where["sole"]] = look.sole
    strands = 1 + 0.07 * np.sin(x * 700 + 3 * broad) + 0.08 * fine
    rgb[where["hair"]] = (hair * strands[..., None])[where["hair"]]
    return np.clip(rgb, 2, 255).astype(np.uint8)


def dress(shape: Shape, look: DetectorResult) -> Array:
    """(V, 3) rest vertices of the dressed body: clothes, shoes and hair stand off the skin."""
    places = vertex_places()
    where = _where(places, look)
    normals = vertex_normals(shape.vertices, shape.rig.triangles)
    x, y, z = (places.at[:, k] for k in range(3))
    ripple = 0.5 + 0.25 * np.sin(31 * x + 9 * z + look.seed % 7) + 0.25 * np.sin(23 * z - 17 * y + look.seed % 5)
    off = np.zeros(len(x), np.float32)
    for name, garment in (("bottom", look.bottom), ("top", look.top)):
        if garment is None:
            continue
        depth = np.full(len(x), garment.loose_m)
        if name == "bottom":  # trousers are tight at the waist and widen towards the hem
            depth = depth * np.clip((WAIST - z) / 0.25, 0.1, 1.0)
        off = np.where(where[name], 0.002 + depth * ripple, off)
    off = np.where(where["shoe"], 0.008, off)
    off = np.where(where["sock"], 0.002, off)
    rest = shape.vertices + normals * off[:, None]
    thickness = {"bald": 0.0, "short": 0.008, "thick": 0.024, "bun": 0.012, "tail": 0.012}[look.hair_style]
    line = np.clip((z - (0.705 - 0.72 * (y + 0.115))) / 0.05, 0, 1)
    lift = np.where(where["hair"], thickness * line * (0.8 + 0.2 * np.sin(80 * x) * np.sin(70 * z)), 0)
    rest = rest + normals * lift[:, None]
    sole = where["sole"]
    rest[sole, 2] -= 0.012  # a flat sole under the foot
    return np.asarray(rest, np.float32)
