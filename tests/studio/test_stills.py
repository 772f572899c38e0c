"""The random stills: bodies rest on their tools, and what is said to touch nothing touches nothing."""

from __future__ import annotations

import numpy as np
import pytest

from samples.studio import chance
from samples.studio.body import make_shape
from samples.studio.draw_posture import KINDS, Drawn, draw_posture, tool_kind
from samples.studio.figure import sink
from samples.studio.unrolled import touches_nothing


def drawn(kind: str, seed: int) -> Drawn:
    rng = np.random.default_rng(seed)
    shape = make_shape(chance.phenotype(rng))
    tool = chance.tool(rng, tool_kind(rng, kind), [])
    return draw_posture(rng, shape, tool, kind, "LR"[seed % 2])


def test_shares_of_the_kinds_add_up() -> None:
    assert sum(KINDS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(6))
def test_somebody_reclined_rests_on_the_tool_with_the_shoulders_above_the_hips(seed: int) -> None:
    posture = drawn("reclined", seed).posture
    assert posture.tool is not None
    assert posture.contact is not None
    assert abs(sink(posture.pose.skin(), posture.tool)) < 0.04
    assert posture.pose.mid_shoulder[2] > posture.pose.mid_hip[2]


@pytest.mark.parametrize("kind", ["none_mimic", "beside"])
@pytest.mark.parametrize("seed", range(6))
def test_a_tool_that_lies_near_touches_nothing(kind: str, seed: int) -> None:
    posture = drawn(kind, seed).posture
    assert posture.contact is None
    assert posture.tool is None or touches_nothing(posture.tool, posture.pose.skin())
