"""A version beside its baselines, as rows for a page: nothing here is worked out anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelops.models import ModelVersion

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Against:
    """Macro-F1 on dev for a question and language, beside the best baseline there."""

    question: str
    language: str
    n: int
    macro_f1: float
    baseline: str = ""  # empty: no baseline covers it
    baseline_macro_f1: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    passed: bool | None = None


def against_best_baseline(model: ModelVersion) -> list[Against]:
    """One row per question and language of the dev split; Chinese first.

    The difference and its interval are those of the gate's check against the best baseline.
    """
    dev = model.metrics.get("dev", {})
    checks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for check in model.verdict.get("checks", []):
        checks.setdefault((check["question"], check["language"]), []).append(check)
    rows = []
    for question in model.questions:
        by_language = dev.get(question, {}).get("by_lang", {})
        for language in sorted(by_language, key=_language_order):
            scores = by_language[language]
            found = checks.get((question, language), [])
            best = max(found, key=lambda check: check["reference"], default=None)
            row = Against(question, language, scores["n"], scores["macro_f1"])
            if best is not None:
                row = Against(
                    question,
                    language,
                    scores["n"],
                    scores["macro_f1"],
                    best["baseline"],
                    best["reference"],
                    best["difference"],
                    best["low"],
                    best["high"],
                    best["passed"],
                )
            rows.append(row)
    return rows


def _language_order(language: str) -> tuple[int, str]:
    return (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES), language)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Scores of the version or of a baseline, on one split; `language` empty: all of them."""

    predictor: str  # empty: the version itself
    split: str
    language: str
    scores: dict[str, Any]


def score_rows(model: ModelVersion, question: str) -> list[ScoreRow]:
    """All that is known of `question`: the version on dev and test, then its baselines on dev."""
    found = [
        ("", split, model.metrics[split]) for split in ("dev", "test") if split in model.metrics
    ]
    found += [(name, "dev", model.baselines[name]) for name in sorted(model.baselines)]
    rows = []
    for predictor, split, scored in found:
        scores = scored.get(question)
        if not scores:
            continue
        rows.append(ScoreRow(predictor, split, "", scores))
        for language in sorted(scores.get("by_lang", {}), key=_language_order):
            rows.append(ScoreRow(predictor, split, language, scores["by_lang"][language]))
    return rows
