"""An entry on the desktop that starts the desk without a terminal.

Tried on Linux. The files for macOS and Windows are written as their makers describe them, and untried.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

from smr_vision.errors import cannot_write

UNTRIED: Final = "Written, but not tried on this system. Tell us whether it works."
_LINUX: Final = """[Desktop Entry]
Type=Application
Name=Roll now
Comment=The foam rolling coach, in your browser
Exec={command}
Terminal=false
Categories=Sports;
"""
_MAC: Final = "#!/bin/sh\nexec {command}\n"
_WINDOWS: Final = '@echo off\r\nstart "" /min {command}\r\n'


def make_shortcut(home: Path, platform: str = sys.platform) -> list[Path]:
    """Write the entry for this system; where it lies. OutputError where that can't be."""
    program = shutil.which("smr")
    words = [program, "desk"] if program is not None else [sys.executable, "-m", "smr_vision.cli", "desk"]
    if platform == "win32":
        command = " ".join(f'"{word}"' for word in words)
        return [_written(home / "Desktop" / "Roll now.bat", _WINDOWS.format(command=command))]
    if platform == "darwin":
        return [_written(home / "Desktop" / "Roll now.command", _MAC.format(command=shlex.join(words)))]
    # `%` begins a code of the desktop's own.
    text = _LINUX.format(command=" ".join(_quoted(word) for word in words))
    made = [_written(home / ".local" / "share" / "applications" / "smr-roll-now.desktop", text)]
    if (home / "Desktop").is_dir():
        made.append(_written(home / "Desktop" / "smr-roll-now.desktop", text))
    return made


def _quoted(word: str) -> str:
    for letter in '\\"`$':
        word = word.replace(letter, f"\\{letter}")
    return '"' + word.replace("%", "%%") + '"'


def _written(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        path.chmod(0o755)
    except OSError as error:
        raise cannot_write(path, error) from error
    return path
