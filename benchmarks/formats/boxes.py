"""MP4 files edited as phones and editors write them: the display matrix and edit lists."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

ONE: Final = 1 << 16
# a, b, c, d of the display matrix (ISO 14496-12, 8.3.2): how the stored picture is to be turned, clockwise.
TURNS: Final = {
    "rotated 90": (0, 1, -1, 0), "rotated 180": (-1, 0, 0, -1), "rotated 270": (0, -1, 1, 0),
    "mirrored": (-1, 0, 0, 1), "upside down, mirrored": (1, 0, 0, -1), "rotated 90, mirrored": (0, 1, 1, 0),
}  # fmt: skip


def turn(path: Path, kind: str, width: int, height: int) -> None:
    """Write the display matrix of `kind` into the first track."""
    a, b, c, d = TURNS[kind]
    x = (width if a < 0 or b < 0 else 0) if a else (height if c < 0 else 0)
    y = (height if d < 0 else 0) if d else (width if b < 0 else 0)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    matrix = at + (36 + 4 if data[at] == 0 else 48 + 4)
    values = (a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, x * ONE, y * ONE, 1 << 30)
    data[matrix : matrix + 36] = struct.pack(">9i", *values)
    path.write_bytes(data)


def set_edits(path: Path, edits: list[tuple[float, float | None]]) -> None:
    """Give the first track these edits: (seconds shown, from which second of the media; None: nothing is shown).

    The index must be the file's last box: its length changes.
    """
    data = path.read_bytes()
    movie_at = _find(data, b"moov")
    movie = data[movie_at:]
    movie_scale, media_scale = (_timescale(movie, kind) for kind in (b"mvhd", b"mdhd"))
    entries = b"".join(
        struct.pack(
            ">IiHH", round(shown * movie_scale), -1 if start is None else _media_time(movie, start, media_scale), 1, 0
        )
        for shown, start in edits
    )
    body = struct.pack(">4sII", b"elst", 0, len(edits)) + entries
    edit = struct.pack(">I4sI", 8 + 4 + len(body), b"edts", 4 + len(body)) + body
    path.write_bytes(data[:movie_at] + _with_edits(movie, edit))


def _media_time(movie: bytes, start: float, scale: int) -> int:
    """Media time of a second of the film; the media starts as late as its first picture's composition offset."""
    at = movie.find(b"elst")
    offset = struct.unpack_from(">i", movie, at + 4 + 8 + 4)[0] if at >= 0 else 0
    return int(offset) + round(start * scale)


def _timescale(movie: bytes, kind: bytes) -> int:
    at = movie.index(kind) + 4
    return int(struct.unpack_from(">I", movie, at + (12 if movie[at] == 0 else 20))[0])


def _with_edits(box: bytes, edit: bytes) -> bytes:
    """The box with its first track's edit box replaced."""
    kind, inner, done, result = box[4:8], box[8:], False, b""
    while inner:
        size = struct.unpack(">I", inner[:4])[0]
        part, inner = inner[:size], inner[size:]
        name = part[4:8]
        if kind == b"trak" and name == b"edts":
            continue
        if name == b"trak" and not done:
            part, done = _with_edits(part, edit), True
        result += part
        if kind == b"trak" and name == b"tkhd":
            result += edit
    return struct.pack(">I4s", 8 + len(result), kind) + result


def _find(data: bytes, kind: bytes) -> int:
    at = 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == kind:
            if at + size != len(data):
                raise ValueError(f"{kind.decode()} is not the last box")
            return at
        at += size
    raise ValueError(f"no {kind.decode()} box")
