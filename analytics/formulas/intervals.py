"""Plain intervals: what counts alone say, before any correction for a model's bias.

They treat the counted reviews as a sample of what customers like these write. They know nothing
of a model's mistakes, so a figure with such an interval is called "uncorrected".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from analytics.formulas.quantiles import normal_quantile
from taxonomy.index import index

CONFIDENCE = 0.95
_HALVINGS = 42  # of an interval at most 2 wide: exact to 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    def covers(self, value: float) -> bool:
        return self.low <= value <= self.high

    def times(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference and its interval; `clear` when the interval does not cover 0."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


def _z(confidence: float) -> float:
    return normal_quantile(0.5 + confidence / 2)


def _root(rises: Callable[[float], bool], low: float, high: float) -> float:
    """Where `rises` turns from true to false between `low` and `high`, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
    return (low + high) / 2


def _score(delta: float, positive: int, negative: int, total: int) -> float:
    """Tango's statistic for the hypothesis that the mean is `delta`; it falls as delta rises."""
    gap = positive - negative - total * delta
    # The most likely share of -1 under the hypothesis is the larger root of a x^2 + b x + c.
    a = 2 * total
    b = -(positive + negative) + (2 * total - positive + negative) * delta
    c = -negative * delta * (1 - delta)
    share = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = total * (2 * share + delta * (1 - delta))
    if variance <= 0:
        return math.copysign(math.inf, gap) if abs(gap) > 1e-9 * total else 0.0
    return gap / math.sqrt(variance)


@lru_cache(maxsize=65536)
def index_interval(
    positive: int, negative: int, zero: int, confidence: float = CONFIDENCE
) -> Interval | None:
    """The interval of (P - N) / (P + N + Z) from whole counts; None when nothing was counted.

    The mean of a -1/0/+1 variable is the difference of two proportions of one multinomial, which
    is what a matched-pairs design estimates; so this is the score interval of T. Tango,
    "Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design", Statistics in Medicine 17 (1998) 891-908, one of those recommended by
    Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014) 2850-2875. Like Wilson's, to
    which it reduces with only two kinds of answer, it never leaves [-1, 1] and never has zero
    width, however few the counts. Raises ValueError on negative counts.
    """
    value = index(positive, negative, zero)
    if value is None:
        return None
    total, z = positive + negative + zero, _z(confidence)
    low = (
        -1.0
        if value <= -1
        else _root(lambda delta: _score(delta, positive, negative, total) > z, -1.0, value)
    )
    high = (
        1.0
        if value >= 1
        else _root(lambda delta: _score(delta, positive, negative, total) > -z, value, 1.0)
    )
    return Interval(low, high)


def share_interval(part: int, total: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Wilson's score interval of part / total, within [0, 1]; None when `total` is 0.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
    Raises ValueError unless 0 <= part <= total.
    """
    if not 0 <= part <= total:
        raise ValueError("a share needs 0 <= part <= total")
    if total == 0:
        return None
    z, share = _z(confidence), part / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = z * math.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    half = spread / (1 + z * z / total)
    # At the ends the limit is exactly 0 or 1; rounding must not move it.
    low = 0.0 if part == 0 else max(0.0, centre - half)
    high = 1.0 if part == total else min(1.0, centre + half)
    return Interval(low, high)


def mean_interval(
    total: float, squares: float, n: int, confidence: float = CONFIDENCE
) -> Interval | None:
    """The interval of a mean of `n` values in [-1, 1] from their sum and sum of squares.

    For fractional values (expected polarities), where counts do not exist: one value of +1 and
    one of -1 are added before the usual formula, the adjustment of Bonett and Price, Journal of
    Educational and Behavioral Statistics 37 (2012) 479-488, so that the width is never zero.
    None when `n` is 0.
    """
    if n == 0:
        return None
    n, squares = n + 2, squares + 2
    mean = total / n
    half = _z(confidence) * math.sqrt(max(0.0, squares / n - mean * mean) / n)
    return Interval(max(-1.0, mean - half), min(1.0, mean + half))


def difference(
    value: float, interval: Interval, before: float, interval_before: Interval
) -> Change:
    """`value` - `before` of two independent groups, with an interval from their two intervals.

    The distances of each limit from its estimate are squared and added: R. G. Newcombe,
    Statistics in Medicine 17 (1998) 873-890, method 10; for any two estimates G. Y. Zou and
    A. Donner, Statistics in Medicine 27 (2008) 1693-1702.
    """
    gap = value - before
    down = math.hypot(value - interval.low, interval_before.high - before)
    up = math.hypot(interval.high - value, before - interval_before.low)
    return Change(gap, gap - down, gap + up)
