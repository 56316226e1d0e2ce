"""Scores of answers, calibration, and intervals; numpy only.

`gold` and `guess` are integer arrays [N] of choice numbers; `probs` is [N, C], rows sum to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Precision, recall and F1 of one choice, each in [0, 1]; `support` = gold rows."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one question on one set. `by_lang` holds the same per language (no deeper)."""

    n: int
    accuracy: float
    macro_f1: float
    ece: float
    nll: float
    per_label: dict[str, LabelScore]
    by_lang: dict[str, Scores]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def confusion(gold: Ints, guess: Ints, choices: int) -> Ints:
    """Counts [C, C]: row = gold, column = guess."""
    flat = np.bincount(gold * choices + guess, minlength=choices * choices)
    return flat.reshape(choices, choices).astype(np.int64)


def f1_of_confusion(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """F1 per choice from counts [..., C, C]: 2 hits / (gold + guessed), 0 where both are empty."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    total = counts.sum(axis=-1) + counts.sum(axis=-2)
    return np.divide(2.0 * hits, total, out=np.zeros(total.shape), where=total > 0)


def macro_f1(gold: Ints, guess: Ints, choices: int) -> float:
    """Mean F1 over the choices that occur in gold; NaN without rows.

    A choice that no gold row has is left out: it could only score 0, whatever the model does.
    """
    if len(gold) == 0:
        return float("nan")
    counts = confusion(gold, guess, choices)
    present = counts.sum(axis=1) > 0
    return float(f1_of_confusion(counts)[present].mean())


def label_scores(gold: Ints, guess: Ints, choices: Sequence[str]) -> dict[str, LabelScore]:
    """Scores per choice key; a ratio without a denominator is 0."""
    counts = confusion(gold, guess, len(choices))
    f1 = f1_of_confusion(counts)
    out = {}
    for at, key in enumerate(choices):
        hits, support, guessed = counts[at, at], counts[at].sum(), counts[:, at].sum()
        out[key] = LabelScore(
            precision=float(hits / guessed) if guessed else 0.0,
            recall=float(hits / support) if support else 0.0,
            f1=float(f1[at]),
            support=int(support),
        )
    return out


def ece(gold: Ints, probs: Floats, bins: int = 15) -> float:
    """Expected calibration error in [0, 1] with bins of equal width over the top probability.

    Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning". NaN without rows.
    """
    if len(gold) == 0:
        return float("nan")
    top = probs.max(axis=1)
    right = (probs.argmax(axis=1) == gold).astype(float)
    which = np.clip(np.ceil(top * bins).astype(int) - 1, 0, bins - 1)
    gap = np.abs(
        np.bincount(which, right, minlength=bins) - np.bincount(which, top, minlength=bins)
    )
    return float(gap.sum() / len(gold))


def nll(gold: Ints, probs: Floats) -> float:
    """Mean negative log-likelihood in nats; NaN without rows."""
    if len(gold) == 0:
        return float("nan")
    picked = probs[np.arange(len(gold)), gold]
    return float(-np.log(np.clip(picked, 1e-12, 1.0)).mean())


def score(
    gold: Ints, probs: Floats, choices: Sequence[str], langs: Sequence[str] | None = None
) -> Scores:
    """All scores of one question; with `langs` [N] also per language."""
    guess = probs.argmax(axis=1).astype(np.int64)
    by_lang: dict[str, Scores] = {}
    if langs is not None:
        where = np.array(langs)
        for lang in sorted(set(langs)):
            rows = where == lang
            by_lang[lang] = score(gold[rows], probs[rows], choices)
    return Scores(
        n=len(gold),
        accuracy=float((guess == gold).mean()) if len(gold) else float("nan"),
        macro_f1=macro_f1(gold, guess, len(choices)),
        ece=ece(gold, probs),
        nll=nll(gold, probs),
        per_label=label_scores(gold, guess, choices),
        by_lang=by_lang,
    )


def bootstrap_difference(
    gold: Ints,
    guess_a: Ints,
    guess_b: Ints,
    choices: int,
    *,
    runs: int = 2000,
    level: float = 0.95,
    seed: int = 7,
) -> tuple[float, float, float]:
    """(difference, low, high) of macro-F1(a) - macro-F1(b) on the same rows.

    Paired percentile bootstrap (Efron and Tibshirani 1993, chapter 13): rows are drawn together,
    so what both find hard cancels out. Choices absent from a draw are left out of that draw.
    """
    rng = np.random.default_rng(seed)
    n = len(gold)
    if n == 0:
        return float("nan"), float("nan"), float("nan")
    cells = choices * choices
    codes_a, codes_b = gold * choices + guess_a, gold * choices + guess_b
    found = np.empty(runs)
    for run in range(runs):
        rows = rng.integers(0, n, n)
        pair = np.stack(
            [np.bincount(codes[rows], minlength=cells) for codes in (codes_a, codes_b)]
        ).reshape(2, choices, choices)
        present = pair[0].sum(axis=1) > 0
        f1 = f1_of_confusion(pair)[:, present].mean(axis=1)
        found[run] = f1[0] - f1[1]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    truth = macro_f1(gold, guess_a, choices) - macro_f1(gold, guess_b, choices)
    return truth, float(low), float(high)


def span_scores(
    gold: Sequence[Sequence[tuple[int, int, str]]], guess: Sequence[Sequence[tuple[int, int, str]]]
) -> dict[str, float]:
    """Precision, recall and F1 of (start, end, kind) spans over all texts.

    `exact_*`: same offsets and kind. `overlap_*`: same kind and at least one shared character,
    each gold span matched once.
    """
    exact = overlap = golds = guesses = 0
    for want, got in zip(gold, guess, strict=True):
        golds, guesses = golds + len(want), guesses + len(got)
        exact += len(set(want) & set(got))
        free = list(want)
        for start, end, kind in got:
            hit = next((g for g in free if g[2] == kind and g[0] < end and start < g[1]), None)
            if hit is not None:
                free.remove(hit)
                overlap += 1
    out: dict[str, float] = {"gold": golds, "guessed": guesses}
    for name, hits in (("exact", exact), ("overlap", overlap)):
        out[f"{name}_precision"] = hits / guesses if guesses else 0.0
        out[f"{name}_recall"] = hits / golds if golds else 0.0
        out[f"{name}_f1"] = 2 * hits / (golds + guesses) if golds + guesses else 0.0
    return out
