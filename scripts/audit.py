"""Known weaknesses in what is installed, by pip-audit: fails on any, and skips in one line where nobody can be asked.

python scripts/audit.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LIMIT_S = 50


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        command = ["-m", "pip_audit", "--local", "--skip-editable", "--progress-spinner", "off", "--timeout", "10"]
        try:
            subprocess.run(  # noqa: S603 - our own words
                [sys.executable, *command, "--format", "json", "--output", str(found)],
                capture_output=True, timeout=LIMIT_S, check=False,
            )  # fmt: skip
            packages = json.loads(found.read_text(encoding="utf-8"))["dependencies"]
        except (subprocess.TimeoutExpired, OSError, ValueError):  # it writes its list only when it got an answer
            packages = []
    lines, code = verdict(packages)
    sys.stdout.writelines(f"audit: {line}\n" for line in lines)
    return code


def verdict(packages: list[dict[str, Any]]) -> tuple[list[str], int]:
    """What to say of the packages looked up, and the exit code."""
    weak = [
        f"{package['name']} {package['version']}: {weakness['id']}, "
        f"mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]
    known = sum("skip_reason" not in package for package in packages)
    if weak:
        return weak, 1
    if not known:
        return ["skipped, the list of known weaknesses can't be reached from here."], 0
    rest = f" {len(packages) - known} more could not be looked up." if known < len(packages) else ""
    return [f"no known weakness, packages looked up: {known}.{rest}"], 0


if __name__ == "__main__":
    sys.exit(main())
