"""`smr moves check` on wrong files: one line with the key or line, and what is allowed there."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from smr_vision.cli.main import app
from smr_vision.moves import Move, load_moves, read_move
from smr_vision.moves import __file__ as moves_file

GOOD = (Path(moves_file).parent / "hamstrings.toml").read_text(encoding="utf-8")
HOLDS = 'measure = "working knee_angle", at_least = 150.0, slack = 4.0'

# What is wrong, what is replaced by what, and the parts of the one line.
WRONG = {
    "unknown measure": (
        HOLDS, 'measure = "smile"',
        ("checks.2.rules.1.bounds.1.measure (check 'long_leg')", "'smile'. All are in docs/moves.md#measures"),
    ),
    "side of a measure forgotten": (
        "working shank_tilt", "shank_tilt",
        ("posture.11", "unknown measure 'shank_tilt'. Did you mean", '"working shank_tilt"'),
    ),
    "range upside down": ("green = [0.15, 0.85]", "green = [0.85, 0.15]", ("zone.green", "smaller number first")),
    "bounds upside down": ("at_least = -40.0", "at_least = 40.0", ("posture.11", "40.0 is not below at_most -14.0")),
    "no bound at all": (HOLDS, 'measure = "working knee_angle"', ("bounds.1", "give at_least, at_most, or both")),
    "cue missing": ('cue = "Long leg"\n', "", ("checks.2.cue", "is missing")),
    "two checks of one name": ('id = "long_leg"', 'id = "slow"', ("two checks are called 'slow'",)),
    "not TOML": ('title = "Long leg"', "title = Long leg", ("is not TOML", "line ")),
    "unknown key": ('title = "Long leg"', 'titel = "Long leg"\ntitle = "Long leg"', ("checks.2.titel", "is not a key")),
    "bad severity": ('severity = "tempo"', 'severity = "fatal"', ("checks.3.severity", "'safety', 'form' or 'tempo'")),
    "a check that is not there": ('load = ["hips_lifted"]', 'load = ["hips_up"]', ("'hips_up'", "long_leg, slow")),
    "number as words": ("least = 0.28", 'least = "a lot"', ("passes.least", "number")),
    "wrong kind of value": ("sided = true", "sided = 3.7", ("sided", "boolean")),
    "no sides but a working one": ("sided = true", "sided = false", ("'working knee_angle' needs `sided = true`",)),
    "a net of another segment": (
        'kind = "between"', 'kind = "between"\nsway = "seat"', ('`sway = "seat"` needs `kind = "floor"`',),
    ),
    "id with a space": ('id = "hamstrings"', 'id = "back of thigh"', ("id: has to begin with a small", "digits and _")),
    "waits too long": ("persist_s = 0.9", "persist_s = 60.0", ("checks.2.persist_s", "less than or equal to 1.5")),
    "no steps": (GOOD[GOOD.index("steps = [") : GOOD.index("\n]\n") + 3], "steps = []\n", ("steps", "at least 1")),
    "an excuse for a pass": (
        'when = "pass"', f'when = "pass"\nunless = [{{ {HOLDS} }}]', ("rules.1", "`unless` and `only_when` need"),
    ),
    "number as text": (HOLDS, HOLDS.replace("150.0", '"150"'), ("bounds.1.at_least (check 'long_leg')", "number")),
    "yes as text": ("sided = true", 'sided = "true"', ("sided", "boolean")),
    "a pass's measure at every moment": (HOLDS, 'measure = "pass_s", at_least = 1.0', ("rules.1", "once a pass")),
    "the contact as posture": ('measure = "hip_height"', 'measure = "contact"', ("'contact' is known in checks",)),
    "infinite": ("assumed = 0.5", "assumed = inf", ("zone.assumed", "finite")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_file_is_one_line_that_helps(tmp_path: Path, name: str) -> None:
    old, new, parts = WRONG[name]
    assert old in GOOD
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    line = the_line(path)
    for part in parts:
        assert part in line


def the_line(path: Path) -> str:
    result = CliRunner().invoke(app, ["moves", "check", str(path)])
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"smr: {path}: ")
    return line


def test_empty_posture(tmp_path: Path) -> None:
    start, end = GOOD.index("[[posture]]"), GOOD.index("[[checks]]")
    path = tmp_path / "own.toml"
    path.write_text("posture = []\n" + GOOD[:start] + GOOD[end:], encoding="utf-8")
    line = the_line(path)
    assert "posture" in line
    assert "at least 2" in line


def test_not_even_text(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"\x00\xff\xfe" * 50)
    assert "not text" in the_line(path)


def test_missing_file_and_folder_instead_of_file(tmp_path: Path) -> None:
    assert "gone.toml" in the_line(tmp_path / "gone.toml")
    assert str(tmp_path) in the_line(tmp_path)


def test_a_move_of_ones_own_is_checked_shown_and_used(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace('id = "hamstrings"', 'id = "back_of_thigh"'), encoding="utf-8")
    checked = CliRunner().invoke(app, ["moves", "check", str(path)])
    assert (checked.exit_code, "fine" in checked.stdout) == (0, True)
    shown = CliRunner().invoke(app, ["moves", "show", "back_of_thigh", "--moves", str(tmp_path)])
    assert "Hamstrings roll" in shown.stdout
    assert load_moves(tmp_path)["back_of_thigh"] == read_move(path)


def test_an_id_may_be_taken_only_once(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD, encoding="utf-8")
    result = CliRunner().invoke(app, ["moves", "list", "--moves", str(tmp_path)])
    assert result.exit_code == 2
    assert "'hamstrings' is taken" in result.stderr


def test_all_moves_that_come_along_are_right() -> None:
    folder = Path(moves_file).parent
    moves = load_moves()
    assert {"thoracic", "pectoral", "calf", "glute", "quadriceps", "hamstrings", "peroneals", "lats"} <= set(moves)
    for path in folder.glob("*.toml"):
        move = read_move(path)
        assert move.id == path.stem
        inside(move)


def inside(move: Move) -> None:
    zone = move.zone
    assert zone.amber[0] <= zone.green[0] < zone.assumed < zone.green[1] <= zone.amber[1]
    assert move.passes.least < zone.green[1] - zone.green[0], "a pass fits into the zone"
    assert any(check.id == "slow" for check in move.checks)
    assert 30 <= move.dose.default_s <= 60


def test_a_copy_needs_an_id_of_its_own(tmp_path: Path) -> None:
    """As `smr analyse --moves` does."""
    path, other = tmp_path / "own.toml", tmp_path / "other.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert "'hamstrings' is taken by another move. Choose another id." in the_line(path)
    for file in (path, other):
        file.write_text(GOOD.replace('id = "hamstrings"', 'id = "own"', 1), encoding="utf-8")
    alone = CliRunner().invoke(app, ["moves", "check", str(path), str(path)])
    both = CliRunner().invoke(app, ["moves", "check", str(path), str(other)])
    assert (alone.exit_code, both.exit_code) == (0, 2)
    assert "other.toml: id: 'own' is taken" in both.stderr


def test_a_move_that_comes_along_has_its_own_id() -> None:
    file = Path(moves_file).parent / "hamstrings.toml"
    assert CliRunner().invoke(app, ["moves", "check", str(file)]).exit_code == 0
