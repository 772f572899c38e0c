"""Make docs/session.schema.json again: python -m scripts.schema."""

from __future__ import annotations

import json
from pathlib import Path

from smr_vision import Session

Path("docs/session.schema.json").write_text(
    json.dumps(Session.model_json_schema(by_alias=True), indent=1) + "\n", encoding="utf-8"
)
