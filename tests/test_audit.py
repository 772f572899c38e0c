"""What `make audit` makes of pip-audit's answer."""

import runpy
from pathlib import Path
from typing import Any

import pytest

verdict = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "audit.py"))["verdict"]
GOOD = {"name": "numpy", "version": "2.4.0", "vulns": []}
UNKNOWN = {"name": "av", "skip_reason": "Dependency not found"}
WEAK = {"name": "jinja2", "version": "3.1.2", "vulns": [{"id": "CVE-2024-22195", "fix_versions": ["3.1.3"]}]}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([GOOD, GOOD], 0, "no known weakness, packages looked up: 2."),
        ([GOOD, UNKNOWN], 0, "no known weakness, packages looked up: 1. 1 more could not be looked up."),
        ([UNKNOWN, UNKNOWN], 0, "skipped, the list of known weaknesses can't be reached from here."),
        ([], 0, "skipped, the list of known weaknesses can't be reached from here."),
        ([GOOD, WEAK, UNKNOWN], 1, "jinja2 3.1.2: CVE-2024-22195, mended in 3.1.3"),
    ],
)
def test_a_weakness_fails_and_silence_skips(packages: list[dict[str, Any]], code: int, said: str) -> None:
    assert verdict(packages) == ([said], code)
