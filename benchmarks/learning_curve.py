"""What a label is worth: reviews chosen by uncertainty against reviews drawn uniformly.

On labelled sets of others, with several seeds: each way begins with the same few uniform labels and
goes on batch by batch. The model is logistic regression on where e5-small places the texts
untrained, or on TF-IDF of words and characters whose vocabulary comes from the unlabelled pool.
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
    "texts": 4500,  # of a set, drawn by a fixed seed
    "ways": "margin drawn mild entropy spread half",
    "features": "e5",  # or words, or both
}
Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_HELD = 1000  # texts judged on at the most, and a quarter of the set at the most
_SETS = (
    "demand_en_app_reviews",
    "demand_en_semeval19_a",
    "intent_en_iphone_tweets",
    "absa_polarity_en_laptop14",
    "absa_polarity_zh_electronics",
    "sentiment_en_vader_amazon",
    "sentiment_zh_jd_clauses",
    "sentiment_zh_online_shopping",
    "sentiment_zh_waimai",
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
        texts, labels, held = _drawn(_rows(train) | _rows(dev), int(options["texts"]))
        for kind in str(options["features"]).split():
            placed, truth = _READERS[kind](texts, held), labels
            data = _Set(placed[held:], truth[held:], placed[:held], truth[:held])
            for key, value in _compared(data, options, f"{name} {kind}", say).items():
                figures[f"{name}.{kind}.{key}"] = value
                way, _, figure = key.partition(".")
                if figure == "worth":
                    worths.setdefault(f"{kind}.{way}", []).append(value)
    for way, found in worths.items():
        figures[f"{way}.worth_median"] = float(np.median(found))
        figures[f"{way}.worth_least"] = float(min(found))
        say(f"{way:15} median {np.median(found):.0f}, least {min(found):.0f}")
    return figures


def _drawn(rows: Mapping[str, str], most: int) -> tuple[list[str], Ints, int]:
    """Texts, their labels as numbers, and how many of the first ones are judged on."""
    texts = list(rows)
    order = np.random.default_rng(0).permutation(len(texts))[:most]
    texts = [texts[at] for at in order]
    names = sorted(set(rows.values()))
    labels = np.array([names.index(rows[text]) for text in texts])
    return texts, labels, min(_HELD, len(texts) // 4)


def _by_words(texts: Sequence[str], held: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float64),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2, dtype=np.float64
        ),
    )
    return features.fit(texts[held:]).transform(texts).tocsr()


def _by_e5(texts: Sequence[str], held: int) -> Any:
    from django.conf import settings

    from modelops.ml.label_errors import base_vectors

    bases = settings.VERBATIM_HOME.folder("bases")
    placed = base_vectors(texts, "e5-small", bases).astype(np.float64)
    # They all lie close together; logistic regression wants them apart.
    return (placed - placed[held:].mean(0)) / placed[held:].std(0)


_READERS: Mapping[str, Callable[[Sequence[str], int], Any]] = {"words": _by_words, "e5": _by_e5}


def _rows(path: Path) -> dict[str, str]:
    """Label by text, with the aspect it is about in front; texts with two labels are left out."""
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            aspect = row.get("aspect")
            text = f"{aspect} {aspect} {row['text']}" if aspect else row["text"]
            found.setdefault(text, set()).add(row["label"])
    return {text: next(iter(labels)) for text, labels in found.items() if len(labels) == 1}


def _compared(data: _Set, options: Mapping[str, Any], title: str, say: Say) -> dict[str, float]:
    seeds, batch = options["seeds"], options["batch"]
    most = min(options["most"], len(data.labels))
    counts = np.arange(options["begin"], most + 1, batch)
    uniform = np.array([_curve(data, counts, seed, "") for seed in range(seeds)])
    few = counts[counts <= options["labels"]]
    say(f"{title}: macro-F1 at {' '.join(map(str, counts))} labels")
    say(f"  {'uniform':9} {_points(uniform)}")
    found = {"uniform.macro_f1": float(uniform[:, len(few) - 1].mean())}
    for way in str(options["ways"]).split():
        chosen = np.array([_curve(data, few, seed, way) for seed in range(seeds)])
        reached = float(chosen[:, -1].mean())
        worth = _worth(counts, uniform.mean(axis=0), reached)
        found |= {
            f"{way}.macro_f1": reached,
            f"{way}.sd": float(chosen[:, -1].std(ddof=1)) if seeds > 1 else 0.0,
            f"{way}.worth": worth,
        }
        say(f"  {way:9} {_points(chosen)}  worth {worth:.0f} uniform labels")
    return found


def _points(curves: Floats) -> str:
    return " ".join(f"{score:.3f}" for score in curves.mean(axis=0))


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
