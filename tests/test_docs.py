"""What the documents say is what the program does."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from smr_vision.cli.main import app
from smr_vision.moves import load_moves
from smr_vision.moves.measures import BODY_MEASURES, CONTACT_MEASURES, PASS_MEASURES, SIDED_MEASURES
from tests.breakages import BREAKAGES

ROOT = Path(__file__).parent.parent
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]}
COMMANDS = getattr(get_command(app), "commands")  # noqa: B009 - a group, whatever its class is called


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(name: str) -> None:
    folder = ROOT if (ROOT / name).exists() else ROOT / "docs"
    targets = {t.partition("#")[0] for t in re.findall(r"\]\(([^)]+)\)", TEXTS[name]) if "://" not in t}
    assert [t for t in targets if t and not (folder / t).exists()] == []


@pytest.mark.parametrize("name", TEXTS)
def test_commands_and_their_options_exist(name: str) -> None:
    for line in re.findall(r"^ {4}(?:\$ )?smr (.*)", TEXTS[name], re.MULTILINE):
        words = re.split(r"  +|\s\|", line)[0].split()
        if not words or words[0] in {"COMMAND", "is"}:
            continue
        command = COMMANDS[words[0]]
        if words[0] == "moves":
            command = command.commands[words[1]]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_tests_that_are_named_are_there() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    there = set(re.findall(r"def (test_\w+)", written))
    assert {name for text in TEXTS.values() for name in re.findall(r"`(test_\w+)`", text)} - there == set()


def test_every_breakage_still_finds_what_it_breaks() -> None:
    # Breaking all of them takes minutes (`tests.mutants`); one whose code has moved breaks nothing.
    texts = {b.file: (ROOT / "smr_vision" / b.file).read_text(encoding="utf-8") for b in BREAKAGES}
    assert not [(b.line, b.what) for b in BREAKAGES if texts[b.file].count(b.was) != 1]


def test_the_contract_has_every_move_and_check() -> None:
    for move in load_moves().values():
        (row,) = re.findall(rf"^\| `{move.id}` \|.*", TEXTS["contract.md"], re.MULTILINE)
        lacking = [check.id for check in move.checks if f"`{check.id}`" not in row]
        assert lacking == [], f"name them in the row of {move.id} in docs/contract.md"
        low, high = move.zone.green
        assert f"{low:.2f} to {high:.2f}" in row
        assert row.split("|")[-2].strip() == f"{move.passes.least:.2f}"


def test_every_measure_is_explained() -> None:
    table = TEXTS["moves.md"].partition("## Measures")[2].partition("## Try it")[0]
    named = {word.removeprefix("working ") for word in re.findall(r"`([a-z_ ]+)`", table)}
    lacking = {*BODY_MEASURES, *SIDED_MEASURES, *CONTACT_MEASURES, *PASS_MEASURES} - named
    assert lacking == set(), "explain them in the table of docs/moves.md"


def test_the_example_of_a_move_is_the_move() -> None:
    file = (ROOT / "smr_vision" / "moves" / "hamstrings.toml").read_text(encoding="utf-8")
    flat = re.sub(r"\s*#.*|\s+$", "", file, flags=re.MULTILINE).splitlines()
    for block in re.findall(r"```toml\n(.*?)```", TEXTS["moves.md"], re.DOTALL):
        lines = re.sub(r"\s*#.*|\s+$", "", block, flags=re.MULTILINE).splitlines()
        for line in lines:
            if not line.startswith(("steps", "purpose")) and line not in {'seen_from = "back"', ""}:
                assert line in flat


def test_no_registry_no_machine() -> None:
    for name, text in TEXTS.items():
        assert not re.search(r"/(home|root|work|tmp)/|pypi-|localhost", text), name
