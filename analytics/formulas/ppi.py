"""Prediction-powered inference: labels of a few reviews correct what a model says of all.

Sources: Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, "Prediction-powered inference", Science
382 (2023); Angelopoulos, Duchi and Zrnic, "PPI++", arXiv:2311.01453 (2023), for the tuned power
lambda; Särndal, Swensson and Wretman, "Model Assisted Survey Sampling" (1992), chapters 5 and 6,
for Hájek weights and the difference estimator, which is what this is for a finite population;
Hanley and Lippman-Hand, JAMA 249 (1983) 1743-1745, for the least width ("rule of three").

    estimate = lambda * mean(f) + weighted mean over the labelled of (y - lambda * f)

with f the expected polarity of every review and y the polarity of the label of the labelled ones,
weighted by 1 / inclusion probability. Without clusters it is about these reviews; with clusters
(the shoppers), about customers like these. Labels must come from a random draw and must never
have been used to train, tune or choose the model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.formulas import figures
from analytics.formulas.intervals import CONFIDENCE, Interval, mean_interval
from analytics.formulas.quantiles import t_quantile

LEAST_LABELS = 50
LEAST_NONZERO = 10  # labels other than 0
LEAST_CLUSTERS = 10  # with labels, where clusters are given
METHOD = "ppi"


@dataclass(frozen=True, slots=True)
class Row:
    """One review: `f` in [-1, 1], `y` in {-1, 0, 1} where labelled, `pi` its chance of that."""

    f: float
    y: float | None = None
    pi: float | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """`estimate`, `low` and `high` are None when the state is "too_few" or "no_data"."""

    estimate: float | None
    low: float | None
    high: float | None
    n: int
    labels: int
    method: str
    state: str


def _weights(labelled: Sequence[Row]) -> list[float]:
    """1 / pi, scaled to sum 1; equal weights where no probability is given.

    Raises ValueError when only some labelled rows have a probability.
    """
    given = [row.pi for row in labelled if row.pi is not None]
    if given and len(given) < len(labelled):
        raise ValueError("inclusion probabilities must be given for all labelled rows or for none")
    raw = [1 / pi for pi in given] if given else [1.0] * len(labelled)
    total = sum(raw)
    return [weight / total for weight in raw]


def power(labelled: Sequence[Row]) -> float:
    """The lambda that makes the interval narrowest: the weighted slope of y on f, at least 0.

    Tune it on all labels there are and pass it on to small groups: tuned within a small group it
    makes intervals that are too narrow.
    """
    weights = _weights(labelled)
    pairs = [(w, row.f, row.y or 0.0) for w, row in zip(weights, labelled, strict=True)]
    mean_f = sum(w * f for w, f, _ in pairs)
    mean_y = sum(w * y for w, _, y in pairs)
    spread = sum(w * (f - mean_f) ** 2 for w, f, _ in pairs)
    together = sum(w * (f - mean_f) * (y - mean_y) for w, f, y in pairs)
    return max(0.0, together / spread) if spread > 1e-12 else 0.0


def _plain(rows: Sequence[Row], confidence: float) -> Estimate:
    n = len(rows)
    total = sum(row.f for row in rows)
    interval = mean_interval(total, sum(row.f**2 for row in rows), n, confidence)
    if interval is None:
        return Estimate(None, None, None, 0, 0, figures.PLAIN, figures.NO_DATA)
    if n < figures.LEAST:
        return Estimate(None, None, None, n, 0, figures.PLAIN, figures.TOO_FEW)
    # Nothing says how wrong the model is, so nothing is said about that.
    return Estimate(
        total / n, interval.low, interval.high, n, 0, figures.PLAIN, figures.UNCORRECTED
    )


def _variance(
    rows: Sequence[Row], weights: Sequence[float], errors: Sequence[float], lam: float
) -> tuple[float, int]:
    """The variance of the estimate and its degrees of freedom.

    `weights` and `errors` (y - lambda f, less their mean) are those of the labelled rows in order.
    The finite-population factor is left out: labels are a few percent of the reviews, and leaving
    it out errs on the wide side.
    """
    effective = 1 / sum(weight * weight for weight in weights)
    if all(row.cluster is None for row in rows):
        squares = sum((weight * error) ** 2 for weight, error in zip(weights, errors, strict=True))
        # Two parameters, mean and lambda, were fitted to the labels.
        return squares * effective / (effective - 2), int(effective) - 2
    mean_f = sum(row.f for row in rows) / len(rows)
    parts: dict[str, float] = defaultdict(float)
    labelled: set[str] = set()
    place = 0
    for position, row in enumerate(rows):
        cluster = f"c{row.cluster}" if row.cluster is not None else f"r{position}"
        parts[cluster] += lam * (row.f - mean_f) / len(rows)
        if row.y is not None:
            parts[cluster] += weights[place] * errors[place]
            labelled.add(cluster)
            place += 1
    groups = len(labelled)
    squares = sum(part * part for part in parts.values())
    return squares * groups / max(1, groups - 1), min(groups - 1, int(effective) - 2)


def _clusters(labelled: Sequence[Row]) -> int:
    named = {row.cluster for row in labelled if row.cluster is not None}
    return len(named) + sum(row.cluster is None for row in labelled)


def estimate(
    rows: Sequence[Row], *, lam: float | None = None, confidence: float = CONFIDENCE
) -> Estimate:
    """The mean polarity of `rows` with its interval, corrected where there are labels.

    Without any label the plain mean of f, "uncorrected"; with fewer than 50 labels, 10 labels
    other than 0 or 10 labelled clusters "too_few". `lam` comes from `power` over a wider pool;
    None tunes it on these labels. Raises ValueError on inclusion probabilities given in part.
    """
    labelled = [row for row in rows if row.y is not None]
    if not labelled:
        return _plain(rows, confidence)
    weights = _weights(labelled)
    few = (
        len(labelled) < LEAST_LABELS
        or sum(bool(row.y) for row in labelled) < LEAST_NONZERO
        or _clusters(labelled) < LEAST_CLUSTERS
    )
    # Very unequal weights can leave fewer labels than it seems.
    effective = 1 / sum(weight * weight for weight in weights)
    if few or effective < LEAST_NONZERO:
        return Estimate(None, None, None, len(rows), len(labelled), METHOD, figures.TOO_FEW)
    if lam is None:
        # With every row labelled f adds nothing.
        lam = power(labelled) if len(labelled) < len(rows) else 0.0
    raw = [(row.y or 0.0) - lam * row.f for row in labelled]
    error = sum(weight * value for weight, value in zip(weights, raw, strict=True))
    value = lam * sum(row.f for row in rows) / len(rows) + error
    variance, degrees = _variance(rows, weights, [item - error for item in raw], lam)
    half = t_quantile(0.5 + confidence / 2, degrees) * math.sqrt(variance)
    interval = _bounded(value, max(half, 3 / effective))
    value = min(1.0, max(-1.0, value))
    return Estimate(
        value, interval.low, interval.high, len(rows), len(labelled), METHOD, figures.CORRECTED
    )


def _bounded(value: float, half: float) -> Interval:
    low, high = value - half, value + half
    return Interval(min(1.0, max(-1.0, low)), min(1.0, max(-1.0, high)))
