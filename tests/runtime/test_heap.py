"""What is freed goes back to the system, where the C library is glibc; nothing happens elsewhere."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from smr_vision.runtime.machine import limit_heap, trim_heap

BEGIN = """
import ctypes
from smr_vision.runtime.machine import trim_heap, limit_heap
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
limit_heap()

def used():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

def filled(count, size):
    pieces = [libc.malloc(size) for _ in range(count)]
    for piece in pieces:
        ctypes.memset(piece, 1, size)
    return pieces

"""
# 400 MB in pieces that glibc keeps when they are freed: each smaller than what it maps by itself.
KEPT = (
    BEGIN
    + """
begun = used()
pieces = filled(4000, 100_000)
last = libc.malloc(100_000)  # lies on top of them
for piece in pieces:
    libc.free(piece)
kept = used()
trim_heap()
print(kept - begun, used() - begun)
"""
)
# glibc sees a large block come back, and keeps the next ones: below others they stay in the heap when they are freed.
LARGE = (
    BEGIN
    + """
libc.free(libc.malloc(20_000_000))
begun = used()
pieces = filled(20, 10_000_000)
full = used()
last = libc.malloc(100_000)
for piece in pieces:
    libc.free(piece)
print(full - begun, used() - begun)
"""
)


def glibc() -> bool:
    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "gnu_get_libc_version")


@pytest.mark.skipif(not glibc(), reason="only glibc keeps what is freed like this")
def test_what_is_free_goes_back_to_the_system() -> None:
    kept, after = megabytes(KEPT)
    assert kept > 350
    assert after < 50


@pytest.mark.skipif(not glibc(), reason="only glibc keeps what is freed like this")
def test_large_blocks_go_back_at_once() -> None:
    full, after = megabytes(LARGE)
    assert full > 190
    assert after < 20


def megabytes(script: str) -> tuple[float, float]:
    """The two numbers that a script prints, run in a process of its own."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    first, second = map(float, done.stdout.split())
    return first, second


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smr_vision.runtime.machine.ctypes.CDLL", lambda _: object())
    limit_heap()
    trim_heap()
    monkeypatch.setattr("smr_vision.runtime.machine.sys.platform", "darwin")
    limit_heap()
    trim_heap()
