"""The whole river on real clips with the real models, against their exact truth: a fast subset.

All clips and their degraded copies are measured by `make accuracy`; the figures stand in docs/accuracy.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples" / "videos"

pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.accuracy]


@pytest.fixture(autouse=True)
def _benchmarks() -> Iterator[None]:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield
    sys.path.remove(str(ROOT / "benchmarks"))


def _measure(clip: str) -> object:
    import argparse

    from accuracy import measure

    from smr_vision.moves import load_moves

    options = argparse.Namespace(named=False, rule_only=False, model="heavy", keep=None, sessions=None)
    return measure(SAMPLES / f"{clip}.mp4", "clean", options, load_moves())


@pytest.mark.parametrize("clip", ["thoracic_good", "thoracic_faults"])
def test_a_sample_clip_is_measured_right(clip: str) -> None:
    found = _measure(clip)
    assert found.recognised, [(s.move.id, s.side) for s in found.sets]
    assert found.passes_exact, (found.passes, found.truth.pass_count)
    assert found.target_error <= 1.5
    assert found.contact_median <= 0.05
    assert found.seen_share >= 0.85
    assert not found.faults.missed
    assert not found.faults.false
