"""Where along the segment the contact was, for how long."""

from __future__ import annotations

from dataclasses import dataclass

from smr_vision.report.cards import MoveCard, ZoneColour
from smr_vision.session.series import Series

COVERAGE_BINS = 28


@dataclass(frozen=True, slots=True)
class Bin:
    """Seconds the contact spent in one stretch of the segment."""

    low: float
    high: float
    seconds: float
    zone: ZoneColour | None


def coverage_of(series: Series, card: MoveCard) -> tuple[Bin, ...]:
    """Seconds spent along the segment; empty when the contact was never measured."""
    spent = [(c, dt) for c, dt in zip(series.contact, series.steps(), strict=True) if c is not None]
    if not spent:
        return ()
    low, high = segment_range(series, card)
    width = (high - low) / COVERAGE_BINS
    seconds = [0.0] * COVERAGE_BINS
    for contact, dt in spent:
        place = int((contact - low) / width)
        seconds[min(max(place, 0), COVERAGE_BINS - 1)] += dt
    return tuple(
        Bin(low + i * width, low + (i + 1) * width, s, card.zone(low + (i + 0.5) * width))
        for i, s in enumerate(seconds)
    )


def segment_range(series: Series, card: MoveCard) -> tuple[float, float]:
    """The stretch of the segment to draw: the move's zones with a margin, and wherever the tool went."""
    seen = [c for c in series.contact if c is not None]
    marks = [*(card.green or ()), *(card.amber or ())]
    low, high = min([*marks, *seen], default=0.0), max([*marks, *seen], default=1.0)
    margin = max(0.1 * (high - low), 0.05)
    # A wild outlier must not squeeze the rest into a line.
    return max(low - margin, -1.5), min(high + margin, 2.5)
