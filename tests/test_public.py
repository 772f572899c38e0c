"""What is public says what it is: docstrings, the page made of them, the words in the glossary."""

from __future__ import annotations

import dataclasses
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import smr_vision as smr
from scripts.api import fields_of, page, reached

ROOT = Path(__file__).parents[1]
CALLED = [name for name in smr.__all__ if inspect.isfunction(getattr(smr, name))]
CLASSES = [name for name in smr.__all__ if inspect.isclass(getattr(smr, name))]
OWN = [name for name in CLASSES if not issubclass(getattr(smr, name), Exception)]


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """What a class of ours shows, by itself."""
    for name, value in vars(kind).items():
        shown = inspect.isfunction(value) or isinstance(value, property | staticmethod | classmethod)
        if shown and not name.startswith("_") and not name.startswith("model_"):
            yield name, value


@pytest.mark.parametrize("name", CALLED)
def test_a_function_tells_parameters_returns_and_errors(name: str) -> None:
    function = getattr(smr, name)
    told = inspect.getdoc(function) or ""
    for head in ("Parameters", "Returns", "Raises"):
        assert re.search(rf"^{head}\n-+$", told, re.MULTILINE), head
    parameters = told.split("Parameters\n")[1].split("\nReturns\n")[0]
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"^([\w\s]+, )*{parameter}(,\s+\w+)* :", parameters, re.MULTILINE), parameter


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_and_all_it_shows_has_a_docstring(name: str) -> None:
    kind = getattr(smr, name)
    assert kind.__doc__
    assert [member for member, value in members(kind) if not inspect.getdoc(value)] == []


@pytest.mark.parametrize("name", [n for n in OWN if dataclasses.is_dataclass(getattr(smr, n))])
def test_a_dataclass_tells_each_of_its_fields(name: str) -> None:
    kind = getattr(smr, name)
    told = inspect.getdoc(kind) or ""
    lacking = [
        f.name for f in dataclasses.fields(kind) if not re.search(rf"^(\w+, )*{f.name}(, \w+)* :", told, re.MULTILINE)
    ]
    assert lacking == []


@pytest.mark.parametrize(("name", "kind"), reached().items())
def test_a_class_that_is_reached_tells_each_of_its_fields_and_what_it_shows(name: str, kind: type) -> None:
    told = inspect.getdoc(kind) or ""
    assert kind.__doc__, f"{name} has no docstring"
    assert [member for member, value in members(kind) if not inspect.getdoc(value)] == []
    if kind.__module__ in ("smr_vision.moves.rules", "smr_vision.moves.schema"):
        told += (ROOT / "docs/moves.md").read_text(encoding="utf-8")
    assert [field for field in fields_of(kind) if not re.search(rf"\b{field}\b", told)] == []


def test_what_is_reached_goes_down_to_the_smallest_part() -> None:
    assert {
        "Set",
        "Pass",
        "ZoneTime",
        "Verdict",
        "Guess",
        "Candidate",
        "SegmentAxis",
        "ToolDetector",
    } <= reached().keys()


def test_docstrings_are_checked_by_rule_where_what_is_public_is_defined() -> None:
    ignored = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    (checked,) = [key for key, rules in ignored["per-file-ignores"].items() if key.startswith("!") and rules == ["D"]]
    named = {f"smr_vision.{name}".replace("/", ".") for name in re.split(r"[{},]", checked)[1:-1]}
    defined = {module for name in smr.__all__ if (module := getattr(getattr(smr, name), "__module__", None))}
    assert named == {*defined, "smr_vision.__init__"}


def test_the_page_of_the_api_is_fresh() -> None:
    assert (ROOT / "docs/api.md").read_text(encoding="utf-8") == page(), "make it again: python -m scripts.api"


def test_no_example_takes_for_granted_what_may_be_none() -> None:
    """After the set, and before it, there is no feedback, and a picture may be empty."""
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\.(?:axis|body|contact|feedback|guess)\.\w+", text) == []


def test_the_page_of_the_api_names_each_landmark() -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert [name for name, index in smr.LANDMARKS.items() if f"'{name}': {index}" not in text] == []


def test_each_term_stands_once_in_the_glossary() -> None:
    lines = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    terms = [t.strip() for line in lines if line.startswith("| ") for t in line.split("|")[1].split(",")][1:]
    assert len(terms) == len(set(terms)) >= 40
