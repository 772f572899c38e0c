"""What this machine has for us: its cores, and the model files that come along."""

from __future__ import annotations

import os
from pathlib import Path

from smr_vision.errors import ModelError


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


def bundled_model(file: str, what: str) -> Path:
    """The path of the model `file`, in the installed package or in `models/` of a checkout; ModelError names it as
    `what` when it is missing."""
    package = Path(__file__).parents[1]
    for place in (package / "_models" / file, package.parent / "models" / file):
        if place.is_file():
            return place
    raise ModelError(f"The {what} {file} is missing. Reinstall smr-vision, or fetch models/ of the checkout again.")
