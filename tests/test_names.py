"""One word, one meaning: no two classes share a name, no method is called `update`, no code stands in an `__init__`."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "smr_vision"
TREES = {path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
MOST_IMPORTS = 110  # from one room to another
LOOSE = {"__init__.py", "errors.py"}


def test_no_two_classes_share_a_name() -> None:
    homes = defaultdict(list)
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(str(path))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_a_method_says_what_it_does() -> None:
    found = [
        f"{path}: {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "update"
    ]
    assert found == []


def test_no_code_in_an_init_but_that_which_exports() -> None:
    for path, tree in TREES.items():
        if path.name == "__init__.py" and len(path.parts) > 1:
            kinds = {type(node) for node in tree.body}
            assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign}, path


def test_no_module_is_loose_and_the_rooms_can_be_counted() -> None:
    assert {path.name for path in TREES if len(path.parts) == 1} == LOOSE
    assert len({path.parts[0] for path in TREES if len(path.parts) > 1}) <= 22


def test_rooms_know_few_others() -> None:
    rooms = {path.parts[0] for path in TREES if len(path.parts) > 1}  # a module at the root is none
    edges = set()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("smr_vision."):
                edges.add((path.parts[0], (node.module or "").split(".")[1]))
    between = {(one, other) for one, other in edges if {one, other} <= rooms and one != other}
    assert len(between) <= MOST_IMPORTS
