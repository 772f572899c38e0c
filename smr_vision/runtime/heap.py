"""Keeping little memory for later, where the C library is glibc; elsewhere nothing needs to be done.

glibc gives each thread a heap of its own and keeps what is freed, in pieces. Landmarkers bring threads and hundreds of
megabytes, and are made and let go for each stretch of a clip: over an hour that would grow. Large blocks get memory of
their own, which goes back at once; but of each that is freed glibc learns to keep larger ones [docs/performance.md].
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8  # malloc.h
_HEAPS: Final = 2
_M_MMAP_THRESHOLD: Final = -3  # malloc.h
_M_TRIM_THRESHOLD: Final = -1  # malloc.h
_LARGE: Final = 8_000_000  # bytes: more than a picture of 1920x1080, so that pictures go quickly from hand to hand


def keep_little() -> None:
    """From here on all threads of this process share a few heaps, and no large blocks are kept in them."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library
            library = ctypes.CDLL(None)
            library.mallopt(_M_ARENA_MAX, _HEAPS)
            library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
            # The end of a heap may stay as large, or the memory of each picture would go back, and be got for the next.
            library.mallopt(_M_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """Have the system take back what is free."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
