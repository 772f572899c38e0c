"""The trainer's notes: Markdown as page, with nothing in it that could run or lead outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from smr_vision.report.words import clock

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["html_inline", "html_block", "image", "link", "autolink", "reference"]
)


@dataclass(frozen=True, slots=True)
class Note:
    """Words of the trainer's at a session (`t_s` None) or at a moment of it."""

    id: str
    session_id: str
    t_s: float | None
    words: str
    changed_at: str


def as_page(words: str) -> Markup:
    """Emphasis, lists, headings and the like; anything else is shown as it was typed."""
    return Markup(_MARKDOWN.render(words))  # noqa: S704 - the renderer escapes, and knows no HTML, links or pictures


def for_report(notes: Sequence[Note]) -> Markup | None:
    """All notes of a session for its report; None without any."""
    if not notes:
        return None
    parts = [
        as_page(n.words) if n.t_s is None else Markup("<b>{}</b> {}").format(clock(n.t_s), as_page(n.words))
        for n in notes
    ]
    return Markup("\n").join(escape(part) for part in parts)
