"""What a move is lives in data: no module knows a move by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import smr_vision
from smr_vision.moves import load_moves

PACKAGE = Path(smr_vision.__file__).parent
NAMES = re.compile(rf"(?<![a-z])({'|'.join(load_moves())}|pec|glutes|hamstring|quads)(?![a-z])", re.IGNORECASE)


def names_in(tree: ast.AST) -> Iterator[str]:
    """Identifiers, and strings that could name something: docstrings and prose steer nothing."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if " " not in text.strip():
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_module_knows_a_move_by_name(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [name for name in names_in(tree) if NAMES.search(name)] == []


@pytest.mark.parametrize(
    "code", ['if move.id == "calf": pass', "glute_roll = 1", "def coach_thoracic(): pass", "f(pec=1)"]
)
def test_the_rule_would_notice(code: str) -> None:
    assert [name for name in names_in(ast.parse(code)) if NAMES.search(name)]
