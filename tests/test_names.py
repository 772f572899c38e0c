"""One word, one meaning: no two classes share a name, no method is called `update`, no code stands in an `__init__`.
And files that can be read at one sitting, and are worth a name."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "smr_vision"
TREES = {path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
ROOT = PACKAGE.parent
MOST_IMPORTS = 110  # from one room to another
MOST_LINES, LEAST_LINES = 300, 40  # of a file
LOOSE = {"__init__.py", "errors.py"}
OTHERS = ("benchmarks", "samples", "scripts", "training")


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


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


def test_no_file_is_too_long_to_read() -> None:
    files = [path for room in (PACKAGE, *(ROOT / name for name in OTHERS)) for path in room.rglob("*.py")]
    assert [str(path) for path in files if lines_of(path) > MOST_LINES] == []


def test_no_file_is_too_short_to_have_a_name() -> None:
    """But for what exports, begins, or is data: figures and words, nothing that runs."""
    short = [path for path in TREES if lines_of(PACKAGE / path) < LEAST_LINES and not path.name.startswith("__")]
    runs = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If)
    assert [str(path) for path in short if any(isinstance(node, runs) for node in TREES[path].body)] == []
