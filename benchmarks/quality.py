"""How good the answers are: the starter labels' test split, several seeds, baselines beside.

The model is trained as the demo trains it. The test split is only ever scored.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.support.home import ThrowAwayHome
from common.home import CHECKOUT

OPTIONS: dict[str, int | str] = {"seeds": 3, "base": "e5-small"}
Say = Callable[[str], None]
Ints = npt.NDArray[np.int64]
_FIRST_SEED = 13
_RUNS = 2000  # resamples of the paired bootstrap
_SHARED = "reviews_dev_labelled.jsonl"  # labelled by the guidelines, never trained on


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    with ThrowAwayHome() as home:
        bases = _own_bases()
        if bases is not None:
            shutil.copytree(bases, home.home.folder("bases"), dirs_exist_ok=True)
        home.manage("load_samples")
        say(f"samples loaded; training with {options['seeds']} seeds")
        found = home.call("benchmarks.quality:measure", {**options, "shared": _shared(note)})
        for line in found["table"]:
            say(line)
        figures: dict[str, float] = found["figures"]
        return figures


def _own_bases() -> Path | None:
    """Base models that the caller's home has converted already."""
    from django.conf import settings

    folder: Path = settings.VERBATIM_HOME.folder("bases")
    return folder if any(folder.iterdir()) else None


def _shared(note: Say) -> str | None:
    folder = Path(os.environ.get("VERBATIM_BENCH_DATA") or CHECKOUT.parent / "shared" / "data")
    path = folder / _SHARED
    if path.is_file():
        return str(path)
    note(f"{_SHARED} is absent from VERBATIM_BENCH_DATA, so only the samples were scored")
    return None


def measure(seeds: int, base: str, shared: str | None) -> dict[str, Any]:
    """Called inside a home that holds the samples: figures by name, and lines of a table."""
    from django.conf import settings

    from modelops.ml.spec import TrainConfig
    from modelops.ml.training import train_encoder
    from modelops.selectors.questions import question_specs
    from modelops.selectors.snapshots import examples_of
    from modelops.services.snapshots import snapshot_from_annotations
    from taxonomy.questions import QUESTIONS

    keys = [question.key for question in QUESTIONS]
    snapshot = snapshot_from_annotations(actor=None, questions=keys, name="quality")
    splits = {name: examples_of(snapshot, name) for name in ("train", "dev", "test")}
    sets = {"test": splits["test"]}
    if shared is not None:
        sets["reviews"] = _reviews(Path(shared), keys)
    questions = question_specs(keys)
    judged = _Judged(splits, sets, questions)
    passed = 0
    for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
        with tempfile.TemporaryDirectory(dir=settings.VERBATIM_HOME.root) as folder:
            made = train_encoder(
                splits["train"],
                splits["dev"],
                None,
                questions,
                replace(TrainConfig(), seed=seed),
                Path(folder) / "model",
                base=base,
                cache_dir=settings.VERBATIM_HOME.folder("bases"),
            )
            passed += made.verdict.passed
            judged.answer(Path(folder) / "model")
    figures, table = judged.told()
    return {"figures": {"seeds": seeds, "passed_gate": passed, **figures}, "table": table}


def _reviews(path: Path, keys: Sequence[str]) -> list[Any]:
    """The labelled reviews of a file as examples, redacted."""
    import json

    from modelops.ml.spec import Example
    from modelops.services.texts import redacted

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = redacted([row["text"] for row in rows])
    return [
        Example(
            id=str(row["id"]),
            text=text,
            lang=row["lang"],
            answers={key: row[key] for key in keys if row.get(key)},
        )
        for row, text in zip(rows, texts, strict=True)
    ]


class _Judged:
    """Answers of every seed and of the baselines to the same texts, compared text by text."""

    def __init__(
        self, splits: Mapping[str, Any], sets: Mapping[str, Any], questions: Sequence[Any]
    ) -> None:
        from modelops.ml import evaluation
        from modelops.ml.training import fit_baselines

        self.sets, self.questions = sets, questions
        simple = fit_baselines(splits["train"], splits["dev"], questions)
        self.baselines = {
            name: {
                of: evaluation.probabilities(predictor, examples, questions)
                for of, examples in sets.items()
            }
            for name, predictor in simple.items()
        }
        self.models: dict[str, list[dict[str, Ints]]] = {name: [] for name in sets}

    def answer(self, folder: Path) -> None:
        """Keep what a trained model says to every set: choice numbers [N] by question."""
        from modelops.ml.session import Session

        session = Session(folder)
        for name, examples in self.sets.items():
            found = session.predict([example.text for example in examples])
            self.models[name].append(
                {
                    q.key: np.array(
                        [q.choices.index(item.answers[q.key].label) for item in found], np.int64
                    )
                    for q in self.questions
                }
            )

    def told(self) -> tuple[dict[str, float], list[str]]:
        from modelops.ml import evaluation

        figures: dict[str, float] = {}
        table = []
        for of, examples in self.sets.items():
            langs = np.array([example.lang for example in examples])
            for q in self.questions:
                gold = evaluation.gold(examples, q)
                for lang in sorted(set(langs.tolist())):
                    rows = np.flatnonzero((langs == lang) & (gold >= 0))
                    if len(rows):
                        found, line = self._cell(of, q, gold, rows)
                        figures |= {f"{of}_{q.key}_{lang}_{k}": v for k, v in found.items()}
                        table.append(f"{of} {q.key} {lang}: {line}")
        return figures, table

    def _cell(self, of: str, question: Any, gold: Ints, rows: Ints) -> tuple[dict[str, float], str]:
        """Mean macro-F1 of the seeds, and its lead over each baseline with a 95 % interval."""
        from modelops.ml import metrics

        count = len(question.choices)
        mine = [answers[question.key][rows] for answers in self.models[of]]
        own = [metrics.macro_f1(gold[rows], guess, count) for guess in mine]
        figures = {"n": len(rows), "model": round(float(np.mean(own)), 4)}
        words = [f"n {len(rows)}, model {np.mean(own):.3f}"]
        for name, by_set in sorted(self.baselines.items()):
            probs = by_set[of].get(question.key)
            if probs is None or np.isnan(probs[rows]).any():
                continue
            theirs = probs[rows].argmax(axis=1).astype(np.int64)
            lead, low, high = mean_lead(gold[rows], mine, theirs, count)
            score = metrics.macro_f1(gold[rows], theirs, count)
            figures |= {
                name: round(score, 4),
                f"{name}_lead": round(lead, 4),
                f"{name}_lead_low": round(low, 4),
                f"{name}_lead_high": round(high, 4),
            }
            words.append(f"{name} {score:.3f} ({lead:+.3f}, {low:+.3f} to {high:+.3f})")
        return figures, "; ".join(words)


def mean_lead(
    gold: Ints, mine: Sequence[Ints], theirs: Ints, choices: int
) -> tuple[float, float, float]:
    """Mean over `mine` of macro-F1 less that of `theirs`, with a 95 % paired-bootstrap interval.

    Texts are resampled, the same ones for all (Efron and Tibshirani 1993, chapter 16).
    """
    from modelops.ml import metrics

    def lead(rows: Ints) -> float:
        own = [metrics.macro_f1(gold[rows], guess[rows], choices) for guess in mine]
        return float(np.mean(own)) - metrics.macro_f1(gold[rows], theirs[rows], choices)

    rng = np.random.default_rng(13)
    found = [lead(rng.integers(0, len(gold), len(gold))) for _ in range(_RUNS)]
    low, high = np.quantile(found, [0.025, 0.975])
    return lead(np.arange(len(gold))), float(low), float(high)
