"""Clips out: H.264 with the times of the pictures given."""

import os
import tempfile
from contextlib import suppress
from fractions import Fraction
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import cv2  # before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import av
import av.error
import numpy as np
from av.codec.codec import UnknownCodecError
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from smr_vision.errors import DeviceError, cannot_write
from smr_vision.video import Frame

_TICKS: Final = 90_000  # a second in the clips we write: whole numbers for 24, 25, 30, 29.97, 50, 60 and 120 fps
_KEYFRAME_EVERY_S: Final = 1.0
_X264: Final = {
    # Half the time of "veryfast" for twice the bytes, 0.2 MB a second, at the same distance from the original.
    "preset": "ultrafast",
    "crf": "25",
    # No B-frames: picture times and file order agree, so the clip starts at 0 in every player.
    "bf": "0",
    # Keyframes are set by time; forced-idr makes them ones that players can start from.
    "forced-idr": "1",
    "g": "100000",
}
_FALLBACK_FPS: Final = 30.0  # how long the only picture of a clip stays


class ClipWriter:
    """Writes an MP4 (H.264) that browsers and phones play, with the times of the frames given.

        with ClipWriter("out.mp4", 640, 480) as out:
            out.write(frame)
            out.end_s = clip.end_s

    The first frame is at 0 s of the clip. The last one stays until `end_s` (in the time of the frames);
    without it, as long as the one before. Odd sizes are padded to even ones. A keyframe each second
    makes it quick to seek. The clip appears under its name only when it is whole, readable by its
    owner only; an exception inside the `with`, or no frame at all, leaves nothing behind.

    With `whole` false it keeps what could be written, to the second, whatever ends it; after a crash under its name
    with `.part` before the ending.

    More `threads` are quicker only where cores are idle: two take half as much work again.

    Raises OutputError or DeviceError when it can't be written.
    """

    def __init__(
        self, path: str | os.PathLike[str], width: int, height: int, *, threads: int = 1, whole: bool = True
    ) -> None:
        self._path = Path(path)
        self._shape = (height, width, 3)
        self._threads = threads
        self._whole = whole
        self._padded = (height + height % 2, width + width % 2)
        self.end_s: float | None = None
        self._first_t = 0.0
        self._keyframe_t = -inf
        self._last_pts = -1
        self._step = round(_TICKS / _FALLBACK_FPS)
        self._held: av.Packet[av.VideoStream] | None = None
        self._temporary = self._make_temporary()
        try:
            self._open()
        except BaseException as error:
            self._discard()
            raise self._translated(error) from error

    def _make_temporary(self) -> Path:
        """An empty file beside the clip-to-be, private to the user."""
        if not self._whole:
            path = self._path.with_suffix(f".part{self._path.suffix}")
            try:
                path.touch(mode=0o600)
            except OSError as error:
                raise cannot_write(self._path, error) from error
            return path
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".", suffix=".part")
        except OSError as error:
            raise cannot_write(self._path, error) from error
        os.close(handle)
        return Path(name)

    def _open(self) -> None:
        # In pieces, a second each, that are made one clip at the end; or with the list of its pictures at the front.
        flags = "+faststart" if self._whole else "+hybrid_fragmented+frag_keyframe+empty_moov+default_base_moof"
        options = {"movflags": flags, "flush_packets": "0" if self._whole else "1"}  # each piece to the disk at once
        self._container = av.open(f"file:{self._temporary}", "w", format="mp4", options=options)
        self._stream = self._container.add_stream(
            "libx264",
            options=_X264,
        )
        self._stream.height, self._stream.width = self._padded
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = Fraction(1, _TICKS)
        context = self._stream.codec_context
        context.thread_count = self._threads
        context.color_primaries = context.color_trc = int(Colorspace.ITU709)
        context.colorspace = int(Colorspace.SMPTE170M)  # what OpenCV makes: BT.601
        context.color_range = int(ColorRange.MPEG)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._break_off()
            return
        try:
            self._finish()
        except BaseException as failure:
            self._break_off()
            raise self._translated(failure) from failure

    def write(self, frame: Frame) -> None:
        """Add a frame of the size given at the start; its `t` is later than that of the one before."""
        if frame.image.shape != self._shape:
            raise ValueError(f"frame is {frame.image.shape}, clip is {self._shape}")
        if self._last_pts < 0:
            self._first_t = frame.t
        pts = max(self._last_pts + 1, self._ticks(frame.t))
        # By OpenCV in half the time that FFmpeg's scaler takes.
        planes = cv2.cvtColor(self._even(frame.image), cv2.COLOR_RGB2YUV_I420).astype(np.uint8, copy=False)
        picture = VideoFrame.from_numpy_buffer(planes, "yuv420p")  # no copy
        picture.pts, picture.time_base = pts, Fraction(1, _TICKS)
        if frame.t >= self._keyframe_t + _KEYFRAME_EVERY_S:
            self._keyframe_t = frame.t
            picture.pict_type = PictureType.I
        if self._last_pts >= 0:
            self._step = pts - self._last_pts
        self._last_pts = pts
        try:
            self._mux(self._stream.encode(picture))
        except (av.error.FFmpegError, OSError) as error:
            raise self._translated(error) from error

    def _ticks(self, t: float) -> int:
        return round((t - self._first_t) * _TICKS)

    def _even(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`image` with its last row or column repeated where H.264 needs an even size."""
        rows, columns = (padded - size for padded, size in zip(self._padded, image.shape, strict=False))
        if rows or columns:
            image = np.pad(image, ((0, rows), (0, columns), (0, 0)), "edge")
        return np.ascontiguousarray(image)

    def _mux(self, packets: "list[av.Packet[av.VideoStream]]") -> None:
        """Write all but the newest packet: the last one of the clip gets its duration in `_finish`."""
        for packet in packets:
            if self._held is not None:
                self._container.mux_one(self._held)
            self._held = packet

    def _finish(self) -> None:
        if self._last_pts < 0:
            self._discard()
            return
        self._mux(self._stream.encode(None))
        if self._held is not None:
            end = self._last_pts + self._step if self.end_s is None else self._ticks(self.end_s)
            self._held.duration = max(1, end - self._last_pts)
            self._container.mux_one(self._held)
            self._held = None
        self._container.close()
        self._temporary.replace(self._path)

    def _break_off(self) -> None:
        """End before its time."""
        if self._whole:
            self._discard()
            return
        with suppress(AttributeError, av.error.FFmpegError, OSError):
            self._container.close()
        with suppress(OSError):
            if self._temporary.stat().st_size > 0 and self._last_pts >= 0:
                self._temporary.replace(self._path)
            else:
                self._temporary.unlink()

    def _discard(self) -> None:
        """Take back everything; nothing half-written stays."""
        with suppress(AttributeError, av.error.FFmpegError, OSError):
            self._container.close()
        self._temporary.unlink(missing_ok=True)

    def _translated(self, error: BaseException) -> BaseException:
        if isinstance(error, OSError):
            return cannot_write(self._path, error)
        if isinstance(error, av.error.FFmpegError):
            return cannot_write(self._path, OSError(error.errno or 0, str(error)))
        if isinstance(error, UnknownCodecError):
            return DeviceError(
                "This PyAV was built without H.264. Run 'pip install --force-reinstall av', or use --no-video."
            )
        return error
