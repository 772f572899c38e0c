"""These tests need the studio extra (`pip install .[studio]`) and run by `make test-studio`, not in the default run."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
