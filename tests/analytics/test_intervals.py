from __future__ import annotations

import math
import random

import pytest

from analytics.formulas.figures import change, index_figure, rate_figure, share_figure
from analytics.formulas.intervals import (
    Interval,
    difference,
    index_interval,
    mean_interval,
    share_interval,
)
from analytics.formulas.quantiles import t_quantile

POLARITIES = {"positive": 1, "neutral": 0, "negative": -1}

# Shares of +1, -1 and 0: even, nearly all praise, rare answers (as intents and demands are).
TRUTHS = [(0.5, 0.3, 0.2), (0.9, 0.05, 0.05), (0.03, 0.02, 0.95), (0.0, 0.2, 0.8)]


def _draw(chance: random.Random, n: int, truth: tuple[float, float, float]) -> tuple[int, ...]:
    drawn = chance.choices((0, 1, 2), weights=truth, k=n)
    return drawn.count(0), drawn.count(1), drawn.count(2)


def _coverage(n: int, truth: tuple[float, float, float], runs: int = 600) -> tuple[float, float]:
    """How often the interval, and the textbook one of estimate +- 1.96 errors, covers the truth."""
    chance = random.Random(n * 1000 + TRUTHS.index(truth))
    value = truth[0] - truth[1]
    ours = textbook = 0
    for _ in range(runs):
        p, m, z = _draw(chance, n, truth)
        interval = index_interval(p, m, z)
        assert interval is not None
        ours += interval.covers(value)
        mean = (p - m) / n
        half = 1.96 * math.sqrt(max(0.0, (p + m) / n - mean * mean) / n)
        textbook += abs(mean - value) <= half
    return ours / runs, textbook / runs


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("n", [5, 10, 30, 100, 500])
def test_the_interval_of_an_index_covers_the_truth_at_any_size(
    n: int, truth: tuple[float, float, float]
) -> None:
    assert _coverage(n, truth)[0] >= 0.92


def test_the_textbook_interval_would_not() -> None:
    assert min(_coverage(n, truth)[1] for n in (5, 10, 30) for truth in TRUTHS) < 0.7


def test_an_interval_has_width_and_stays_in_range_even_when_all_agree() -> None:
    for n in (1, 2, 5, 10, 100):
        for counts in ((n, 0, 0), (0, n, 0), (0, 0, n)):
            interval = index_interval(*counts)
            assert interval is not None
            assert -1 <= interval.low < interval.high <= 1
    all_praise = index_interval(20, 0, 0)
    assert all_praise is not None
    assert all_praise.high == 1
    assert all_praise.low == pytest.approx(2 * 0.838875 - 1, abs=1e-4), "Wilson's, by two answers"


def _likelihood(counts: tuple[int, ...], delta: float, q: float) -> float:
    total = 0.0
    for n, share in zip(counts, (q + delta, q, 1 - 2 * q - delta), strict=True):
        if n and share <= 1e-15:
            return -math.inf
        total += n * math.log(share) if n else 0.0
    return total


@pytest.mark.parametrize("counts", [(1, 0, 43), (12, 5, 30), (3, 9, 0), (0, 4, 11)])
def test_the_limits_are_where_a_score_test_just_rejects(counts: tuple[int, int, int]) -> None:
    interval, n = index_interval(*counts), sum(counts)
    assert interval is not None
    for delta in (interval.low, interval.high):
        # The most likely share of -1 under the hypothesis, by trying all there are.
        least, most, steps = max(0.0, -delta), (1 - delta) / 2, 20_000
        shares = [least + (most - least) * step / steps for step in range(steps + 1)]
        q = max(shares, key=lambda share, delta=delta: _likelihood(counts, delta, share))
        spread = math.sqrt(n * (2 * q + delta * (1 - delta)))
        score = (counts[0] - counts[1] - n * delta) / spread
        assert abs(score) == pytest.approx(1.96, abs=0.01)


def test_wilson_gives_the_known_interval() -> None:
    assert share_interval(0, 10) == Interval(0.0, pytest.approx(0.2775, abs=1e-4))
    assert share_interval(81, 263) == Interval(
        pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4)
    )
    assert share_interval(0, 0) is None
    with pytest.raises(ValueError, match="share"):
        share_interval(3, 2)


def test_the_mean_of_fractions_never_has_zero_width() -> None:
    interval = mean_interval(20.0, 20.0, 20)
    assert interval is not None
    assert interval.low < 0.95 < interval.high == 1
    assert mean_interval(0, 0, 0) is None


def test_t_quantiles_are_those_of_the_tables() -> None:
    for degrees, wanted in ((1, 12.7062), (2, 4.3027), (9, 2.2622), (48, 2.0106), (300, 1.9679)):
        assert t_quantile(0.975, degrees) == pytest.approx(wanted, abs=1e-4)


def test_a_difference_that_covers_zero_is_no_clear_change() -> None:
    small = index_figure("a", "a", {"positive": 6, "negative": 4}, POLARITIES, model=None)
    other = index_figure("a", "a", {"positive": 4, "negative": 6}, POLARITIES, model=None)
    found = change(small, other)
    assert found is not None
    assert found.value == pytest.approx(0.4)
    assert not found.clear
    many = index_figure("a", "a", {"positive": 600, "negative": 400}, POLARITIES, model=None)
    less = index_figure("a", "a", {"positive": 400, "negative": 600}, POLARITIES, model=None)
    found = change(many, less)
    assert found is not None
    assert found.clear


def test_differences_of_equal_groups_are_called_clear_one_time_in_twenty() -> None:
    chance = random.Random(7)
    alarms = 0
    for _ in range(800):
        one, other = (index_interval(*_draw(chance, 40, TRUTHS[0])) for _ in range(2))
        assert one is not None
        assert other is not None
        # The estimate is not the middle of its interval, so draw it again from counts below.
        a, b = _draw(chance, 40, TRUTHS[0]), _draw(chance, 40, TRUTHS[0])
        first, second = index_interval(*a), index_interval(*b)
        assert first is not None
        assert second is not None
        found = difference((a[0] - a[1]) / 40, first, (b[0] - b[1]) / 40, second)
        alarms += found.clear
    assert 0.02 <= alarms / 800 <= 0.08


def test_too_few_has_no_number_and_no_data_is_not_zero() -> None:
    few = index_figure("a", "a", {"positive": 9}, POLARITIES, model="m-1")
    assert (few.value, few.low, few.high, few.n, few.state) == (None, None, None, 9, "too_few")
    none = index_figure("a", "a", {}, POLARITIES, model="m-1")
    assert (none.value, none.n, none.state) == (None, 0, "no_data")
    assert none.counts == {"positive": 0, "neutral": 0, "negative": 0}
    balanced = index_figure("a", "a", {"positive": 5, "negative": 5}, POLARITIES, model="m-1")
    assert (balanced.value, balanced.state, balanced.method) == (0.0, "uncorrected", "plain")
    assert change(few, balanced) is None


def test_shares_and_rates_carry_wilson_intervals() -> None:
    share = share_figure("want", "want", 71, 100, model=None)
    assert share.value == 0.71
    rate = rate_figure("add", "add", 14, 1000, model=None)
    assert rate.value == pytest.approx(14)
    assert rate.low is not None
    assert rate.high is not None
    assert 8 < rate.low < 14 < rate.high < 24
