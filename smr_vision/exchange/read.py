"""Landmarks that another program wrote, read back by the ending of their file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from smr_vision.errors import InputError, UsageError, shown
from smr_vision.exchange.recording import LandmarkRecording
from smr_vision.exchange.table import parse_table
from smr_vision.exchange.trc import parse_trc
from smr_vision.pipeline.valid_input import called_rightly, demand_path

LARGEST_FILE: Final = 500_000_000  # bytes; an hour at 30 a second is a fifth of that


@called_rightly
def read_landmarks(path: str | Path) -> LandmarkRecording:
    """Landmarks from a TRC or CSV file, as `smr export` writes them.

    Of a TRC the picture is worked out: as seen by a camera far away, 300 pixels a metre.

    Parameters
    ----------
    path : str or Path
        A file whose name ends in `.trc` or `.csv`.

    Returns
    -------
    LandmarkRecording
        To be given to `Pipeline(move=...).run`.

    Raises
    ------
    InputError
        When the file can't be read or is not of that kind.

    Examples
    --------
    >>> import smr_vision as smr
    >>> landmarks = smr.read_landmarks("roll.csv")
    >>> landmarks.world.shape[1:]
    (33, 3)
    >>> sum(1 for _ in smr.Pipeline(move="thoracic").run(landmarks)) == len(landmarks)
    True
    """
    path = demand_path(path, "A file of landmarks")
    parse = {".trc": parse_trc, ".csv": parse_table}.get(path.suffix.lower())
    if parse is None:
        raise InputError(f"{shown(path)}: landmarks are read from .trc and .csv. Give one of these.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{shown(path)} is too large. Give landmarks of an hour or less.")
        return parse(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise InputError(f"{shown(path)}: can't be read ({e.strerror}). Check the name.") from e
    except UnicodeDecodeError as e:
        raise InputError(f"{shown(path)} is not text. Give a .trc or .csv with landmarks.") from e
    except (ValueError, KeyError, IndexError, csv.Error, UsageError) as e:
        told, where = str(e).rstrip("."), "See docs/export.md for what it holds; 'smr export' writes such files."
        raise InputError(f"{shown(path)}: {told}. {where}") from e
