"""A share of things that come in groups, with an interval that knows it.

Ten texts made from one template succeed or fail together; counted as ten they promise ten times
what was seen. The effective sample size of Korn & Graubard (1998), "Confidence intervals for
proportions with small expected number of positive counts estimated from survey data", Survey
Methodology 24(2), goes into the score interval of Wilson (1927).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """hits of n in `groups` groups; value, low and high (95 %) are None when n is 0."""

    hits: float
    n: float
    groups: int
    value: float | None
    low: float | None
    high: float | None


def rate(counts: Iterable[tuple[object, float, float]], z: float = 1.96) -> Rate:
    """The share of hits over (group, hits, n) rows; several rows may be of one group.

    z is in standard deviations. Where every group says the same (all found, or none), each
    counts once: the variance between groups, which is 0 there, says nothing.
    """
    by_group: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for group, hits, n in counts:
        by_group[group][0] += hits
        by_group[group][1] += n
    pairs = [(hits, n) for hits, n in by_group.values() if n]
    hits, n = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    if not n:
        return Rate(0, 0, 0, None, None, None)
    p, size = hits / n, _effective_size(pairs, hits / n, n)
    low, high = wilson(p, size, z)
    return Rate(hits, n, len(pairs), p, low, high)


def wilson(p: float, n: float, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share p (0 to 1) seen in n > 0 independent tries."""
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def _effective_size(pairs: list[tuple[float, float]], p: float, n: float) -> float:
    """How many independent tries would be as uncertain as these groups."""
    groups = len(pairs)
    if groups < 2 or p in (0, 1):
        return float(groups)
    spread = sum((hits - p * size) ** 2 for hits, size in pairs)
    variance = groups / (groups - 1) * spread / (n * n)
    return min(n, p * (1 - p) / variance) if variance > 0 else float(groups)
