"""Make docs/api.md again, from the docstrings of what is public: python -m scripts.api."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import griffe
import numpy as np
import pandas
from griffe2md import render_object_docs

import smr_vision

PAGE: Final = Path(__file__).parents[1] / "docs" / "api.md"
CONFIG: Final[dict[str, Any]] = {
    "docstring_style": "numpy", "heading_level": 2, "show_root_full_path": False, "show_object_full_path": False,
    "show_bases": False, "show_if_no_docstring": False, "filters": ["!^_", "^__init__$"], "line_length": 100,
    "show_signature_annotations": True, "docstring_section_style": "list",
}  # fmt: skip
HEAD: Final = """# What programs can use

Made from the docstrings by `python -m scripts.api`; nothing else is public. Times are seconds from the first picture,
places pixels of the upright picture (x right, y down), world landmarks metres, origin between the hips (x right,
y down, z away from the camera).

"""


REACHED: Final = """## What these hold

What is reached from the above: `session.sets[0].passes[0]` is a `Pass`. Parts of a move: [moves.md](moves.md).

"""
_KNOWN: Final = {"Frame": smr_vision.Frame, "pandas": pandas, "np": np}  # imported for types alone where they are named


def fields_of(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, a named tuple or a kept record, without those that are nobody's business."""
    if dataclasses.is_dataclass(kind):
        return tuple(f.name for f in dataclasses.fields(kind) if not f.name.startswith("_"))
    return tuple(getattr(kind, "model_fields", getattr(kind, "_fields", ())))


def reached() -> dict[str, type]:
    """Classes of ours that somebody meets who uses what is public: types of fields, parameters and results."""
    found: dict[type, None] = {}
    waiting: list[Any] = [getattr(smr_vision, name) for name in smr_vision.__all__]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and one.__module__.startswith("smr_vision.") and one not in found:
            found[one] = None
            waiting += _met(one)
        elif inspect.isfunction(one):
            waiting += _types_of(one)
    public = {getattr(smr_vision, name) for name in smr_vision.__all__ if name != "LANDMARKS"}
    return {kind.__name__: kind for kind in sorted(found.keys() - public, key=lambda kind: kind.__name__)}


def _met(kind: type) -> Iterator[type]:
    hints = get_type_hints(kind, localns=_KNOWN)
    for name in fields_of(kind):
        yield from _parts(hints[name])
    for name, value in vars(kind).items():
        called = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isfunction(called):
            yield from _types_of(called)


def _types_of(function: Any) -> Iterator[type]:
    for hint in get_type_hints(inspect.unwrap(function), localns=_KNOWN).values():
        yield from _parts(hint)


def _parts(hint: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for one in (get_origin(hint), *get_args(hint)):
        if one is not None and not isinstance(one, str) and one is not hint:
            yield from _parts(one)


def page() -> str:
    """The page's text."""
    package = griffe.load("smr_vision", docstring_parser="numpy", resolve_aliases=True)
    parts = [_told(package[name]) for name in sorted(smr_vision.__all__, key=str.lower)]
    parts.append(REACHED)
    parts += [
        _told(package[f"{kind.__module__}.{name}".removeprefix("smr_vision.")])
        for name, kind in reached().items()
        if kind.__module__ not in ("smr_vision.moves.rules", "smr_vision.moves.schema")
    ]
    text = HEAD + "\n".join(part.strip() + "\n" for part in parts)
    text = re.sub(r"\[([^\]]+)\]\(#[^)]*\)", r"\1", text)  # links to what has no place on this page
    text = re.sub(r"^### `smr_vision\.[\w.]*?(\w+\.\w+)`", r"### `\1`", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())) + "\n"


def _told(found: Any) -> str:
    return render_object_docs(found.final_target if found.is_alias else found, CONFIG)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
