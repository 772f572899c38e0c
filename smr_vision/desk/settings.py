"""What the trainer has chosen: names, how clips are analysed. One small JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smr_vision.errors import InputError
from smr_vision.report.html import ReportKind
from smr_vision.runtime.atomic_write import atomic_write

Words = Annotated[str, Field(max_length=200)]
Lines = Annotated[str, Field(max_length=400)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


USUAL_COLOURS: Final = ("#15404d", "#14596b")  # the reports' own, which have a look of their own in the dark


class Settings(BaseModel):
    """All there is to choose; what the file doesn't say is as it comes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trainer: Words = ""
    model: Literal["lite", "full", "heavy"] = "heavy"
    strictness: Literal["beginner", "standard", "strict"] = "standard"
    practice: Words = ""
    contact: Lines = ""
    footer: Lines = ""
    colour: Colour = USUAL_COLOURS[0]
    second: Colour = USUAL_COLOURS[1]
    report: ReportKind = "full"

    @property
    def signed(self) -> str:
        """Who corrects and signs."""
        return self.trainer or "the trainer"


def read_settings(path: Path) -> Settings:
    """The settings; as they come where there are none or they are damaged."""
    try:
        return Settings.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Settings()


def write_settings(path: Path, given: dict[str, object]) -> Settings:
    """Keep what a form gave; InputError names what is wrong with it."""
    try:
        settings = Settings.model_validate(given)
    except ValidationError as e:
        first = e.errors()[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from e
    atomic_write(path, json.dumps(settings.model_dump(), ensure_ascii=False, indent=1).encode() + b"\n")
    return settings
