"""Quantiles of the normal and of Student's t distribution, without a heavy library."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_SERIES_TO = 100  # degrees of freedom up to which the exact series is summed


@lru_cache(maxsize=64)
def normal_quantile(probability: float) -> float:
    """The quantile of the standard normal distribution; `probability` in (0, 1)."""
    return NormalDist().inv_cdf(probability)


def _t_within(t: float, degrees: int) -> float:
    """P(|T| <= t) for t >= 0, exactly. Source: Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    total = 0.0
    for step in range(2 if odd else 1, degrees, 2):
        total += term
        term *= cosine * cosine * step / (step + 1)
    if odd:
        return 2 / math.pi * (angle + sine * total)
    return sine * total


@lru_cache(maxsize=1024)
def t_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t; `probability` in (0.5, 1), `degrees` of freedom >= 1.

    Exact to 100 degrees; above, the expansion of Abramowitz and Stegun 26.7.5 (error < 1e-6).
    Raises ValueError outside these ranges.
    """
    if not 0.5 < probability < 1 or degrees < 1:
        raise ValueError("t_quantile wants a probability in (0.5, 1) and degrees >= 1")
    if degrees > _SERIES_TO:
        z = normal_quantile(probability)
        first = (z**3 + z) / 4
        second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
        third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
        return z + first / degrees + second / degrees**2 + third / degrees**3
    wanted = 2 * probability - 1
    low, high = 0.0, 1.0
    while _t_within(high, degrees) < wanted:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_within(middle, degrees) < wanted else (low, middle)
    return (low + high) / 2
