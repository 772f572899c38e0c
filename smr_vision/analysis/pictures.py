"""A still of the worst moment of each fault, taken from the last seconds that went by."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.coach.checks import FaultSpan
from smr_vision.errors import cannot_write
from smr_vision.overlay import Overlay
from smr_vision.pipeline.result import FrameResult
from smr_vision.video import DecodedFrame, Frame, SentFrame
from smr_vision.video.sampling import look_of
from smr_vision.video.upright import Small

KEPT_S: Final = 12.0  # a pass fault is decided at the end of its pass: a slow pass and some more
EVERY_S: Final = 0.4  # making a JPEG takes as long as ten pictures of coaching; every other look for the tool
_SLIP_S: Final = 1 / 15  # pictures don't come on the dot
MOST_HEIGHT: Final = 720  # a report shows them no larger
FOLDER: Final = "faults"

PictureNames = Mapping[tuple[str, float], tuple[str, float]]
"""(check, worst moment of the fault) -> (file, relative to the session's folder; time of the picture)."""


@dataclass(frozen=True, eq=False)
class _Snapshot:
    """A moment and its picture: small, in the colours it was decoded in or as a JPEG, or still to be decoded."""

    result: FrameResult
    picture: NDArray[np.uint8] | Small | Frame

    @staticmethod
    def of(frame: Frame, result: FrameResult) -> _Snapshot:
        # Half a megabyte each, and few are ever written: a JPEG takes two milliseconds.
        small = frame.small if isinstance(frame, DecodedFrame | SentFrame) else None
        if small is not None and small.tagged is not None:
            return _Snapshot(result, small)
        return _Snapshot(result, frame if frame.again else _jpeg(frame.look))

    def image(self) -> NDArray[np.uint8]:
        """The picture, to be drawn on; the same either way."""
        match self.picture:
            case Frame():
                jpeg = _jpeg(self.picture.look)
            case Small():
                jpeg = _jpeg(self.picture.rgb())
            case _:
                jpeg = self.picture
        decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR_RGB)
        assert decoded is not None  # we encoded it
        return decoded.astype(np.uint8, copy=False)


def _jpeg(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]


def _shown(fault: FaultSpan) -> list[FaultSpan]:
    """The fault, and as it was before the slant changed: which one stands is known when the set is over."""
    return [fault] if fault.settled is None else [fault, fault.settled]


class FaultPictures:
    """Keeps the last seconds as small pictures, and of each fault the one nearest to its worst moment; it is written
    when the fault is over."""

    def __init__(self, folder: Path, overlay: Overlay) -> None:
        self._folder = folder / FOLDER
        self._overlay = overlay
        self._recent: deque[_Snapshot] = deque()
        self._look = -1
        self._owed: dict[tuple[str, float], FaultSpan] = {}
        self._worst: dict[tuple[str, float], _Snapshot] = {}
        self._names: dict[tuple[str, float], tuple[str, float]] = {}

    def finish(self) -> PictureNames:
        """Write what is still to be written; all pictures."""
        self._write(self._owed.keys())
        return self._names

    def write(self, frame: Frame, result: FrameResult) -> None:
        """Add a moment; writes the pictures of the faults that are over."""
        look = look_of(result.t)
        due, self._look = look != self._look, look  # of the others nobody may have kept a picture
        feedback = result.feedback
        if feedback is None:
            self._write(self._owed.keys())
            self._recent.clear()
            self._owed.clear()
            return
        last = self._recent[-1].result.t if self._recent else -1e9
        if due and result.t - last >= EVERY_S - _SLIP_S:
            self._recent.append(_Snapshot.of(frame, result))
        while self._recent and self._recent[0].result.t < result.t - KEPT_S:
            self._recent.popleft()
        self._owed |= {(f.check.id, f.start_s): f for f in (*feedback.new_faults, *feedback.running)}
        if not self._recent:
            return
        self._worst = {
            (name, at): min(
                (*filter(None, [self._worst.get((name, at))]), *self._recent),
                key=lambda s, at=at: abs(s.result.t - at),  # type: ignore[misc]
            )
            for fault in self._owed.values()
            for name, at in (one.picture_key for one in _shown(fault))
        }
        self._write(self._owed.keys() - {(f.check.id, f.start_s) for f in feedback.running})

    def _write(self, over: Iterable[tuple[str, float]]) -> None:
        for key in sorted(over):
            for number, fault in enumerate(_shown(self._owed.pop(key))):
                shot = self._worst.get(fault.picture_key)
                if shot is not None:
                    self._take(fault, shot, "-settled" * number)

    def _take(self, fault: FaultSpan, shot: _Snapshot, ending: str) -> None:
        """Write the picture of `fault`, with what was wrong marked in it."""
        image = shot.image()
        self._overlay.draw(image, shot.result, None, wrong=fault.check)
        scale = MOST_HEIGHT / image.shape[0]
        if scale < 1:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
                np.uint8, copy=False
            )
        name = f"{fault.check.id}-{fault.start_s:07.2f}s{ending}.jpg"
        data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
        try:
            self._folder.mkdir(exist_ok=True)
            (self._folder / name).write_bytes(data.tobytes())
        except OSError as e:
            raise cannot_write(self._folder, e) from e
        self._names[fault.picture_key] = (f"{FOLDER}/{name}", shot.result.t)

    def keep_only(self, used: Iterable[str | None]) -> None:
        """Remove the pictures of faults that did not stand: joined with another, or mended at the set-up."""
        stay = set(used)
        for key, (file, _) in list(self._names.items()):
            if file not in stay:
                (self._folder.parent / file).unlink()
                del self._names[key]
        with suppress(OSError):  # not empty, or never made
            self._folder.rmdir()
