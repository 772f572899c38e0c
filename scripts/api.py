"""Make docs/api.md again, from the docstrings of what is public: python -m scripts.api."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import griffe
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


def page() -> str:
    """The page's text."""
    package = griffe.load("smr_vision", docstring_parser="numpy", resolve_aliases=True)
    parts = [render_object_docs(_final(package[name]), CONFIG) for name in sorted(smr_vision.__all__, key=str.lower)]
    text = HEAD + "\n".join(part.strip() + "\n" for part in parts)
    text = re.sub(r"\[([^\]]+)\]\(#[^)]*\)", r"\1", text)  # links to what has no place on this page
    text = re.sub(r"^### `smr_vision\.[\w.]*?(\w+\.\w+)`", r"### `\1`", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())) + "\n"


def _final(found: Any) -> Any:
    return found.final_target if found.is_alias else found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
