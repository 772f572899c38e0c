"""What a clip says about itself, and how reading it ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from smr_vision.video.silence import Silence


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
    """How reading ended: when the last picture left the screen, whether that is the end of the clip and it was cut off
    there, how many parts could not be read, and the whiles without a picture."""

    end_s: float
    whole: bool
    cut_off: str | None
    parts: int
    silences: tuple[Silence, ...] = ()  # whiles without a picture

    @property
    def damaged(self) -> str | None:
        """What was lost, in words."""
        if self.cut_off is not None or not self.parts:
            return self.cut_off
        return f"damaged: {self.parts} {'part' if self.parts == 1 else 'parts'} could not be read; the rest was used"
