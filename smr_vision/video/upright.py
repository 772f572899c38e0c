"""A decoded picture as it is to be seen: upright, square pixels, RGB."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, Self, cast

import cv2  # before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import numpy as np
from av.sidedata.sidedata import SideDataContainer
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from smr_vision.video.light import Light, on_screen

_side_data: Final = cast(Callable[[VideoFrame], SideDataContainer], SideDataContainer)
UNTAGGED: Final = 2  # AVCOL_SPC_UNSPECIFIED
# Transpose, mirror x, mirror y for quarter turns counter-clockwise.
_TURNED: Final = ((False, False, False), (True, False, True), (False, True, True), (True, True, False))


@dataclass(frozen=True)
class Orientation:
    """How the stored picture becomes the upright one: transposed first, then mirrored along x or y."""

    transpose: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    @classmethod
    def of(cls, picture: VideoFrame) -> Self:
        """Read the display matrix, in which phones write how they were held."""
        try:
            # Not `picture.side_data`: the picture would hold what holds it, and stay until Python next looks for such
            # rings, with dozens after it (25 MB each of 4K).
            matrix = _side_data(picture)["DISPLAYMATRIX"]
        except KeyError:
            return cls()
        except ValueError:  # PyAV stumbles over side data of a kind it doesn't know; the angle it still tells
            return cls(*_TURNED[round(picture.rotation / 90) % 4])
        a, b, _, c, d = np.frombuffer(bytes(matrix)[:20], np.int32).tolist()
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(False, a < 0, d < 0)
        return cls(True, c < 0, b < 0)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the upright picture."""
        return (height, width) if self.transpose else (width, height)

    def upright(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`image` (H, W, 3) as it is to be seen, contiguous."""
        # OpenCV turns a picture in a quarter of the time that numpy takes to copy the turned view.
        turned = cv2.transpose(image) if self.transpose else image
        if self.mirror_x or self.mirror_y:
            turned = cv2.flip(turned, -1 if self.mirror_x and self.mirror_y else int(self.mirror_x))
        return np.ascontiguousarray(turned, np.uint8)


def square_size(picture: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Stored width and height, the width stretched so that pixels are square: angles depend on it."""
    ratio = float(stream.sample_aspect_ratio or 1)
    if not 1 / 4 <= ratio <= 4:  # nonsense from a damaged header
        ratio = 1.0
    return max(1, round(picture.width * ratio)), picture.height


@lru_cache(maxsize=8)
def see_through(pixel_format: str) -> bool:
    """Whether pictures of this format say how much can be seen through them."""
    return any(component.is_alpha for component in VideoFormat(pixel_format).components)


def fitted_into(upright: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """The size that a picture gets: all of `size`, unless its own changes in mid-stream: then the whole picture,
    its shape kept, within the size of the first."""
    width, height = upright
    scale = min(size[0] / width, size[1] / height)
    fitted = min(size[0], max(1, round(width * scale))), min(size[1], max(1, round(height * scale)))
    return size if max(size[0] - fitted[0], size[1] - fitted[1]) <= 2 else fitted  # only rounded


def within(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """`image` (H, W, 3) in the middle of a black picture of (height, width)."""
    rows, columns = height - image.shape[0], width - image.shape[1]
    top, left = rows // 2, columns // 2
    return np.pad(image, ((top, rows - top), (left, columns - left), (0, 0)))


_PLANAR: Final = {"yuv420p", "yuvj420p", "yuv420p10le", "yuvj420p10le", "nv12"}  # what phones film in
_FULL_RANGE: Final = 2  # AVCOL_RANGE_JPEG


@dataclass(frozen=True, eq=False)
class Small:
    """A picture made small, in as few bytes as it goes: uint8 planes of luma and quartered chroma (1.5 height, width),
    not yet upright, or where `tagged` is None RGB (height, width, 3) as it is to be seen.

    `tagged` is the colour space and range that the planes are of, `light` what an ordinary screen can't show of them.
    """

    planes: NDArray[np.uint8]
    tagged: tuple[int, int] | None = None
    orientation: Orientation = Orientation()
    light: Light | None = None

    def rgb(self, converter: "Converter | None" = None) -> NDArray[np.uint8]:
        """As it is to be seen. Who makes many of one size brings a converter for them."""
        if self.tagged is None:
            return self.planes
        picture = VideoFrame.from_numpy_buffer(self.planes, "yuv420p")
        picture.colorspace, picture.color_range = self.tagged
        converter = _OF_SMALL if converter is None else converter
        image = converter.rgb(picture, picture.width, picture.height, hd=False)
        return self.orientation.upright(image if self.light is None else on_screen(image, self.light))


class Converter:
    """Makes RGB of decoded pictures of one clip, for any thread. The scaler is kept: setting one up costs more
    than using it."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._lock = Lock()
        self._of_small: Converter | None = None

    def rgb(self, picture: VideoFrame, width: int, height: int, *, hd: bool | None = None) -> NDArray[np.uint8]:
        """`picture` as uint8 (height, width, 3), whatever its pixel format, depth and colour space."""
        shrinks = width * height < picture.width * picture.height
        # Fewer pixels first, then colours: half the time of both at once.
        small = self.small(picture, width, height, Orientation()) if shrinks else None
        if small is not None:
            self._of_small = self._of_small or Converter()
            return small.rgb(self._of_small)
        # HD without a tag is BT.709 to every player; FFmpeg's scaler alone would take it for BT.601.
        untagged_hd = picture.colorspace == UNTAGGED and (picture.height >= 720 if hd is None else hd)
        with self._lock:
            scaled = self._scaler.reformat(
                picture,
                width,
                height,
                "rgba" if see_through(picture.format.name) else "rgb24",
                src_colorspace=int(Colorspace.ITU709) if untagged_hd else None,
                interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
                threads=1,  # the other cores have poses to find
            )
        image = np.asarray(scaled.to_ndarray(), np.uint8)
        if image.shape[2] == 4:  # what can be seen through stands before black, as players show it
            image = (image[..., :3] * (image[..., 3:] / np.float32(255)) + np.float32(0.5)).astype(np.uint8)
        light = Light.of(picture)
        return image if light is None else on_screen(image, light)

    def small(self, picture: VideoFrame, width: int, height: int, orientation: Orientation) -> Small | None:
        """`picture` made small in the colours it was decoded in; None where they are of another kind."""
        if picture.format.name not in _PLANAR or width % 2 or height % 2:
            return None
        space, light = int(picture.colorspace), Light.of(picture)
        if space == UNTAGGED and picture.height >= 720:
            space = int(Colorspace.ITU709)
        full = picture.format.name.startswith("yuvj") or int(picture.color_range) == _FULL_RANGE
        if (width, height, picture.format.name) != (picture.width, picture.height, "yuv420p"):
            with self._lock:
                picture = self._scaler.reformat(
                    picture, width, height, "yuv420p", interpolation=Interpolation.AREA, threads=1,
                    dst_color_range=_FULL_RANGE if full else None,
                )  # fmt: skip
        tagged = space, _FULL_RANGE if full else 1
        return Small(np.asarray(picture.to_ndarray(), np.uint8), tagged, orientation, light)


_OF_SMALL: Final = Converter()


class UprightPictures:
    """Makes upright pictures of one clip, `size` large, and their looks, `look_size` large, for any thread."""

    def __init__(self, size: tuple[int, int], look_size: tuple[int, int]) -> None:
        self._size, self._look_size = size, look_size
        self._converter, self._looks = Converter(), Converter()

    def seen(self, picture: VideoFrame, stored: tuple[int, int]) -> NDArray[np.uint8]:
        """The picture, whose size with square pixels is `stored`."""
        return self._made(picture, stored, self._size, self._converter)

    def looked(self, picture: VideoFrame, stored: tuple[int, int]) -> Small:
        """The picture as small as whoever looks at it wants it, in the colours it was decoded in where that can be."""
        orientation = Orientation.of(picture)
        if fitted_into(orientation.size(*stored), self._look_size) == self._look_size:
            small = self._looks.small(picture, *orientation.size(*self._look_size), orientation)
            if small is not None:
                return small
        return Small(self._made(picture, stored, self._look_size, self._looks))

    @staticmethod
    def _made(
        picture: VideoFrame, stored: tuple[int, int], size: tuple[int, int], converter: Converter
    ) -> NDArray[np.uint8]:
        orientation = Orientation.of(picture)
        fitted = fitted_into(orientation.size(*stored), size)
        image = orientation.upright(converter.rgb(picture, *orientation.size(*fitted)))
        return image if fitted == size else within(image, *size)
