"""The brand on reports: of the desk's settings, or of a file that says the same."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smr_vision.desk.logo import MOST_BYTES, remade
from smr_vision.desk.places import Places
from smr_vision.desk.settings import USUAL_COLOURS, Colour, Lines, Settings, Words, read_settings
from smr_vision.errors import InputError, UsageError, shown
from smr_vision.report.brand import Brand
from smr_vision.report.pictures import data_uri

DESK: Final = "desk"


class BrandFile(BaseModel):
    """What a file may say; `logo` is a picture's path, seen from the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words = ""
    contact: Lines = ""
    footer: Lines = ""
    colour: Colour | None = None
    second: Colour | None = None
    logo: Annotated[str, Field(min_length=1, max_length=4096)] | None = None


def brand_of(chosen: Settings, logo: Path) -> Brand:
    """The brand that a trainer has chosen at the desk."""
    own = (chosen.colour, chosen.second)
    colour, second = own if own != USUAL_COLOURS else (None, None)
    picture = data_uri("image/png", logo.read_bytes()) if logo.is_file() else None
    return Brand(chosen.practice, chosen.contact, chosen.footer, colour, second, picture)


def named_brand(which: str, desk: Places) -> Brand:
    """The brand of the desk for the word `desk`, else that of the TOML file so named.

    Raises UsageError where the desk has none, InputError where a file is not one of a brand.
    """
    if which != DESK:
        return _read(Path(which))
    brand = brand_of(read_settings(desk.settings), desk.logo)
    if brand == Brand():
        raise UsageError("The desk has no name, logo or colours yet. Give them in `smr desk`, Settings.")
    return brand


def _read(path: Path) -> Brand:
    try:
        given = BrandFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        logo = _logo(path.parent / given.logo) if given.logo is not None else None
    except OSError as e:
        raise InputError(f"{shown(e.filename or path)}: can't be read ({e.strerror}). Change --brand.") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise InputError(f"{shown(path)} is not TOML ({e}). docs/report.md shows a brand.") from e
    except ValidationError as e:
        first = e.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{shown(path)}: {where:.60}: {first['msg']:.120}. docs/report.md shows a brand.") from e
    return Brand(given.name, given.contact, given.footer, given.colour, given.second, logo)


def _logo(path: Path) -> str:
    with path.open("rb") as file:
        return data_uri("image/png", remade(file.read(MOST_BYTES + 1)))
