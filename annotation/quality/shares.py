"""A share with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`, with the interval at 95 %; all None where n is 0."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


def share(hits: int, n: int) -> Share:
    """With the score interval of E. B. Wilson (1927), JASA 22, 209-212."""
    if n == 0:
        return Share(0, 0, None, None, None)
    value = hits / n
    middle = (value + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(value * (1 - value) / n + _Z**2 / (4 * n**2))
    return Share(hits, n, value, max(0.0, middle - half), min(1.0, middle + half))
