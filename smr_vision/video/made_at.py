"""When a clip was filmed, as its file says."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import av

from smr_vision.video.parts import opened

# Apple's phones write the first, with the zone of the place; the second is in UTC by the format (ISO 14496-12).
_KEYS: Final = ("com.apple.quicktime.creationdate", "creation_time")
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  # clocks that were never set begin in 1904 or 1970


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
