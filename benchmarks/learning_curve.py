"""What a label is worth: reviews chosen by uncertainty against reviews drawn uniformly.

On labelled sets of others, with several seeds: both ways begin with the same few uniform labels and
go on batch by batch; uncertainty labels those next whose two likeliest answers lie closest together
(margin sampling; Scheffer et al. 2001). The model is logistic regression on TF-IDF of words and
characters, whose vocabulary comes from the unlabelled pool.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from common.home import CHECKOUT

OPTIONS: dict[str, int | str] = {"seeds": 5, "labels": 300, "most": 900, "batch": 50}
Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_BEGIN = 50  # labels that both ways begin with
_SETS = (
    "demand_en_app_reviews",
    "demand_en_semeval19_a",
    "intent_en_iphone_tweets",
    "absa_polarity_en_laptop14",
    "absa_polarity_zh_electronics",
)


@dataclass(frozen=True, slots=True)
class _Set:
    """Features and labels of the pool to label and of the set to judge on."""

    pool: Any
    labels: Ints
    held: Any
    truth: Ints


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    folder = Path(os.environ.get("VERBATIM_BENCH_DATA") or CHECKOUT.parent / "shared" / "data")
    figures: dict[str, float] = {}
    worths = []
    for name in _SETS:
        train, dev = (folder / f"{name}_{split}.csv" for split in ("train", "dev"))
        if not (train.is_file() and dev.is_file()):
            note(f"{name} is absent from VERBATIM_BENCH_DATA")
            continue
        found = _compared(_read(train, dev), options)
        worths.append(found["worth"])
        figures |= {f"{name}.{key}": value for key, value in found.items()}
        say(
            f"{name}: {options['labels']} uncertainty labels are worth {found['worth']:.0f} "
            f"uniform ones (macro-F1 {found['uncertainty']:.3f} against {found['uniform']:.3f})"
        )
    if worths:
        figures["worth_median"] = float(np.median(worths))
        figures["worth_least"] = float(min(worths))
    return figures


def _read(train: Path, dev: Path) -> _Set:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    pool, held = _rows(train), _rows(dev)
    # A text that stands in both would be judged by heart.
    held = {text: label for text, label in held.items() if text not in pool}
    names = sorted({*pool.values(), *held.values()})
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float64),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2, dtype=np.float64
        ),
    )
    return _Set(
        features.fit_transform(list(pool)).tocsr(),
        np.array([names.index(label) for label in pool.values()]),
        features.transform(list(held)).tocsr(),
        np.array([names.index(label) for label in held.values()]),
    )


def _rows(path: Path) -> dict[str, str]:
    """Label by text, with the aspect it is about in front; texts with two labels are left out."""
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            aspect = row.get("aspect")
            text = f"{aspect} {aspect} {row['text']}" if aspect else row["text"]
            found.setdefault(text, set()).add(row["label"])
    return {text: next(iter(labels)) for text, labels in found.items() if len(labels) == 1}


def _compared(data: _Set, options: Mapping[str, Any]) -> dict[str, float]:
    seeds, batch = options["seeds"], options["batch"]
    most = min(options["most"], len(data.labels))
    counts = np.arange(_BEGIN, most + 1, batch)
    uniform = np.array([_curve(data, counts, seed, False) for seed in range(seeds)])
    few = counts[counts <= options["labels"]]
    chosen = np.array([_curve(data, few, seed, True) for seed in range(seeds)])
    reached = float(chosen[:, -1].mean())
    return {
        "uncertainty": reached,
        "uniform": float(uniform[:, len(few) - 1].mean()),
        "uncertainty_sd": float(chosen[:, -1].std(ddof=1)) if seeds > 1 else 0.0,
        "worth": _worth(counts, uniform.mean(axis=0), reached),
    }


def _worth(counts: Ints, scores: Floats, reached: float) -> float:
    """How many uniform labels reach the score; the most that were tried where none do."""
    # A curve of a few seeds wavers; more labels never count as worse.
    rising = np.maximum.accumulate(scores)
    after = int(np.searchsorted(rising, reached))
    if after == 0 or after == len(counts):
        return float(counts[min(after, len(counts) - 1)])
    low, high = rising[after - 1], rising[after]
    part = (reached - low) / (high - low)
    return float(counts[after - 1] + part * (counts[after] - counts[after - 1]))


def _curve(data: _Set, counts: Sequence[int] | Ints, seed: int, uncertain: bool) -> list[float]:
    """Macro-F1 on the held-out set at each number of labels."""
    from sklearn.metrics import f1_score

    order = np.random.default_rng(seed).permutation(len(data.labels))
    taken = order[: counts[0]].tolist()
    scores = []
    for at, count in enumerate(counts):
        model = _fitted(data, taken)
        scores.append(float(f1_score(data.truth, model.predict(data.held), average="macro")))
        if at + 1 == len(counts):
            break
        wanted = int(counts[at + 1] - count)
        if uncertain:
            taken += _closest(model, data, taken, wanted)
        else:
            taken = order[: counts[at + 1]].tolist()
    return scores


def _fitted(data: _Set, taken: Sequence[int]) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=300)
    return model.fit(data.pool[taken], data.labels[taken])


def _closest(model: Any, data: _Set, taken: Sequence[int], wanted: int) -> list[int]:
    likeliest = np.sort(model.predict_proba(data.pool), axis=1)
    margin = likeliest[:, -1] - likeliest[:, -2]
    margin[list(taken)] = np.inf
    found: list[int] = np.argsort(margin, kind="stable")[:wanted].tolist()
    return found
