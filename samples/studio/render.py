"""One picture: parts, room, light and camera in; pixels and what-is-where out."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from .camera import Camera
from .geometry import Array, unit
from .paint import paint
from .parts import BYSTANDER, PERSON, TOOL, Part
from .raster import buffers, draw, lowest_heights
from .room import Light, Room

_SHADOW_CELLS = 704
_CLOSE_CELLS = 224
_REACH_M = 2.2  # half the side of the floor square that carries shadows


@dataclass(frozen=True)
class Scene:
    """What is in front of the camera. `skins` (P, S, S, 3) body textures, `wraps` (W, T, T, 3) tool textures, uint8."""

    parts: tuple[Part, ...]
    skins: Array
    wraps: Array
    room: Room
    light: Light


@dataclass(frozen=True)
class Backdrop:
    """A drawn room: `image` (h, w, 3) float32 linear light, `on_floor` (h, w) uint8 where the floor shows."""

    image: Array
    on_floor: Array


@dataclass(frozen=True)
class Picture:
    """`rgb` (H, W, 3) uint8; `kinds` (h, w) int8 at the drawn size: -1 room, else the part's kind."""

    rgb: Array
    kinds: Array
    exposure: float
    drawn: Backdrop


@dataclass
class Studio:
    """A scene made ready to draw: shadows and closeness are computed once and shared by several cameras.

    `centre` (3,) is the middle of the floor square that carries shadows; by default it is under the people.
    """

    scene: Scene
    centre: Array | None = None
    _packed: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = self.scene.parts
        self._pack(parts)
        centre = self._focus(parts) if self.centre is None else self.centre
        self._closeness(parts, centre)
        self._shadow(centre)

    def _pack(self, parts: tuple[Part, ...]) -> None:
        shift = np.cumsum([0] + [len(p.vertices) for p in parts[:-1]])
        p = self._packed
        p["points"] = np.concatenate([x.vertices for x in parts]).astype(np.float32)
        p["normals"] = np.concatenate([x.get_normals() for x in parts]).astype(np.float32)
        p["uvs"] = np.concatenate([x.uv for x in parts]).astype(np.float32)
        p["triangles"] = np.concatenate([x.triangles + s for x, s in zip(parts, shift, strict=True)]).astype(np.int32)
        p["of_triangle"] = np.concatenate([np.full(len(x.triangles), i, np.int32) for i, x in enumerate(parts)])
        skins = len(self.scene.skins)
        p["materials"] = np.array(
            [[x.texture + (0 if x.skin or x.texture < 0 else skins), x.specular, x.gloss, 0.0] for x in parts]
        )
        p["kinds"] = np.array([x.kind for x in parts], np.int8)

    @staticmethod
    def _focus(parts: tuple[Part, ...]) -> Array:
        people = [x.vertices for x in parts if x.skin]
        centre = np.concatenate(people).mean(0) if people else np.zeros(3)
        return np.array([centre[0], centre[1], 0.0])

    def _closeness(self, parts: tuple[Part, ...], centre: Array) -> None:
        """How much sky the floor and the upward faces lose to what hangs over them."""
        p = self._packed
        cell = 2 * _REACH_M / _CLOSE_CELLS
        lowest = lowest_heights(p["points"], p["triangles"], centre, _REACH_M, _CLOSE_CELLS)
        tight = cv2.GaussianBlur(np.exp(-lowest / 0.05), (0, 0), 0.02 / cell)
        wide = cv2.GaussianBlur(np.exp(-lowest / 0.22), (0, 0), 0.09 / cell)
        p["closeness"] = np.clip(0.45 * tight + 0.75 * wide, 0, 1).astype(np.float32)
        p["closeness_at"] = np.array([centre[0] - _REACH_M, centre[1] - _REACH_M, 1 / cell])
        above = [np.zeros(len(x.vertices), np.float32) for x in parts]
        skin = [x for x in parts if x.skin]
        if skin:
            over = lowest_heights(
                np.concatenate([x.vertices for x in skin]).astype(np.float32),
                np.concatenate(
                    [
                        x.triangles + s
                        for x, s in zip(skin, np.cumsum([0] + [len(x.vertices) for x in skin[:-1]]), strict=True)
                    ]
                ).astype(np.int32),
                centre,
                _REACH_M,
                _CLOSE_CELLS,
            )
            for i, x in enumerate(parts):
                if x.kind != TOOL:
                    continue
                at = ((x.vertices[:, :2] - p["closeness_at"][:2]) / cell).astype(int).clip(0, _CLOSE_CELLS - 1)
                gap = over[at[:, 1], at[:, 0]] - x.vertices[:, 2]
                above[i] = np.exp(-np.maximum(gap, 0) / 0.05) * (0.5 + 0.5 * x.get_normals()[:, 2])
        z, nz = p["points"][:, 2], p["normals"][:, 2]
        below = np.maximum(0, -nz) * np.exp(-np.maximum(z, 0) / 0.25)
        ambient = (1 - 0.55 * below) * (1 - 0.8 * np.concatenate(above))
        p["colours"] = np.concatenate([np.concatenate([x.colours for x in parts]), ambient[:, None]], 1).astype(
            np.float32
        )

    def _shadow(self, centre: Array) -> None:
        p, light = self._packed, self.scene.light
        to_light = unit(np.asarray(light.key_direction, float))
        side = unit(np.cross(to_light, [0.31, 0.95, 0.05]))
        up = np.cross(to_light, side)
        scale = _SHADOW_CELLS / (2 * _REACH_M)
        rows = np.stack([side * scale, up * scale, to_light])
        offset = np.array([_SHADOW_CELLS / 2, _SHADOW_CELLS / 2, 20.0]) - rows @ (centre + np.array([0, 0, 0.3]))
        p["frame"] = np.concatenate([rows, offset[:, None]], 1).astype(np.float32)
        screen = (p["points"] @ rows.T + offset).astype(np.float32)
        p["shadow"], ids = buffers(_SHADOW_CELLS, _SHADOW_CELLS)
        draw(screen, p["triangles"], p["shadow"], ids)
        self._blur = light.softness_m * scale

    def shoot(
        self,
        camera: Camera,
        oversample: float,
        seed: int,
        brightness: float | None = None,
        backdrop: Backdrop | None = None,
    ) -> Picture:
        """Draw the scene; `oversample` is the number of drawn pixels per picture pixel along each side.

        brightness: mean byte that an automatic exposure aims at; None takes the light's own exposure.
        backdrop: the room as this camera sees it without people, to save work.
        """
        p, scene = self._packed, self.scene
        view = camera.enlarged(oversample)
        screen = _screen(view, p["points"])
        near, ids = buffers(view.width, view.height)
        draw(screen, p["triangles"], near, ids)
        mirror_screen, mirror_ids = screen, ids
        room = scene.room.packed()
        if scene.room.reflectivity > 0.01:
            mirror_screen = _screen(view, p["points"] * np.array([1, 1, -1], np.float32))
            near, mirror_ids = buffers(view.width, view.height)
            draw(mirror_screen, p["triangles"], near, mirror_ids)
        right, down, forward = view.axes
        table = np.stack(
            [view.eye, forward, right / view.focal, down / view.focal, [view.width / 2, view.height / 2, self._blur]]
        )
        image = np.empty((view.height, view.width, 3), np.float32)
        changed, mirrored = np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8)
        stored, on_floor = np.zeros((1, 1, 3), np.float32), np.zeros(ids.shape, np.uint8)
        if backdrop is not None:
            changed, stored, on_floor = self._changed(), backdrop.image, backdrop.on_floor
            mirrored = np.zeros(ids.shape, np.uint8)
            if mirror_ids is not ids:
                reach = int(2 * scene.room.roughness_px) | 1
                mirrored = np.asarray(cv2.dilate((mirror_ids >= 0).astype(np.uint8), np.ones((reach, reach), np.uint8)))
        paint(
            image,
            ids,
            mirror_ids,
            screen,
            mirror_screen,
            p["points"],
            p["normals"],
            p["colours"],
            p["uvs"],
            p["triangles"],
            p["materials"],
            p["of_triangle"],
            scene.skins,
            scene.wraps,
            p["shadow"],
            p["frame"],
            scene.light.packed(),
            table,
            room["room_turn"],
            room["box"],
            room["walls"],
            room["rectangles"],
            room["mats"],
            room["floor"],
            room["floor_look"],
            room["plaster"],
            p["closeness"],
            p["closeness_at"],
            changed,
            mirrored,
            stored,
            on_floor,
            backdrop is not None,
            seed,
        )
        kinds = np.where(ids >= 0, p["kinds"][p["of_triangle"][ids]], -1).astype(np.int8)
        exposure = scene.light.exposure
        if brightness is not None:
            mean = float(np.minimum(image[::3, ::3], 1.0).mean())
            exposure = float(np.clip((brightness / 255) ** 2 / max(mean, 1e-4), 0.4, 3.0))
        return Picture(
            develop(image, exposure, camera.width, camera.height), kinds, exposure, Backdrop(image, on_floor)
        )

    def _changed(self) -> Array:
        """(S, S) uint8: floor cells whose light the moving parts (people and tools) touch, with a margin."""
        p, towards = self._packed, unit(np.asarray(self.scene.light.key_direction, float))
        moving = np.isin(p["kinds"][p["of_triangle"]], (PERSON, TOOL, BYSTANDER))
        points = p["points"]
        along = towards[:2] / max(towards[2], 0.02)
        fallen = points[:, :2] - np.maximum(points[:, 2:], 0) * along.astype(np.float32)
        out = np.zeros((_CLOSE_CELLS, _CLOSE_CELLS), np.uint8)
        at, scale = p["closeness_at"][:2], p["closeness_at"][2]
        for xy in (fallen, points[:, :2]):
            screen = np.concatenate([(xy - at) * scale, np.ones((len(xy), 1))], 1).astype(np.float32)
            near, ids = buffers(_CLOSE_CELLS, _CLOSE_CELLS)
            draw(screen, p["triangles"][moving], near, ids)
            out |= (ids >= 0).astype(np.uint8)
        soft = int(np.ceil(self.scene.light.softness_m * 2.5 * scale)) + 2
        wide = int(0.30 * scale)  # beyond this the closeness of people is not seen
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(soft, wide) + 1,) * 2)
        return np.asarray(cv2.dilate(out, kernel))

    def alone(self, camera: Camera, oversample: float, kind: int) -> int:
        """Drawn pixels that the parts of one kind would cover with nothing in front of them."""
        p, view = self._packed, camera.enlarged(oversample)
        keep = p["kinds"][p["of_triangle"]] == kind
        near, ids = buffers(view.width, view.height)
        draw(_screen(view, p["points"]), p["triangles"][keep], near, ids)
        return int((ids >= 0).sum())


def _screen(view: Camera, points: Array) -> Array:
    q = points @ view.matrix[:, :3].T.astype(np.float32) + view.matrix[:, 3].astype(np.float32)
    depth = np.where(q[:, 2] > 0.05, q[:, 2], np.inf)
    return np.stack([q[:, 0] / depth, q[:, 1] / depth, np.where(np.isinf(depth), -1, 1 / depth)], 1).astype(np.float32)


def develop(linear_image: Array, exposure: float, width: int, height: int) -> Array:
    """Linear light to an sRGB-like uint8 picture of the wanted size, with a soft shoulder for bright parts."""
    x: Array = linear_image * exposure
    x = np.where(x < 0.7, x, 0.7 + 0.3 * (1 - np.exp(-np.maximum(x - 0.7, 0) / 0.3)))
    x = cv2.resize(np.asarray(x, np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(np.sqrt(np.clip(x, 0, 1)) * 255 + 0.5).astype(np.uint8)
