"""Whose clip it is and when it was filmed, as far as its name and folders tell. A guess is shown as one, and can be
changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
LEAST_LETTERS: Final = 3  # of a name that is looked for: shorter ones are words of other meaning too often
IN_UTC: Final = "PXL_"  # what Pixel phones name is in UTC, what others name is the time on the spot
_WORD: Final = re.compile(r"[^\W\d_]+")
# 20261120, 2026-11-20, 2026_11_20; with the time behind it: 181502, 18-15-02, 18.15, 181502123 with milliseconds
_DAY: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_. ]?([01]\d)[-_. ]?([0-3]\d)"
    r"(?:[-_. T]+(?:at )?([0-2]\d)[-_.: h]?([0-5]\d)(?:[-_.: m]?([0-5]\d)(?:\d{3})?)?)?(?!\d)"
)


def person_in(path: str, names: Iterable[str]) -> str | None:
    """The one known person whose name stands in a clip's name or folders: all of it, else the first of its words where
    only one has that; None where none or several could be meant."""
    parts = [_words(part) for part in path.replace("\\", "/").split("/")]
    known = [(name, _words(name)) for name in names]
    whole = {name: len(words) for name, words in known if _long(words) and any(_holds(part, words) for part in parts)}
    if whole:
        longest = [name for name, length in whole.items() if length == max(whole.values())]
        return longest[0] if len(longest) == 1 else None
    first = [name for name, words in known if _long(words[:1]) and any(words[0] in part for part in parts)]
    return first[0] if len(first) == 1 else None


def filmed_at(name: str, now: datetime) -> datetime | None:
    """The moment in a file's name, by this machine's clock; noon where it names the day alone."""
    zone = UTC if name.startswith(IN_UTC) else None
    for found in _DAY.finditer(name):
        year, month, day, *time = (int(part) if part else None for part in found.groups())
        hour, minute, second = (12, 0, 0) if time[0] is None else (time[0], time[1] or 0, time[2] or 0)
        with suppress(ValueError):  # a number that is no day
            when = datetime(year or 0, month or 0, day or 0, hour, minute, second, tzinfo=zone).astimezone()
            if EARLIEST < when <= now + timedelta(hours=12):  # noon of today, said in the morning
                return min(when, now)
    return None


def changed_at(mark: str, now: datetime) -> datetime | None:
    """When a file was changed last, which a browser tells in milliseconds since 1970."""
    if not (mark.isascii() and mark.isdigit() and len(mark) <= 14):
        return None
    with suppress(ValueError, OverflowError, OSError):
        when = datetime.fromtimestamp(int(mark) / 1000, UTC)
        return when if EARLIEST < when <= now else None
    return None


def _words(text: str) -> list[str]:
    """The words of a text without accents and capitals: `Ana Kovač` and `ana_kovac` are alike."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())


def _long(words: list[str]) -> bool:
    return sum(map(len, words)) >= LEAST_LETTERS


def _holds(words: list[str], wanted: list[str]) -> bool:
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1))
