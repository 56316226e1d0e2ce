"""The index: one formula for all three questions."""

from __future__ import annotations


def index(positive: float, negative: float, zero: float) -> float | None:
    """(P - N) / (P + N + Z), in [-1, +1]; None when nothing was counted (never 0).

    Counts may be fractional (sums of probabilities) but not negative: raises ValueError.
    """
    if min(positive, negative, zero) < 0:
        raise ValueError("counts of an index cannot be negative")
    total = positive + negative + zero
    return None if total == 0 else (positive - negative) / total
