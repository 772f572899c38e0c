"""Pictures and the clip inside a report: only files of the session's own folder, small, as `data:` URIs."""

from __future__ import annotations

import base64
from pathlib import Path

from smr_vision.session.set_record import Fault

WIDEST = 960
PLAIN_BYTES = 150_000  # smaller ones go in as they are
MOST_BYTES = 30_000_000
KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
SETUP_NAMES = ("setup.jpg", "setup.png")


def picture(folder: Path, name: str | None) -> str | None:
    """A picture of the session as a `data:` URI; None when it is missing, damaged, or not in the folder.

    The name comes from session.json, which may come from anyone: it must not lead out of the folder.
    """
    if not name:
        return None
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or path.stat().st_size > MOST_BYTES:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    kind = next((kind for magic, kind in KINDS if content.startswith(magic)), None)
    if kind is None:
        return None
    if len(content) > PLAIN_BYTES:
        kind, content = "image/jpeg", _smaller(content)
    return data_uri(kind, content) if content else None


def picture_s(fault: Fault) -> float:
    """When the picture of a fault was taken, seconds; without one, when the fault began."""
    return fault.start_s if fault.picture is None or fault.picture_t_s is None else fault.picture_t_s


def setup_picture(folder: Path) -> str | None:
    return next((found for name in SETUP_NAMES if (found := picture(folder, name))), None)


def _smaller(content: bytes) -> bytes:
    """The picture as a JPEG that a report can carry; empty when it can't be decoded."""
    import cv2  # noqa: PLC0415 - only for large pictures
    import numpy as np  # noqa: PLC0415

    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return b""
    height, width = image.shape[:2]
    scale = min(1.0, WIDEST / max(width, height))
    if scale < 1:
        image = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    ok, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 82])
    return encoded.tobytes() if ok else b""


def data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
