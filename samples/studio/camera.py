"""The camera: pinhole, with the picture's pixels counted from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import Array, turn, unit


@dataclass(frozen=True)
class Camera:
    """A camera at `eye` looking at `target` (3,), metres; `vfov` in degrees over the height; `roll` in degrees."""

    eye: Array
    target: Array
    vfov: float
    width: int
    height: int
    roll: float = 0.0

    @property
    def focal(self) -> float:
        """Focal length in pixels."""
        return self.height / 2 / float(np.tan(np.radians(self.vfov) / 2))

    @property
    def axes(self) -> tuple[Array, Array, Array]:
        """Unit vectors right, down, forward in the world."""
        forward = unit(self.target - self.eye)
        right = unit(np.cross(forward, [0.0, 0.0, 1.0]))
        right = turn(forward, self.roll) @ right
        return right, np.cross(forward, right), forward

    @property
    def matrix(self) -> Array:
        """(3, 4): homogeneous pixels = matrix @ (x, y, z, 1)."""
        right, down, forward = self.axes
        rotation = np.stack([right, down, forward])
        k = np.array([[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1]])
        return np.asarray(k @ np.concatenate([rotation, -(rotation @ self.eye)[:, None]], 1))

    def project(self, points: Array) -> Array:
        """(..., 3) metres to (..., 2) pixels and depth: returns (..., 3)."""
        p = np.asarray(points) @ self.matrix[:, :3].T + self.matrix[:, 3]
        return np.concatenate([p[..., :2] / p[..., 2:], p[..., 2:]], -1)

    def enlarged(self, factor: float) -> Camera:
        """The same view with more pixels."""
        return Camera(
            self.eye, self.target, self.vfov, round(self.width * factor), round(self.height * factor), self.roll
        )


def orbit(
    azimuth: float,
    elevation: float,
    distance: float,
    target: Array,
    vfov: float,
    width: int,
    height: int,
    roll: float = 0.0,
) -> Camera:
    """A camera round `target`, degrees and metres. Azimuth 0 sees the right side of somebody with the feet to +x."""
    a, e = np.radians(azimuth), np.radians(elevation)
    away = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
    return Camera(np.asarray(target, float) + distance * away, np.asarray(target, float), vfov, width, height, roll)
