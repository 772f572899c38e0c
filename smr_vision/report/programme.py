"""A home programme as a page to print: what to do, how, how often, with boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from smr_vision.report.html import Extras, page


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """One move of a programme. `amount` says how much, `pictures` where the tool belongs."""

    title: str
    side: str
    amount: str
    times_a_week: int
    tool: str
    steps: tuple[str, ...]
    mind: tuple[str, ...]
    pictures: tuple[Markup, ...]


def programme_page(
    name: str, items: Sequence[PrintedItem], *, since: str, said: str, weeks: int, extras: Extras
) -> str:
    """The page, for the screen and for paper; `said` are the trainer's words, `weeks` how many have boxes."""
    return page(
        "programme.html.j2",
        title="Home programme",
        name=name,
        since=since,
        said=said,
        items=items,
        weeks=weeks,
        clip=None,
        frames=(),
        extras=extras,
    )
