"""The practice's logo: judged by what it is, decoded in a process of its own, and written anew.

`python -m smr_vision.desk.logo` takes a picture on stdin and gives a small PNG on stdout, so that no picture from
outside is ever decoded by the desk itself, nor kept or shown as it came.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from typing import Final

from smr_vision.errors import InputError

MOST_BYTES: Final = 1 << 20
MOST_PIXELS: Final = 40_000_000  # of a picture that says how large it is; 120 MB once decoded
WIDEST, HIGHEST = 600, 240
PATIENCE_S: Final = 30.0
MEMORY: Final = 4 << 30  # of addresses; OpenCV alone asks for 1.5 GB
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"


def remade(content: bytes) -> bytes:
    """A picture as a small PNG; InputError where it is none."""
    if len(content) > MOST_BYTES:
        raise InputError("The logo is larger than 1 MB. Give a smaller one.")
    if not content.startswith((PNG, JPEG)):
        raise InputError("A logo is a PNG or JPEG picture, and this file is neither.")
    made = made_apart("smr_vision.desk.logo", content, PATIENCE_S)
    if not made.startswith(PNG):
        raise InputError("That picture is damaged or too large to be a logo. Save it anew as PNG.")
    return made


def made_apart(module: str, order: bytes, patience_s: float) -> bytes:
    """What a process of its own makes of an order on stdin; nothing where it fails or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - our own modules by name
            [sys.executable, "-m", module], input=order, capture_output=True, timeout=patience_s, check=False
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def size_told(content: bytes) -> tuple[int, int] | None:
    """Width and height as the file itself says them, without decoding it."""
    if content.startswith(PNG):
        return struct.unpack(">II", content[16:24]) if content[12:16] == b"IHDR" and len(content) > 24 else None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a filler
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = struct.unpack(">HH", content[at + 5 : at + 9])
            return wide, high
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def main() -> int:
    """Decode, shrink, encode; a status other than 0 where that can't be."""
    from smr_vision.desk.worker import limit_memory  # noqa: PLC0415 - only in the process of its own

    limit_memory(MEMORY)
    import cv2  # noqa: PLC0415 - the limit comes first
    import numpy as np  # noqa: PLC0415

    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    size = size_told(content)
    if size is None or not 0 < size[0] * size[1] <= MOST_PIXELS:
        return 3
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.dtype not in (np.uint8, np.uint16):
        return 3
    if image.dtype == np.uint16:
        image = (image // 257).astype(np.uint8)
    height, width = image.shape[:2]
    scale = min(1.0, WIDEST / width, HIGHEST / height)
    wanted = (max(round(width * scale), 1), max(round(height * scale), 1))
    ok, encoded = cv2.imencode(".png", cv2.resize(image, wanted, interpolation=cv2.INTER_AREA))
    if not ok:
        return 3
    sys.stdout.buffer.write(encoded.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
