"""Meshes ready to draw, and the primitives that tools and furniture are made of."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .geometry import Array, frame, unit
from .raster import vertex_normals

# What a part is; the id buffer of a picture holds these.
PERSON, TOOL, CLUTTER, BYSTANDER, DISTRACTOR = range(5)
NO_TEXTURE = -1


def linear(rgb: Array | tuple[float, ...]) -> Array:
    """sRGB bytes to the renderer's linear light (gamma 2)."""
    return (np.asarray(rgb, np.float32) / 255) ** 2


@dataclass(frozen=True)
class Part:
    """Vertices (N, 3) metres, triangles (M, 3), colours (N, 3) linear, uv (N, 2).

    `skin`: textured by a body texture.
    """

    vertices: Array
    triangles: Array
    colours: Array
    uv: Array
    kind: int = CLUTTER
    texture: int = NO_TEXTURE
    skin: bool = False
    specular: float = 0.05
    gloss: float = 20.0
    normals: Array | None = None

    def get_normals(self) -> Array:
        if self.normals is not None:
            return self.normals
        return np.asarray(vertex_normals(self.vertices.astype(np.float32), self.triangles.astype(np.int32)))

    def placed(self, rotation: Array, offset: Array) -> Part:
        """The same part turned by (3, 3) and moved by (3,)."""
        normals = None if self.normals is None else (self.normals @ rotation.T).astype(np.float32)
        return replace(self, vertices=(self.vertices @ rotation.T + offset).astype(np.float32), normals=normals)


def _grid_triangles(rows: int, columns: int) -> Array:
    """Triangles of a (rows + 1) x (columns + 1) grid of vertices, row by row."""
    r, c = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    a = (r * (columns + 1) + c).ravel()
    b, d = a + 1, a + columns + 1
    return np.concatenate([np.stack([a, d, b], 1), np.stack([b, d, d + 1], 1)]).astype(np.int32)


def _part(vertices: Array, triangles: Array, rgb: tuple[float, ...], uv: Array | None = None, **more: Any) -> Part:
    n = len(vertices)
    return Part(
        vertices.astype(np.float32),
        triangles.astype(np.int32),
        np.broadcast_to(linear(rgb), (n, 3)).copy(),
        np.zeros((n, 2), np.float32) if uv is None else uv.astype(np.float32),
        **more,
    )


def join(parts: list[Part]) -> Part:
    """One part from several of the same kind and texture."""
    shift = np.cumsum([0] + [len(p.vertices) for p in parts[:-1]])
    return replace(
        parts[0],
        vertices=np.concatenate([p.vertices for p in parts]),
        triangles=np.concatenate([p.triangles + s for p, s in zip(parts, shift, strict=True)]).astype(np.int32),
        colours=np.concatenate([p.colours for p in parts]),
        uv=np.concatenate([p.uv for p in parts]),
        normals=np.concatenate([p.get_normals() for p in parts]),
    )


def sphere(radius: float | Array, rgb: tuple[float, ...], fine: int = 24, **more: Any) -> Part:
    """A ball (or ellipsoid, with three radii) about the origin."""
    theta, phi = np.meshgrid(np.linspace(0, np.pi, fine + 1), np.linspace(0, 2 * np.pi, 2 * fine + 1), indexing="ij")
    n = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], -1).reshape(-1, 3)
    radii = np.broadcast_to(np.asarray(radius, float), (3,))
    uv = np.stack([phi / np.pi, theta / np.pi], -1).reshape(-1, 2)
    part = _part(n * radii, _grid_triangles(fine, 2 * fine), rgb, uv, **more)
    return replace(part, normals=unit(n / radii).astype(np.float32))


def tube(
    profile: list[tuple[float, float]], rgb: tuple[float, ...], fine: int = 20, repeat: float = 1.0, **more: Any
) -> Part:
    """A body of revolution about z from (radius, height) points; each straight stretch is shaded flat along z."""
    pieces = []
    phi = np.linspace(0, 2 * np.pi, 2 * fine + 1)
    for (r0, z0), (r1, z1) in itertools.pairwise(profile):
        radius, height = np.array([r0, r1])[:, None], np.array([z0, z1])[:, None]
        ring = np.stack(np.broadcast_arrays(radius * np.cos(phi), radius * np.sin(phi), height), -1).reshape(-1, 3)
        slope = unit(np.array([z1 - z0, r0 - r1], float))
        n = np.stack(np.broadcast_arrays(slope[0] * np.cos(phi), slope[0] * np.sin(phi), slope[1] + 0 * phi), -1)
        uv = np.stack(np.broadcast_arrays(height * repeat, phi / (2 * np.pi)), -1).reshape(-1, 2)
        piece = _part(ring, _grid_triangles(1, 2 * fine), rgb, uv, **more)
        pieces.append(replace(piece, normals=np.tile(n, (2, 1)).astype(np.float32)))
    return join(pieces)


def box(size: tuple[float, float, float], rgb: tuple[float, ...], **more: Any) -> Part:
    """A box standing on z = 0, centred in x and y."""
    faces = []
    half = np.array(size) / 2
    for axis in range(3):
        for sign in (-1, 1):
            n = np.zeros(3)
            n[axis] = sign
            f = frame(n, np.roll(n, 1))
            corners = np.array([[1, a, b] for a in (-1, 1) for b in (-1, 1)]) @ f.T * half
            face = _part(corners + np.array([0, 0, half[2]]), _grid_triangles(1, 1), rgb, **more)
            faces.append(replace(face, normals=np.tile(n, (4, 1)).astype(np.float32)))
    return join(faces)
