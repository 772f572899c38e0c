"""A dressed person: shape and look made ready once, then posed as a drawable part."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from .atlas import canonical
from .body import Pose, Shape
from .geometry import Array
from .parts import PERSON, Part, sphere
from .raster import vertex_normals
from .wardrobe import DetectorResult, dress, paint_look


@dataclass(frozen=True)
class Person:
    """A shape with its dressed rest vertices (V, 3) and body texture (S, S, 3) uint8."""

    shape: Shape
    look: DetectorResult
    rest: Array
    texture: Array

    @functools.cached_property
    def _hair_ball(self) -> Part | None:
        """A bun or a pony tail, in the head bone's rest frame."""
        style = self.look.hair_style
        if style not in ("bun", "tail"):
            return None
        scale = self.shape.height / canonical().height
        if style == "bun":
            ball = sphere(0.042 * scale, self.look.hair, 10)
            at = np.array([0.0, 0.085, 0.13]) * scale
        else:
            ball = sphere(np.array([0.026, 0.03, 0.1]) * scale, self.look.hair, 12)
            at = np.array([0.0, 0.115, 0.0]) * scale
        return replace(ball, vertices=(ball.vertices + at).astype(np.float32))

    def parts(self, pose: Pose, texture: int = 0, kind: int = PERSON) -> list[Part]:
        """The posed person; `texture` is the number of the body texture in the scene."""
        rig = self.shape.rig
        skin = pose.skin(rest=self.rest).astype(np.float32)
        normals = vertex_normals(skin, rig.triangles)
        corner = rig.corner_vertex
        body = Part(
            skin[corner],
            rig.corner_triangles,
            np.ones((len(corner), 3), np.float32),
            rig.corner_uv,
            kind,
            texture,
            True,
            0.035,
            12.0,
            normals[corner],
        )
        out = [body]
        if self._hair_ball is not None:
            out.append(replace(self._hair_ball.placed(pose.rotation("head"), pose.head("head")), kind=kind))
        return out


def make_person(shape: Shape, look: DetectorResult, texture_size: int) -> Person:
    """Dress a shape in a look."""
    return Person(shape, look, dress(shape, look), paint_look(look, texture_size))
