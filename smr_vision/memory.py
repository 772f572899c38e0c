"""Keeping little memory for later, where the C library is glibc; elsewhere nothing needs to be done.

glibc gives each thread a heap of its own and keeps what is freed, in pieces. Landmarkers bring threads and hundreds of
megabytes, and are made and let go for each stretch of a clip: over an hour that would grow [docs/performance.md].
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8  # malloc.h
_HEAPS: Final = 2


def share_heaps() -> None:
    """From here on all threads of this process share a few heaps."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def give_back() -> None:
    """Have the system take back what is free."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
