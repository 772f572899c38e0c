"""Scene descriptions: one TOML file per clip, read into frozen dataclasses. Unknown keys are refused."""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .wardrobe import DetectorResult, Garment

Rgb = tuple[float, float, float]
SCENES = Path(__file__).parent / "scenes"


@dataclass(frozen=True)
class PhaseSpec:
    """One stretch of the clip. `pose` is a pose that the move knows; `fault` the scripted fault of the stretch.

    With `passes`, the contact sweeps between `low` and `high`, about `pass_s` a sweep; else the pose lasts `seconds`.
    blend: seconds over which this pose takes over from the one before, centred on the boundary.
    """

    pose: str
    seconds: float = 0.0
    passes: int = 0
    low: float = 0.0
    high: float = 0.0
    pass_s: float = 2.5
    pause_s: float = 0.3
    uneven: float = 0.12
    blend: float = 1.2
    fault: str = ""
    hold: bool = False


@dataclass(frozen=True)
class CameraSpec:
    """Azimuth 0 sees the right side of a lying person (feet to +x). Degrees, metres; shake: handheld sway."""

    azimuth: float
    elevation: float
    distance: float
    target: tuple[float, float, float]
    vfov: float
    roll: float = 0.0
    shake: float = 0.0


@dataclass(frozen=True)
class ToolSpec:
    """The roller or ball."""

    kind: str
    diameter_m: float
    rgb: Rgb
    length_m: float = 0.0
    second: Rgb = (230, 230, 230)
    pattern: str = "smooth"
    hole: bool = False
    core: float = 0.4
    core_rgb: Rgb = (25, 25, 25)
    yaw: float = 0.0
    shift_m: float = 0.0


@dataclass(frozen=True)
class RoomSpec:
    """Floor kind, colours, windows: [wall, from, to, bottom, top, glow], things: [kind, x, y, size, r, g, b]."""

    floor: str
    floor_rgb: Rgb
    wall_rgb: Rgb
    half_x: float = 3.2
    half_y: float = 2.6
    turn: float = 0.0
    tile_m: float = 1.4
    reflectivity: float = 0.0
    mat_rgb: Rgb | None = None
    mat_size: tuple[float, float] = (1.9, 0.65)
    mat_at: tuple[float, float] = (0.3, 0.0)
    windows: tuple[tuple[float, ...], ...] = ()
    pictures: tuple[tuple[float, ...], ...] = ()
    things: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True)
class LightSpec:
    """Levels in linear light, key direction towards the light."""

    ambient: float = 0.6
    key: float = 0.6
    key_direction: tuple[float, float, float] = (0.3, -0.6, 1.0)
    warm: float = 0.0
    fill: float = 0.15
    brightness: float = 145.0  # mean byte that the camera's exposure settles on in the first frame


@dataclass(frozen=True)
class PostSpec:
    """Effects of the camera."""

    bloom: float = 0.1
    blur_px: float = 0.3
    noise: float = 1.2
    gain: float = 1.0
    contrast: float = 1.0
    warmth: float = 0.0
    haze: float = 0.0
    vignette: float = 0.1


@dataclass(frozen=True)
class BystanderSpec:
    """Somebody who walks through from `start` to `stop` (floor metres) between two times."""

    start: tuple[float, float]
    stop: tuple[float, float]
    from_s: float
    to_s: float
    seed: int = 1


@dataclass(frozen=True)
class SceneSpec:
    """One clip. `posture` holds numbers that the move's actor understands (pitch, knee, lean and so on)."""

    name: str
    move: str  # thoracic, calf, glute, pec, hamstrings, quadriceps, lats, peroneals, floor, walk
    side: str | None
    fps: int
    resolution: tuple[int, int]
    phenotype: dict[str, float]
    look: DetectorResult
    tool: ToolSpec
    room: RoomSpec
    camera: CameraSpec
    phases: tuple[PhaseSpec, ...]
    seed: int = 1
    light: LightSpec = field(default_factory=LightSpec)
    post: PostSpec = field(default_factory=PostSpec)
    posture: dict[str, float] = field(default_factory=dict)
    arms: str = "behind_head"
    bystander: BystanderSpec | None = None
    hard: tuple[str, ...] = ()
    note: str = ""
    crf: int = 25
    no_tool: bool = False  # all goes as if, but there is no tool: nobody rolls

    @property
    def negative(self) -> bool:
        return self.no_tool or self.move in ("floor", "walk")


def _build(kind: Any, value: Any, where: str) -> Any:
    """`value` from TOML as the annotated type `kind`."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _build(next(a for a in args if a is not type(None)), value, where)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        unknown = set(value) - set(hints)
        if unknown:
            raise ValueError(f"{where}: unknown key {sorted(unknown)[0]!r}; allowed: {', '.join(sorted(hints))}")
        return kind(**{k: _build(hints[k], v, f"{where}.{k}") for k, v in value.items()})  # type: ignore[operator]
    if origin is tuple:
        inner = args[0]
        return tuple(_build(inner, v, where) for v in value)
    return value


def load_scene(path: Path) -> SceneSpec:
    """Read one scene file; `look` may leave out what has an everyday default."""
    data = tomllib.loads(path.read_text())
    data.setdefault("name", path.stem)
    data.setdefault("side", None)
    worn = {
        "hair_style": "short",
        "tank": False,
        "sole": (235, 235, 235),
        "sock": None,
        "barefoot": False,
        "hem": 0.03,
        "seed": data.get("seed", 1),
        "top": None,
    } | data["look"]
    for piece in ("top", "bottom"):
        if worn[piece] is not None and not isinstance(worn[piece], Garment):
            worn[piece] = dict(worn[piece])
    data["look"] = worn
    scene = _build(SceneSpec, data, path.name)
    assert isinstance(scene, SceneSpec)
    return scene


def all_scenes() -> list[SceneSpec]:
    """Every scene, by file name."""
    return [load_scene(p) for p in sorted(SCENES.glob("*.toml"))]
