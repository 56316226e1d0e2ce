"""How far people give the same answer: Krippendorff's alpha and Cohen's kappa, with intervals.

alpha: K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, the nominal metric; the
value is the one of the library `krippendorff`. kappa: J. Cohen (1960), A Coefficient of Agreement
for Nominal Scales, Educational and Psychological Measurement 20, 37-46. Both are 1 when everybody
agrees and 0 when people agree no more than by chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import krippendorff
import numpy as np

from annotation.quality.bootstrap import RUNS, Floats, Ints, Statistic, interval

Rated = Mapping[int, Mapping[int, str]]
"""By review: what each person answered."""

Said = tuple[str, ...]
"""The answers about one review, sorted: who gave which does not matter to alpha."""

Word = Literal["good", "usable", "not_yet", "too_few", "undefined"]

GOOD, USABLE = 0.8, 0.667
"""Krippendorff (2004), Content Analysis, 2nd edition, page 241: rely on variables with alpha of
.800 or more; draw tentative conclusions from .667 on."""

FEWEST = 20
"""Reviews with two answers below which no word is given: the interval spans all words then."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`value` None: not defined (`items` 0, or everybody always gave one and the same answer).

    `items`: reviews with two answers or more. `same`: share of pairs of answers that are equal.
    `low` and `high` at 95 %, by `method`: "bootstrap", or "rule of three" where nothing differed.
    """

    value: float | None
    low: float | None
    high: float | None
    items: int
    same: float | None
    method: str = ""

    @property
    def word(self) -> Word:
        """What the value is good for, said by the thresholds above."""
        if self.items < FEWEST:
            return "too_few"
        if self.value is None:
            return "undefined"
        if self.value >= GOOD:
            return "good"
        return "usable" if self.value >= USABLE else "not_yet"


NOTHING = Agreement(None, None, None, 0, None)


def alpha(rated: Rated, *, runs: int = RUNS) -> Agreement:
    """Krippendorff's nominal alpha over the reviews with two answers or more."""
    return alpha_counted(
        Counter(tuple(sorted(said.values())) for said in rated.values()), runs=runs
    )


def alpha_counted(reviews: Mapping[Said, int], *, runs: int = RUNS) -> Agreement:
    """The same, from how many reviews were answered in which way."""
    pairable = {said: n for said, n in reviews.items() if len(said) > 1}
    if not pairable:
        return NOTHING
    keys = sorted({key for said in pairable for key in said})
    chosen = np.array([[said.count(key) for key in keys] for said in pairable], float)
    counts = np.array(list(pairable.values()), np.int64)
    made = chosen.sum(axis=1)
    # Pairs that differ within a review, each review weighing as many answers as it has.
    apart = made - (chosen * (chosen - 1)).sum(axis=1) / (made - 1)
    same = 1 - float(counts @ apart) / float(counts @ made)
    if len(keys) < 2:
        return Agreement(None, None, None, int(counts.sum()), same)
    each = np.repeat(chosen, counts, axis=0)
    value = float(krippendorff.alpha(value_counts=each, level_of_measurement="nominal"))
    rows = np.column_stack([chosen, apart])
    return _with_interval(value, rows, counts, _alpha, same, counts @ chosen, runs)


def _alpha(sums: Floats) -> Floats:
    """[B, K + 1] (answers by choice, differing pairs) to alpha (Krippendorff 2011, section D)."""
    by_choice, apart = sums[:, :-1], sums[:, -1]
    n = by_choice.sum(axis=1)
    chance = n**2 - (by_choice**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(chance > 0, 1 - (n - 1) * apart / chance, np.nan)


def kappa(pairs: Iterable[tuple[str, str]], *, runs: int = RUNS) -> Agreement:
    """Cohen's kappa of two people: what the first and the second answered, by review."""
    return kappa_counted(Counter(pairs), runs=runs)


def kappa_counted(reviews: Mapping[tuple[str, str], int], *, runs: int = RUNS) -> Agreement:
    """The same, from how many reviews they answered in which way. `runs` 0: without interval."""
    if not reviews:
        return NOTHING
    keys = sorted({key for pair in reviews for key in pair})
    at = {key: place for place, key in enumerate(keys)}
    counts = np.array(list(reviews.values()), np.int64)
    rows = np.zeros((len(reviews), 2 * len(keys) + 1))
    for row, (one, other) in zip(rows, reviews, strict=True):
        row[at[one]] = row[len(keys) + at[other]] = 1
        row[-1] = one == other
    sums = counts @ rows
    same = float(sums[-1] / counts.sum())
    value = float(_kappa(sums[None, :])[0])
    if not np.isfinite(value):
        return Agreement(None, None, None, int(counts.sum()), same)
    if not runs:
        return Agreement(value, None, None, int(counts.sum()), same)
    return _with_interval(value, rows, counts, _kappa, same, sums[: len(keys)], runs)


def _kappa(sums: Floats) -> Floats:
    """[B, 2 K + 1] (answers of the one, of the other, equal ones) to kappa (Cohen 1960)."""
    width = (sums.shape[1] - 1) // 2
    one, other, equal = sums[:, :width], sums[:, width:-1], sums[:, -1]
    n = one.sum(axis=1)
    chance = (one * other).sum(axis=1) / n**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(chance < 1 - 1e-12, (equal / n - chance) / (1 - chance), np.nan)


def _with_interval(
    value: float,
    rows: Floats,
    counts: Ints,
    statistic: Statistic,
    same: float,
    chosen: Floats,
    runs: int,
) -> Agreement:
    """`chosen`: how often each choice was given."""
    n = int(counts.sum())
    if same >= 1 - 1e-12:
        # Nothing differed, so that no draw differs either. Up to 3 / n of reviews may all the same
        # (J. A. Hanley and A. Lippman-Hand 1983, JAMA 249, 1743-1745), over the share that differs
        # by chance.
        by_chance = 1 - float(((chosen / chosen.sum()) ** 2).sum())
        low = max(-1.0, 1 - min(1.0, 3 / n) / by_chance)
        return Agreement(value, low, 1.0, n, same, "rule of three")
    ends = interval(rows, counts, statistic, runs=runs)
    if ends is None:
        return Agreement(value, None, None, n, same)
    return Agreement(value, *ends, n, same, "bootstrap")
