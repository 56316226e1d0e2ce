"""How the score grows with the number of labels, measured with a cheap stand-in for the model.

A ridge classifier with balanced choices is fitted on ever larger parts of the labels, each part
holding the one before, several times in another order, and judged on rows that it has not seen:
the dev rows where there are enough, else by cross-validation. Near-identical rows stay on one side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelops.ml.metrics import f1_of_confusion

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

FEWEST_LEARNED = 100  # labels of a question in the largest part
FEWEST_JUDGED = 100  # rows, all together or of one language
FEWEST_OF_A_CHOICE = 10
ENOUGH_DEV = 300  # judged rows that need no cross-validation
POINTS = 7
REPEATS = 5
FOLDS = 5
DRAWS = 400  # of the bootstrap
_LEAST = 30  # labels of the smallest part
_RIDGE = 0.5  # for rows of length 1; as logistic regression with C = 10


class TooFew(Exception):
    """There are too few labels for a curve."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was answered: `guess` [points, repeats, rows], `gold` [rows], `rows`: their places.

    `how`: dev or folds.
    """

    sizes: list[int]
    guess: Ints
    gold: Ints
    rows: Ints
    how: str


def judged(
    features: Floats,
    labels: Ints,
    groups: Sequence[int],
    is_dev: npt.NDArray[np.bool_],
    choices: int,
    repeats: int = REPEATS,
    progress: Progress = lambda done, total: None,
) -> Judged:
    """Fit and answer. `labels` [N]: -1 where there is none; `groups` [N]: equal for rows that may
    not stand on both sides. Raises TooFew."""
    known = labels >= 0
    counts = np.bincount(labels[known], minlength=choices)
    if (counts >= FEWEST_OF_A_CHOICE).sum() < 2:
        raise TooFew
    if (known & is_dev).sum() >= ENOUGH_DEV:
        held = np.flatnonzero(known & is_dev)
        pool = np.flatnonzero(known & ~is_dev)
        splits = [[(pool, np.arange(len(held)))] for _ in range(repeats)]
        how, rows = "dev", held
    else:
        rows = np.flatnonzero(known)
        splits = [_folded(rows, np.asarray(groups)[rows], seed) for seed in range(repeats)]
        how = "folds"
    sizes = _sizes(min(len(pool) for split in splits for pool, _ in split))
    if len(rows) < FEWEST_JUDGED or sizes[-1] < FEWEST_LEARNED:
        raise TooFew
    guess = np.zeros((len(sizes), repeats, len(rows)), np.int64)
    steps = repeats * len(splits[0])
    for repeat, split in enumerate(splits):
        for part, (pool, places) in enumerate(split):
            order = np.random.default_rng([7, repeat, part]).permutation(pool)
            asked = features[rows[places]]
            for at, size in enumerate(sizes):
                learned = order[:size]
                told = ridge(features[learned], labels[learned], choices, asked)
                guess[at, repeat, places] = told
            progress(repeat * len(split) + part + 1, steps)
    return Judged(sizes, guess, labels[rows], rows, how)


def _sizes(most: int) -> list[int]:
    """From a tenth of the labels to all of them, in equal ratios."""
    least = min(most, max(_LEAST, most // 10))
    return sorted({int(n) for n in np.geomspace(least, most, POINTS).round()})


def _folded(rows: Ints, groups: Ints, seed: int) -> list[tuple[Ints, Ints]]:
    """(rows to learn from, places of those to judge) of each fold; whole groups to the smallest."""
    names, where, counts = np.unique(groups, return_inverse=True, return_counts=True)
    fold_of, filled = np.zeros(len(names), np.int64), [0] * FOLDS
    for name in np.random.default_rng([11, seed]).permutation(len(names)):
        fold_of[name] = filled.index(min(filled))
        filled[fold_of[name]] += int(counts[name])
    folds = fold_of[where]
    return [(rows[folds != fold], np.flatnonzero(folds == fold)) for fold in range(FOLDS)]


def ridge(features: Floats, labels: Ints, choices: int, asked: Floats) -> Ints:
    """Least squares on ±1 with balanced choices and a penalty; the likeliest choice of `asked`."""
    counts = np.bincount(labels, minlength=choices)
    seen = np.flatnonzero(counts)
    weights = (len(labels) / (len(seen) * counts[labels]))[:, None]
    targets = np.where(labels[:, None] == seen, 1.0, -1.0)
    middle, mean = (
        (features * weights).mean(axis=0),
        (targets * weights).mean(axis=0),
    )
    x, y = features - middle, targets - mean
    if x.shape[0] < x.shape[1]:  # through the rows, of which there are fewer
        gram = x @ x.T
        gram[np.diag_indices_from(gram)] += _RIDGE / weights[:, 0]
        coefficients = x.T @ np.linalg.solve(gram, y)
    else:
        gram = x.T @ (x * weights)
        gram[np.diag_indices_from(gram)] += _RIDGE
        coefficients = np.linalg.solve(gram, x.T @ (y * weights))
    scores = (asked - middle) @ coefficients + mean
    return np.asarray(seen[scores.argmax(axis=1)], np.int64)


def scores(found: Judged, choices: int, groups: Sequence[int], of: Any = None) -> Floats:
    """Macro-F1 at each size, [1 + DRAWS, sizes]: the mean over the repeats, then its draws.

    A draw takes whole groups of judged rows with replacement, and one repeat: the same at all
    sizes, so that what is hard for all of them cancels out of a difference. One, as a team has one
    set of labels, and the mean of several is steadier than any. `of` [rows]: judge by
    these alone. A choice that no row of a draw has is left out of it, as in `metrics.macro_f1`.
    """
    kept = np.ones(len(found.gold), bool) if of is None else np.asarray(of, bool)
    gold = found.gold[kept]
    names, where = np.unique(np.asarray(groups)[found.rows][kept], return_inverse=True)
    rng = np.random.default_rng(5)
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    weights = np.vstack([np.ones(len(gold)), times[:, where]])
    points, repeats, _ = found.guess.shape
    drawn = rng.integers(0, repeats, DRAWS)
    out = np.zeros((1 + DRAWS, points))
    for point in range(points):
        guesses = [found.guess[point, at][kept] for at in range(repeats)]
        each = np.stack([_weighted(gold, one, weights, choices) for one in guesses], axis=1)
        out[0, point] = each[0].mean()
        out[1:, point] = each[1:][np.arange(DRAWS), drawn]
    return out


def _weighted(gold: Ints, guess: Ints, weights: Floats, choices: int) -> Floats:
    cells = np.eye(choices * choices)[gold * choices + guess]
    counts = (weights @ cells).reshape(-1, choices, choices)
    present = counts.sum(axis=2) > 0
    f1: Floats = (f1_of_confusion(counts) * present).sum(axis=1) / present.sum(axis=1)
    return f1
