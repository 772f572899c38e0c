"""Opening a clip safely and decoding what can be decoded: the layer between PyAV and `ClipReader`."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from heapq import heappop, heappush
from itertools import chain
from math import inf
from pathlib import Path
from typing import Final, Literal

# OpenCV before PyAV: each brings a libxcb of its own, and OpenCV's windows hang on PyAV's.
import cv2  # noqa: F401

# isort: split
import av
import av.error
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from smr_vision.errors import InputError, shown
from smr_vision.runtime.machine import cores
from smr_vision.video.as_stored import AsStored
from smr_vision.video.clip_info import tagged_length
from smr_vision.video.gaps import names_a_rate
from smr_vision.video.parts import NotByPartsError, Reading, one_clock, opened
from smr_vision.video.refusals import STILL_BRANDS, check_file, still, unreadable
from smr_vision.video.thinning import PassedOver, Thinner

# Where a seek lands exactly, with a right timestamp; the others are decoded from the start.
_SEEKABLE: Final = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "mpegts"}
_WITH_TABLE: Final = "mov,mp4,m4a,3gp,3g2,mj2"
# Where each piece brings times of its own; in the others they come from one table.
_MAY_START_OVER: Final = {"matroska,webm", "mpegts"}
_COUNTED: Final = {"avi"}  # and here there are none: pictures are counted
_MAX_PIXELS: Final = 8192 * 8192  # a header that asks for more is damaged or hostile
_BESIDE_THE_FILM: Final = Disposition.timed_thumbnails | Disposition.still_image
_PACKETS: Final = (188, 192, 204)  # bytes: ISO 13818-1, with the time of a camera card, with correction
_A_PICTURE_S: Final = 0.1  # a film of two would be no clip either
_MOST_THREADS: Final = 3  # each keeps pictures: 25 MB of 4K with 10 bits
_GIVE_UP_AFTER: Final = 32  # read errors in a row without a picture between them


class Decoder:
    """One opened clip: its first picture, then every picture that can be decoded, in order.

    `damaged_at` are the stream's own times of what could not be decoded and was passed over. Raises InputError when
    the clip can't be opened or holds no picture; read by parts, NotByPartsError at the first damage after `minds_from`
    of the stream's time: what was damaged before that is told to whoever reads it there.
    """

    def __init__(self, path: Path, *, one_core: bool = False, reading: Reading = "freely") -> None:
        check_file(path)
        self._path = path
        # Several threads tell of damage later, and make other pictures of it; read by parts, any of it is too much.
        self._threads: Literal["NONE", "AUTO"] = "NONE" if one_core or reading == "in order" else "AUTO"
        self._reading = reading
        self.minds_from = -inf
        self.damaged_at: list[float | None] = []
        self._thinner: Thinner | None = None
        self._thins = False
        self._passed_over: list[tuple[float, PassedOver]] = []
        self._due: list[float] = []  # read by parts: of pictures that have to come
        try:
            self._container = opened(path)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise unreadable(path, error) from error
        try:
            if self._container.metadata.get("major_brand") in STILL_BRANDS:
                raise still(path)
            self.stream = self._video_stream()
            self._as_stored = AsStored(self.stream, self._container.format.name)
            self._rest = self._decode()
            self.first = self._first_picture()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        self._container.close()

    def pictures(self) -> Iterator[VideoFrame | PassedOver]:
        """The picture decoded last by opening or `seek`, and all after it, in the order of time."""
        for picture in chain((self.first,), self._rest):
            at = seconds_of(picture)
            while self._passed_over and (at is None or self._passed_over[0][0] < at):
                yield heappop(self._passed_over)[1]
            if self._passed_over and self._passed_over[0][0] == at:  # it was decoded all the same
                heappop(self._passed_over)
            while self._due and at is not None and self._due[0] <= at:
                if (due := heappop(self._due)) < at:
                    self._mind(due, None)
            yield picture
        while self._passed_over:
            yield heappop(self._passed_over)[1]

    def thin(self, slot_of: Callable[[float], int], *, decode_all: bool = False) -> None:
        """From here on pass over what need not be decoded, where of each slot of the stream's time the first picture
        is wanted. `decode_all`: of these only what can't be decoded, which the others don't notice."""
        self._thinner = Thinner(self.stream, slot_of)
        self._thins = not decode_all

    def seek(self, seconds: float) -> bool:
        """Try to stand at a keyframe at or before `seconds` of the stream's own time; False when there is none."""
        base = self.stream.time_base
        if base is None or not self.jumps:
            return False
        try:
            self._container.seek(int(seconds / base), stream=self.stream)
        except av.error.FFmpegError:
            return False
        self._rest = self._decode()
        self._passed_over.clear()
        self._due.clear()
        picture = next(self._rest, None)
        if picture is None:
            return False
        self.first = picture
        at = seconds_of(picture)
        return at is not None and at <= seconds

    @property
    def jumps(self) -> bool:
        """Whether `seek` can stand anywhere: then stretches hold what the whole clip holds there."""
        return self._reading != "in order" and self._container.format.name in _SEEKABLE and self.one_clock

    @property
    def one_clock(self) -> bool:
        """Whether a time of the stream is one place of it. Of recordings that were joined the clock starts over:
        only who reads them from the start knows how often it did."""
        if self._container.format.name not in _MAY_START_OVER | _COUNTED:
            return True
        try:
            status = self._path.stat()
        except OSError:
            return False
        claimed, _ = self.claimed_duration()
        return one_clock(self._path, self.stream.index, claimed, status.st_size, status.st_mtime_ns)

    @property
    def all_there(self) -> bool:
        """Whether the file is as long as its table of pictures says, where it has one: else it is cut off."""
        if self._container.format.name != _WITH_TABLE:
            return True
        size = self._container.size
        return all(entry.pos + entry.size <= size for entry in self.stream.index_entries)

    @property
    def torn(self) -> bool:
        """Whether a transport stream, which doesn't say how long it is, ends within one of its packets."""
        return self._container.format.name == "mpegts" and all(self._container.size % size for size in _PACKETS)

    @property
    def see_through(self) -> bool:
        """Whether the file says beside the pictures (WebM) what of them can be seen through, which goes unread."""
        return self.stream.metadata.get("alpha_mode") == "1"

    @property
    def open_ended(self) -> bool:
        """Whether the file says of no picture how long it stays, and names no rate: each stays until the next."""
        return self._container.format.name == "matroska,webm" and not names_a_rate(self._path)

    def claimed_duration(self) -> tuple[float, float]:
        """How long the file says it is, in seconds (0: it doesn't say), and how exactly that is meant."""
        stream, base = self.stream, self.stream.time_base
        if self._container.format.name == "avi" and stream.frames and stream.average_rate:
            # Of a cut AVI, FFmpeg reckons the duration from what is left; the header still counts all.
            return float(stream.frames / stream.average_rate), 0.2
        if stream.duration and base is not None:
            return float(stream.duration * base), 0.2
        if tag := tagged_length(stream):
            return tag, 0.2
        # The container's duration is that of its longest stream, which may be the sound.
        return (self._container.duration or 0) / av.time_base, 1.5

    @property
    def slowed(self) -> float:
        """How many times slower than life the file plays: Android phones stretch slow motion, and say so."""
        try:
            filmed = float(self._container.metadata.get("com.android.capture.fps", ""))
        except ValueError:
            return 1.0
        ratio = filmed / float(self.stream.average_rate or inf)
        # Ordinary clips have the tag too, with about the rate they play at.
        return ratio if 1.5 < ratio <= 64 else 1.0

    def _video_stream(self) -> VideoStream:
        # A picture attached to a song is no film.
        films = [s for s in self._container.streams.video if not s.disposition & Disposition.attached_pic]
        if not films:
            sound = " only sound" if self._container.streams.audio else " no film"
            raise InputError(f"{shown(self._path)} holds{sound}. Give a clip with pictures (MP4, MOV, MKV, WebM, AVI).")
        # What players show: the default track, of several the best; one that can't be decoded only for want of others.
        stream = max(films, key=_worth)
        if stream.codec_context is None:
            raise InputError(
                f"{shown(self._path)} is filmed in a format that can't be read here. Convert it to MP4 (H.264)."
            )
        if stream.width * stream.height > _MAX_PIXELS:
            raise InputError(
                f"{shown(self._path)} says it is {stream.width} x {stream.height} pixels, more than can be read. "
                "Film in 4K or less."
            )
        stream.thread_type = self._threads
        stream.codec_context.thread_count = min(cores(), _MOST_THREADS)
        stream.codec_context.options = {"max_pixels": str(_MAX_PIXELS)}
        if self._reading == "by parts":  # damage is an error, not patched over
            stream.codec_context.options |= {"err_detect": "explode"}
        return stream

    def _first_picture(self) -> VideoFrame:
        picture = next(self._rest, None)
        if picture is None:
            raise InputError(f"{shown(self._path)} holds no picture that can be read. Copy it again, or film it again.")
        return picture

    def _decode(self) -> Iterator[VideoFrame]:
        errors = 0
        while errors < _GIVE_UP_AFTER:
            try:
                for packet in self._container.demux(self.stream):
                    for picture in self._decode_packet(packet):
                        errors = 0
                        yield picture
                return
            except (av.error.FFmpegError, IndexError) as error:  # IndexError: PyAV, at a stream that damage made up
                errors += 1
                self._mind(None, error)
        with suppress(av.error.FFmpegError):  # what the decoder still holds
            for picture in self.stream.decode(None):
                self._as_stored.complete(picture)
                yield picture

    def _decode_packet(self, packet: "av.Packet[VideoStream]") -> list[VideoFrame]:
        passed = self._thinner.passes_over(packet) if self._thinner is not None else None
        if passed is not None:
            heappush(self._passed_over, (passed.stamp, passed))
            if self._thins:
                return []
        elif self._reading == "by parts" and packet.pts is not None and packet.time_base and not packet.is_discard:
            heappush(self._due, float(packet.pts * packet.time_base))
        try:
            pictures = packet.decode()
        except av.error.EOFError:
            return []
        except av.error.FFmpegError as error:
            stamp, base = packet.pts, packet.time_base
            self._damaged(None if stamp is None or base is None else float(stamp * base), error)
            return []
        for picture in pictures:
            self._as_stored.complete(picture)
            if picture.is_corrupt:
                self._damaged(seconds_of(picture), None)
        return [picture for picture in pictures if not picture.is_corrupt]

    def _damaged(self, at: float | None, error: Exception | None) -> None:
        """Note a picture that can't be used, unless it may be passed over."""
        if all(stamp != at for stamp, _ in self._passed_over):
            self.damaged_at.append(at)
            self._mind(at, error)

    def _mind(self, at: float | None, error: Exception | None) -> None:
        if self._reading == "by parts" and (at is None or at >= self.minds_from):
            raise NotByPartsError(f"{shown(self._path)} is damaged") from error


def _worth(stream: VideoStream) -> tuple[bool, bool, bool, int, float]:
    """What a track of several is worth: the greatest is watched, the first of equals."""
    readable = stream.codec_context is not None
    return (
        readable,
        not _one_picture(stream) and not stream.disposition & _BESIDE_THE_FILM,  # a cover that does not say so
        bool(stream.disposition & Disposition.default),
        stream.width * stream.height if readable and stream.width * stream.height <= _MAX_PIXELS else 0,
        float(stream.average_rate or 0),
    )


def _one_picture(stream: VideoStream) -> bool:
    """Whether a track says that it holds one picture, or lasts no longer than one."""
    if stream.frames:
        return stream.frames == 1
    return 0 < tagged_length(stream) <= _A_PICTURE_S  # Matroska counts none


def seconds_of(picture: VideoFrame) -> float | None:
    """The stream's own time of a picture; None when it has none."""
    if picture.pts is None or picture.time_base is None:
        return None
    base = picture.time_base  # by its two numbers: the same, in a tenth of the time that a product of fractions takes
    return picture.pts * base.numerator / base.denominator
