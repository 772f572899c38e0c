"""The entry that starts the desk without a terminal."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from smr_vision.desk.shortcut import make_shortcut
from smr_vision.errors import OutputError


def test_on_linux_in_the_menu_and_on_the_desktop(tmp_path: Path) -> None:
    (menu,) = make_shortcut(tmp_path, "linux")
    (tmp_path / "Desktop").mkdir()
    assert len(make_shortcut(tmp_path, "linux")) == 2
    lines = dict(line.split("=", 1) for line in menu.read_text().splitlines() if "=" in line)
    words = shlex.split(lines["Exec"])
    assert words[-1] == "desk"
    assert Path(words[0]).is_file()
    assert lines["Terminal"] == "false"
    assert os.access(menu, os.X_OK)


@pytest.mark.parametrize(("platform", "name"), [("darwin", "Roll now.command"), ("win32", "Roll now.bat")])
def test_elsewhere_on_the_desktop(tmp_path: Path, platform: str, name: str) -> None:
    (made,) = make_shortcut(tmp_path, platform)
    assert made == tmp_path / "Desktop" / name
    assert "desk" in made.read_text()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "Desktop").write_text("a file")
    with pytest.raises(OutputError):
        make_shortcut(tmp_path, "darwin")
