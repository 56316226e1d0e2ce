"""What a label is worth: reviews chosen by uncertainty against reviews drawn uniformly.

On labelled sets of others, with several seeds: each way begins with the same few uniform labels and
goes on batch by batch. The model is logistic regression, on TF-IDF of words and characters whose
vocabulary comes from the unlabelled pool, or on where e5-small places them untrained.
A way is compared with uniform labels for the same model.
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

from benchmarks.support.choosing import WAYS
from common.home import CHECKOUT

OPTIONS: dict[str, int | str] = {
    "seeds": 5,
    "labels": 300,
    "most": 900,
    "batch": 50,
    "begin": 50,  # labels that all ways begin with
    "pool": 2500,  # texts, of those that e5-small places
    "ways": "margin entropy spread half product sharp",
    "features": "words",  # or e5, or both
}
Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_HELD = 1000  # texts judged on, of those that e5-small places
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
    worths: dict[str, list[float]] = {}
    for name in _SETS:
        train, dev = (folder / f"{name}_{split}.csv" for split in ("train", "dev"))
        if not (train.is_file() and dev.is_file()):
            note(f"{name} is absent from VERBATIM_BENCH_DATA")
            continue
        for kind in str(options["features"]).split():
            data = _READERS[kind](train, dev, options)
            for key, value in _compared(data, options).items():
                figures[f"{name}.{kind}.{key}"] = value
                way, _, figure = key.partition(".")
                if figure == "worth":
                    worths.setdefault(f"{kind}.{way}", []).append(value)
                    say(f"{name:30} {kind:6}{way:9} worth {value:.0f} uniform labels")
    for way, found in worths.items():
        figures[f"{way}.worth_median"] = float(np.median(found))
        figures[f"{way}.worth_least"] = float(min(found))
        say(f"{way:15} median {np.median(found):.0f}, least {min(found):.0f}")
    return figures


def _by_words(train: Path, dev: Path, options: Mapping[str, Any]) -> _Set:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    pool, held, names = _both(train, dev)
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


def _by_e5(train: Path, dev: Path, options: Mapping[str, Any]) -> _Set:
    from django.conf import settings

    from modelops.ml.label_errors import base_vectors

    pool, held, names = _both(train, dev)
    rng = np.random.default_rng(0)
    pool, held = _some(pool, options["pool"], rng), _some(held, _HELD, rng)
    bases = settings.VERBATIM_HOME.folder("bases")
    placed = base_vectors([*pool, *held], "e5-small", bases).astype(np.float64)
    # They all lie close together; logistic regression wants them apart.
    placed = (placed - placed[: len(pool)].mean(0)) / placed[: len(pool)].std(0)
    return _Set(
        placed[: len(pool)],
        np.array([names.index(label) for label in pool.values()]),
        placed[len(pool) :],
        np.array([names.index(label) for label in held.values()]),
    )


_READERS = {"words": _by_words, "e5": _by_e5}


def _some(rows: dict[str, str], most: int, rng: np.random.Generator) -> dict[str, str]:
    texts = list(rows)
    kept = sorted(rng.permutation(len(texts))[:most].tolist())
    return {texts[at]: rows[texts[at]] for at in kept}


def _both(train: Path, dev: Path) -> tuple[dict[str, str], dict[str, str], list[str]]:
    pool, held = _rows(train), _rows(dev)
    # A text that stands in both would be judged by heart.
    held = {text: label for text, label in held.items() if text not in pool}
    return pool, held, sorted({*pool.values(), *held.values()})


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
    counts = np.arange(options["begin"], most + 1, batch)
    uniform = np.array([_curve(data, counts, seed, "") for seed in range(seeds)])
    few = counts[counts <= options["labels"]]
    found = {"uniform.macro_f1": float(uniform[:, len(few) - 1].mean())}
    for way in str(options["ways"]).split():
        chosen = np.array([_curve(data, few, seed, way) for seed in range(seeds)])[:, -1]
        reached = float(chosen.mean())
        found |= {
            f"{way}.macro_f1": reached,
            f"{way}.sd": float(chosen.std(ddof=1)) if seeds > 1 else 0.0,
            f"{way}.worth": _worth(counts, uniform.mean(axis=0), reached),
        }
    return found


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


def _curve(data: _Set, counts: Sequence[int] | Ints, seed: int, way: str) -> list[float]:
    """Macro-F1 on the held-out set at each number of labels; without a `way` uniformly drawn."""
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
        if way:
            places = np.setdiff1d(np.arange(len(data.labels)), taken)
            shares = model.predict_proba(data.pool[places])
            taken += WAYS[way](shares, data.pool[places], places, wanted, seed)
        else:
            taken = order[: counts[at + 1]].tolist()
    return scores


def _fitted(data: _Set, taken: Sequence[int]) -> Any:
    from sklearn.linear_model import LogisticRegression

    # Dense features of unit variance want a stronger hand than sparse ones of unit length.
    strength = 0.01 if isinstance(data.pool, np.ndarray) else 10.0
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300)
    return model.fit(data.pool[taken], data.labels[taken])
