"""A move as people see it: in the terminal, as a drawing, and as a schema for editors."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from smr_vision.cli.main import app
from smr_vision.moves import load_moves
from smr_vision.moves.read import schema_text
from smr_vision.moves.zone_picture import as_svg, as_text, strokes_of

MOVES = load_moves()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["moves", *arguments], env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_list_names_them_all() -> None:
    text = run("list")
    assert all(re.search(rf"^{name}\b", text, re.MULTILINE) for name in MOVES)


@pytest.mark.parametrize("name", MOVES)
def test_show_says_everything_and_paints_the_zone(name: str) -> None:
    move = MOVES[name]
    text = run("show", name)
    words = " ".join(line[30:] for line in text.splitlines())
    words = re.sub(r"\s+", " ", words)
    for wanted in (move.title, move.muscles, *move.steps, *(c.target for c in move.checks), move.camera):
        assert wanted in words
    assert "█" in text
    assert "roll here" in text
    assert max(map(len, text.splitlines())) <= 80


def green(name: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the letters of the green zone, as shares of the figure."""
    lines = str(as_text(MOVES[name])).splitlines()
    cells = [(x / 27, y / 28) for y, line in enumerate(lines) for x, c in enumerate(line) if c == "█"]
    xs, ys = [x for x, _ in cells], [y for _, y in cells]
    return min(xs), min(ys), max(xs), max(ys)


def test_zones_lie_where_the_muscles_are() -> None:
    assert 0.1 < green("thoracic")[1] < green("thoracic")[3] < 0.36, "upper back"
    assert 0.70 < green("calf")[1] < green("calf")[3] < 0.95, "lower leg"
    assert 0.48 < green("hamstrings")[1] < green("hamstrings")[3] < 0.73, "thigh"
    assert 0.4 < green("glute")[1] < green("glute")[3] < 0.6, "buttock"
    # The left side: on the left of the picture from behind, on its right from the front.
    assert green("calf")[2] < 0.5 < green("pectoral")[0]
    assert green("pectoral")[3] < 0.3, "chest"


@pytest.mark.parametrize("name", MOVES)
def test_svg_is_a_drawing_with_a_title(tmp_path: Path, name: str) -> None:
    path = tmp_path / "zone.svg"
    run("show", name, "--svg", str(path))
    text = path.read_text(encoding="utf-8")
    assert text == as_svg(MOVES[name])
    root = ET.fromstring(text)
    space = {"s": "http://www.w3.org/2000/svg"}
    assert MOVES[name].title in (root.findtext("s:title", namespaces=space) or "")
    assert len(root.findall("s:line", space)) == len(strokes_of(MOVES[name]))


def test_svg_where_it_cannot_be_written() -> None:
    result = CliRunner().invoke(app, ["moves", "show", "calf", "--svg", "/no/such/folder/zone.svg"])
    assert result.exit_code == 2
    assert result.stderr.startswith("smr: /no/such/folder/zone.svg can't be written")


def test_unknown_move_lists_those_there_are() -> None:
    result = CliRunner().invoke(app, ["moves", "show", "squat"])
    assert result.exit_code == 2
    assert all(name in result.stderr for name in MOVES)


def test_schema_is_json_that_knows_the_measures() -> None:
    schema: dict[str, Any] = json.loads(schema_text())
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert set(schema["required"]) >= {"id", "title", "segment", "zone", "posture", "checks", "steps"}
    measures = schema["$defs"]["Bound"]["properties"]["measure"]["enum"]
    used = {b.measure for move in MOVES.values() for b in move.posture}
    assert used <= set(measures)
    assert "Infinity" not in schema_text()
