"""What to do and by which camera, chosen by keys in the live window, where the command names nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from smr_vision.errors import shown
from smr_vision.live.address import without_password
from smr_vision.live.routine import load_routine, routine_names
from smr_vision.live.screens import LIVE_TYPE, SIZE
from smr_vision.live.window import Window
from smr_vision.moves import Move
from smr_vision.overlay.brush import BOLD, INK, MUTED, SKY, WHITE, Brush, Image

CAMERAS: Final = 4  # `c` goes round so many numbers
LOOK_S: Final = 0.05
_LETTERS: Final = "abdeghijk"  # for routines: none of them is a key of the window
BROWSER: Final = "Or in the browser: smr desk"


@dataclass(frozen=True)
class LiveChoice:
    """A move or a routine, by name, and the camera."""

    move: str | None
    routine: str | None
    camera: str


class Chooser:
    """Follows the keys: a digit for a move, a letter for a routine, `c` for another camera, unless an address or a clip
    was named."""

    def __init__(self, moves: Mapping[str, Move], camera: str = "0") -> None:
        self._moves = dict(zip("123456789", moves.values(), strict=False))
        self._routines = dict(zip(_LETTERS, routine_names(), strict=False))
        self.camera = camera

    def press(self, key: str) -> LiveChoice | None:
        """What is chosen by a key; None while nothing is."""
        if key == "c" and self._numbered:
            self.camera = str((int(self.camera) + 1) % CAMERAS)
        if key in self._moves:
            return LiveChoice(self._moves[key].id, None, self.camera)
        if key in self._routines:
            return LiveChoice(None, self._routines[key], self.camera)
        return None

    @property
    def _numbered(self) -> bool:
        return self.camera.isdecimal()

    @property
    def camera_words(self) -> str:
        """Where the pictures come from: a camera's number, an address, or a clip's name."""
        if self._numbered:
            return f"Camera {self.camera}     c another"
        named = without_password(self.camera) if "://" in self.camera else shown(Path(self.camera).name)
        return f"Camera: {named}"

    def draw(self) -> Image:
        """The picture to choose from, RGB."""
        u = SIZE[1] / LIVE_TYPE
        image = np.full((SIZE[1], SIZE[0], 3), INK, np.uint8)
        brush = Brush(image)
        brush.text("What will you roll?", 1.2 * u, 1.5 * u, 1.6 * u, weight=BOLD)
        rows = [(key, move.title) for key, move in self._moves.items()]
        rows += [(key, load_routine(name).title) for key, name in self._routines.items()]
        half = (len(rows) + 1) // 2
        for k, (key, title) in enumerate(rows):
            x, y = (1.2 if k < half else 16.5) * u, (4.0 + 1.75 * (k % half)) * u
            brush.text(key, x, y, 1.3 * u, SKY, weight=BOLD)
            brush.text(title, x + 1.6 * u, y, 1.2 * u, WHITE, most=13 * u)
        keys = f"{self.camera_words}     f full screen     q quit"
        brush.text(keys, 1.2 * u, 15.0 * u, u, MUTED, most=brush.width - 2.4 * u)
        brush.text(BROWSER, 1.2 * u, 16.6 * u, u, MUTED)
        return image


def choose(window: Window, moves: Mapping[str, Move], camera: str = "0") -> LiveChoice | None:
    """Ask in a window; None when it was closed or left by `q`."""
    chooser = Chooser(moves, camera)
    while True:
        window.show(chooser.draw())
        pressed = window.keys()
        for key in pressed:
            if key in ("q", "closed"):
                return None
            if key == "f":
                window.full_screen()
            chosen = chooser.press(key)
            if chosen is not None:
                return chosen
        time.sleep(LOOK_S)
