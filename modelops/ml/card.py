"""The model card: what a person should know before relying on a model, in Markdown.

After Mitchell et al. 2019, "Model Cards for Model Reporting".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .gate import Verdict
from .spec import Example, QuestionSpec, TrainConfig

_LIMITS = (
    "Answers what the annotators of the training data would say about texts like theirs; other "
    "channels, products or years need a fresh look.",
    "Trained on Chinese and English as listed under Data; other languages are read badly.",
    "Texts longer than the limit below are cut; predictions on them are flagged as truncated.",
    "The dev split chose the epoch, the temperatures and the verdict, so its figures are a little "
    "too good; those of a test split are not.",
)


def render(
    *,
    questions: Sequence[QuestionSpec],
    splits: Mapping[str, Sequence[Example]],
    config: TrainConfig,
    base: Mapping[str, Any],
    hashes: Mapping[str, str],
    manifest: Mapping[str, Any],
    metrics: Mapping[str, Any],
    verdict: Verdict,
    baselines: Mapping[str, Any],
) -> str:
    """The card's text; `metrics` and `baselines` as in `training.TrainResult`."""
    parts = [
        "# Model card",
        _base(base, manifest),
        "## Data\n\n" + _data(questions, splits),
        "## Scores\n\n" + _scores(questions, metrics, baselines),
        "## Gate\n\n" + _gate(verdict),
        "## Calibration\n\n" + _calibration(questions, metrics, manifest),
        "## Configuration\n\n" + _table(("knob", "value"), list(asdict(config).items())),
        "## Limits\n\n" + "\n".join(f"- {line}" for line in _LIMITS),
        "## Files\n\n" + _table(("file", "SHA-256"), list(hashes.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join(_cell(cell) for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *(line(row) for row in rows)])


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) and abs(value) >= 0.01 else str(value)


def _base(base: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    rows = [
        ("family", manifest["family"]),
        ("base model", base["name"]),
        ("origin", base["origin"]),
        ("licence of the base model", base["licence"]),
        ("checksum of the base model", base["checksum"]),
        ("precision", manifest["precision"]),
        ("int8 against fp32 on dev", manifest.get("int8", "not tried")),
        ("tokens read of a text, at most", manifest["max_len"]),
    ]
    return _table(("what", "value"), rows)


def _data(questions: Sequence[QuestionSpec], splits: Mapping[str, Sequence[Example]]) -> str:
    rows = []
    for split, examples in splits.items():
        for lang in sorted({e.lang for e in examples}):
            part = [e for e in examples if e.lang == lang]
            for q in questions:
                counts = Counter(e.answers.get(q.key) for e in part)
                told = ", ".join(f"{c} {counts[c]}" for c in q.choices)
                rows.append((split, lang, len(part), q.key, told))
    return _table(("split", "language", "texts", "question", "answers"), rows)


def _scores(
    questions: Sequence[QuestionSpec], metrics: Mapping[str, Any], baselines: Mapping[str, Any]
) -> str:
    rows: list[tuple[Any, ...]] = []
    named = [(f"this model, {split}", found) for split, found in metrics.items()]
    named += [(f"{name}, dev", found) for name, found in sorted(baselines.items())]
    for q in questions:
        for name, found in named:
            if q.key not in found:
                continue
            whole = found[q.key]
            for lang, s in [("all", whole), *whole["by_lang"].items()]:
                rows.append((q.key, lang, name, s["n"], s["accuracy"], s["macro_f1"]))
    text = _table(("question", "language", "predictor", "n", "accuracy", "macro-F1"), rows)
    for split, found in metrics.items():
        if "mentions" in found:
            text += f"\n\nMentions on {split}:\n\n" + _table(
                ("figure", "value"), list(found["mentions"].items())
            )
    return text


def _gate(verdict: Verdict) -> str:
    head = ("question", "language", "baseline", "n", "difference", "95 % interval", "passed")
    rows = [
        (c.question, c.language, c.baseline, c.n, c.difference, f"{c.low:.3f} to {c.high:.3f}",
         "yes" if c.passed else "NO")
        for c in verdict.checks
    ]  # fmt: skip
    return f"Passed: {'yes' if verdict.passed else 'NO'}\n\n{_table(head, rows)}"


def _calibration(
    questions: Sequence[QuestionSpec], metrics: Mapping[str, Any], manifest: Mapping[str, Any]
) -> str:
    rows = [
        (q.key, split, manifest["temperatures"][q.key], found[q.key]["ece"], found[q.key]["nll"])
        for q in questions
        for split, found in metrics.items()
        if q.key in found
    ]
    return _table(("question", "split", "temperature", "ECE", "NLL"), rows)
