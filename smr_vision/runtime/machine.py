"""What this machine has for us: its cores, its memory, and the model files that come along.

Little memory is kept for later where the C library is glibc; elsewhere nothing needs to be done.
glibc gives each thread a heap of its own and keeps what is freed, in pieces. Landmarkers bring threads and hundreds of
megabytes, and are made and let go for each stretch of a clip: over an hour that would grow. Large blocks get memory of
their own, which goes back at once; but of each that is freed glibc learns to keep larger ones [docs/performance.md].
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from smr_vision.errors import ModelError

_M_ARENA_MAX: Final = -8  # malloc.h
_HEAPS: Final = 2
_M_MMAP_THRESHOLD: Final = -3  # malloc.h
_M_TRIM_THRESHOLD: Final = -1  # malloc.h
_LARGE: Final = 8_000_000  # bytes: more than a picture of 1920x1080, so that pictures go quickly from hand to hand


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


def bundled_model(file: str, what: str) -> Path:
    """The path of the model `file`, in the installed package or in `models/` of a checkout; ModelError names it as
    `what` when it is missing."""
    package = Path(__file__).parents[1]
    for place in (package / "_models" / file, package.parent / "models" / file):
        if place.is_file():
            return place
    raise ModelError(f"The {what} {file} is missing. Reinstall smr-vision, or fetch models/ of the checkout again.")


def limit_heap() -> None:
    """From here on all threads of this process share a few heaps, and no large blocks are kept in them."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library
            library = ctypes.CDLL(None)
            library.mallopt(_M_ARENA_MAX, _HEAPS)
            library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
            # The end of a heap may stay as large, or the memory of each picture would go back, and be got for the next.
            library.mallopt(_M_TRIM_THRESHOLD, _LARGE)


def trim_heap() -> None:
    """Have the system take back what is free."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
