"""The JSON Schema of a move file, made from the very models that read it."""

from __future__ import annotations

import json
from math import isinf
from typing import Any

from smr_vision.moves import Move
from smr_vision.moves.measures import BODY_MEASURES, CONTACT_MEASURES, PASS_MEASURES, SIDED_MEASURES


def schema_text() -> str:
    """As JSON that an editor reads; the measures are listed, so that it can complete them."""
    schema = _finite(Move.model_json_schema())
    sided = [f"{role} {name}" for role in ("working", "other") for name in SIDED_MEASURES]
    names = sorted({*BODY_MEASURES, *CONTACT_MEASURES, *PASS_MEASURES, *sided})
    for model in schema["$defs"].values():
        measure = model.get("properties", {}).get("measure")
        if measure is not None:
            measure["enum"] = names
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "smr-vision move"}
    return json.dumps(schema, indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    """Without the infinite defaults, which JSON can't say: no bound is no key."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items() if not (isinstance(v, float) and isinf(v))}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return value
