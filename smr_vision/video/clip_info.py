"""What a clip says about itself: its size, its length, when it was filmed; and how reading it ended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cv2  # noqa: F401 - before PyAV, or OpenCV's windows hang (see decoding.py)

# isort: split
import av
from av.video.stream import VideoStream

from smr_vision.video.gaps import Silence
from smr_vision.video.parts import opened

# Apple's phones write the first, with the zone of the place; the second is in UTC by the format (ISO 14496-12).
_KEYS: Final = ("com.apple.quicktime.creationdate", "creation_time")
_MKVMERGE: Final = "_STATISTICS_TAGS"  # what it alone tells of a track
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  # clocks that were never set begin in 1904 or 1970


@dataclass(frozen=True)
class ClipInfo:
    """What a clip says about itself; sizes are of the upright picture with square pixels.

    `duration_s` is 0 and `frames` None where the file doesn't say; `fps` is the average rate;
    `rotation` is how far the stored picture is turned clockwise to stand upright (0, 90, 180, 270).
    """

    path: Path
    width: int
    height: int
    duration_s: float
    frames: int | None
    fps: float
    rotation: int


@dataclass(frozen=True)
class Ending:
    """How reading ended: `end_s`, seconds from the first picture, when the last one left the screen.

    `whole`: that is the end of the clip; `cut_off`: in words, when the file breaks off there; `parts`: how many could
    not be read; `silences`: whiles without a picture.
    """

    end_s: float
    whole: bool
    cut_off: str | None
    parts: int
    silences: tuple[Silence, ...] = ()

    @property
    def damaged(self) -> str | None:
        """What was lost, in words."""
        if self.cut_off is not None or not self.parts:
            return self.cut_off
        return f"damaged: {self.parts} {'part' if self.parts == 1 else 'parts'} could not be read; the rest was used"


def made_at(path: Path) -> datetime | None:
    """The moment the file names; None where it names none that can be."""
    try:
        with opened(path) as container:
            told = [container.metadata, *(stream.metadata for stream in container.streams.video)]
    except (OSError, av.FFmpegError, ValueError):
        return None
    for key in _KEYS:
        for tags in told:
            with suppress(ValueError):
                found = datetime.fromisoformat(tags.get(key, ""))
                found = found if found.tzinfo else found.replace(tzinfo=UTC)
                if EARLIEST < found <= datetime.now(UTC):
                    return found
    return None


def tagged_length(stream: VideoStream) -> float:
    """Seconds that a track of a Matroska file lasts, by its tag; 0: it has none. FFmpeg writes when the track ends,
    which of one that begins at 3 h is more; mkvmerge how long it is."""
    tag, base = _clock_seconds(stream.metadata.get("DURATION", "")), stream.time_base
    if _MKVMERGE in stream.metadata or base is None:
        return tag
    begins = float((stream.start_time or 0) * base)
    return tag - begins if 0 < begins < tag else tag


def _clock_seconds(text: str) -> float:
    """Seconds of a time such as 00:01:26.500000000; 0 for anything else."""
    try:
        hours, minutes, seconds = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return 0.0
