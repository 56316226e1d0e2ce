"""Intervals by resampling reviews: what stays together when people are asked anew.

The answers about one review depend on each other, so whole reviews are drawn, never single answers
(the cluster bootstrap). Reviews that contribute the same are one pattern with a count; drawing n
reviews with replacement is one multinomial draw over the patterns, however many reviews there are.
The ends are those of Efron's bias-corrected and accelerated interval (BCa): B. Efron (1987), Better
Bootstrap Confidence Intervals, JASA 82, 171-185; T. J. DiCiccio and B. Efron (1996), Bootstrap
Confidence Intervals, Statistical Science 11, 189-228.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Statistic = Callable[[Floats], Floats]
"""From sums [B, d] over reviews to values [B]; NaN where the value is not defined."""

RUNS = 2000
LEVEL = 0.95
_SEED = 20_240_611  # the same answers give the same interval, on every look
_NORMAL = NormalDist()


def patterns(rows: Floats) -> tuple[Floats, Ints]:
    """The different rows of [n, d], and how often each occurs."""
    found, counts = np.unique(rows, axis=0, return_counts=True)
    return found, counts.astype(np.int64)


def interval(
    kinds: Floats,
    counts: Ints,
    statistic: Statistic,
    *,
    runs: int = RUNS,
    level: float = LEVEL,
) -> tuple[float, float] | None:
    """The interval of `statistic` of the sum over reviews; `counts` of them contribute each row of
    `kinds`.

    None where drawing says nothing: the value is not defined, or is the same in every draw.
    """
    n = int(counts.sum())
    value = float(statistic((counts @ kinds)[None, :])[0])
    if n < 2 or len(kinds) < 2 or not np.isfinite(value):
        return None
    draws = np.random.default_rng(_SEED).multinomial(n, counts / n, size=runs)
    drawn = statistic(draws @ kinds)
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < runs / 2 or np.ptp(drawn) < 1e-12:
        return None
    low, high = np.quantile(drawn, _ends(drawn, value, kinds, counts, statistic, level))
    return min(float(low), value), max(float(high), value)


def _ends(
    drawn: Floats,
    value: float,
    kinds: Floats,
    counts: Ints,
    statistic: Statistic,
    level: float,
) -> list[float]:
    """Which quantiles of the draws are the ends (DiCiccio and Efron 1996, formulas 2.3 and 2.8)."""
    share = float(np.mean(drawn < value) + np.mean(drawn == value) / 2)
    bias = _NORMAL.inv_cdf(min(max(share, 1 / len(drawn)), 1 - 1 / len(drawn)))
    bend = _acceleration(kinds, counts, statistic)
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + _NORMAL.inv_cdf(tail)
        ends.append(_NORMAL.cdf(bias + z / max(1 - bend * z, 1e-3)))
    return ends


def _acceleration(kinds: Floats, counts: Ints, statistic: Statistic) -> float:
    """From the values without one review each (Efron 1987, section 7), patterns weighted."""
    without = statistic((counts @ kinds)[None, :] - kinds)
    known = np.isfinite(without)
    if not known.any():
        return 0.0
    values, weights = without[known], counts[known].astype(float)
    apart = np.average(values, weights=weights) - values
    squares = float(weights @ apart**2)
    return 0.0 if squares < 1e-18 else float(weights @ apart**3) / (6 * squares**1.5)
