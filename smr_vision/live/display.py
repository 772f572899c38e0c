"""Where a live session is shown and its keys come from: drawn as pictures in a window, or as what a browser draws."""

from __future__ import annotations

from typing import Protocol, TypeVar

from smr_vision.live.coaching import Shown
from smr_vision.live.screens import Screens
from smr_vision.live.window import Window
from smr_vision.overlay.brush import Image

Drawing = TypeVar("Drawing")


class Display(Protocol[Drawing]):
    """Anything that shows a session. Raises DeviceError when it is gone."""

    def draw(self, shown: Shown, *, muted: bool) -> Drawing:
        """What to show of one moment."""
        ...

    def lost(self, last: Shown, left_s: float) -> Drawing:
        """What to show while the camera gives nothing: looked for so many seconds more."""
        ...

    def show(self, drawing: Drawing) -> None: ...

    def keys(self) -> tuple[str, ...]:
        """Keys pressed since the last call, as a `Window` gives them."""
        ...

    def full_screen(self) -> None: ...

    def close(self) -> None: ...


class Drawn:
    """Draws the screens for a window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._screens: Screens | None = None

    def draw(self, shown: Shown, *, muted: bool) -> Image:
        return self._for(shown).draw(shown, muted=muted)

    def lost(self, last: Shown, left_s: float) -> Image:
        return self._for(last).lost(last.frame.image, left_s)

    def show(self, drawing: Image) -> None:
        self._window.show(drawing)

    def keys(self) -> tuple[str, ...]:
        return self._window.keys()

    def full_screen(self) -> None:
        self._window.full_screen()

    def close(self) -> None:
        self._window.close()

    def _for(self, shown: Shown) -> Screens:
        image = shown.frame.image
        if self._screens is None or not self._screens.fits(image):
            self._screens = Screens((image.shape[1], image.shape[0]))
        return self._screens
