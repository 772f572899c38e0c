"""Which segments of a rendered picture the finder is shown, and what it is told of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from training.crops import looks


def truth(segment: str, contact: float | None, kind: str = "thoracic") -> dict[str, Any]:
    touching = contact is not None
    return {"segment": segment, "contact": contact, "touching": touching, "side": "L", "move": "x", "kind": kind}


def names(of: dict[str, Any], touching: bool) -> set[str]:
    random = np.random.default_rng(0)
    return {name for _ in range(200) for name, _, touches in looks(of, random) if touches == touching}


@pytest.mark.parametrize("segment", ["trunk", "shank", "pelvis", "chest"])
def test_the_segment_on_the_tool_is_always_looked_at_and_others_now_and_then(segment: str) -> None:
    assert names(truth(segment, 0.3), touching=True) == {segment}
    assert segment not in names(truth(segment, 0.3), touching=False)
    assert names(truth(segment, 0.3), touching=False)


def test_low_on_the_trunk_the_pelvis_is_not_called_free() -> None:
    """There the tool lies under both."""
    assert "pelvis" in names(truth("trunk", 0.3), touching=False)
    assert "pelvis" not in names(truth("trunk", 0.9), touching=False)


def test_pictures_that_only_look_like_rolling_are_looked_at_where_rolling_would_be() -> None:
    assert names(truth("none", None, "none_mimic"), touching=False) == {"trunk", "shank", "pelvis"}
    assert not names(truth("none", None, "none_mimic"), touching=True)
