"""Where the models lie that come along: in the installed package, or in `models/` of a checkout."""

from __future__ import annotations

from pathlib import Path

from smr_vision.errors import ModelError


def carried(file: str, what: str) -> Path:
    """The path of the model `file`; ModelError names it as `what` when it is missing."""
    package = Path(__file__).parents[1]
    for place in (package / "_models" / file, package.parent / "models" / file):
        if place.is_file():
            return place
    raise ModelError(f"The {what} {file} is missing. Reinstall smr-vision, or fetch models/ of the checkout again.")
