"""What the demo prints: the three indices, the champion beside its baselines, the phases."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from analytics.demo.clock import Clock
from analytics.formulas.figures import Figure
from analytics.selectors import TableRow
from modelops.models import ModelVersion
from taxonomy.questions import QUESTIONS

_NO_NUMBER = {"too_few": "too few", "no_data": "no data"}


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns; the first to the left, the others to the right."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [
            " " * (width - _width(cell)) + cell
            for cell, width in zip(row[1:], widths[1:], strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "no data"
    if figure.value is None or figure.low is None or figure.high is None:
        return f"{_NO_NUMBER.get(figure.state, figure.state)} (n {figure.n})"
    return f"{figure.value:+.2f} ({figure.low:+.2f} to {figure.high:+.2f}) n {figure.n}"


def indices(rows: Sequence[TableRow], model: ModelVersion) -> str:
    """The three indices by group, each with its interval and n."""
    head = ["", *(question.name_en for question in QUESTIONS)]
    names = {"all": "all", "zh": "zh", "en": "en"}
    body = [
        [
            names.get(row.key or "", row.name) if row.by != "category" else row.name,
            *(_cell(row.figures.get(question.key)) for question in QUESTIONS),
        ]
        for row in rows
    ]
    left_out: dict[str, int] = {}
    for row in rows[:1]:
        for figure in row.figures.values():
            left_out = figure.left_out
    told = ", ".join(f"{name} {n}" for name, n in sorted(left_out.items()) if n) or "nothing"
    return "\n".join(
        [
            f"Indices: (P - N) / (P + N + Z), model {model.label}, plain 95 % intervals, "
            "not yet corrected",
            table([head, *body]),
            f"Left out: {told}",
        ]
    )


def _score(found: dict[str, Any] | None, language: str) -> str:
    by_language = (found or {}).get("by_lang", {}).get(language)
    return "-" if not by_language else f"{by_language['macro_f1']:.3f}"


def scores(model: ModelVersion) -> str:
    """Macro-F1 by question and language: the champion and each baseline, on the dev split.

    The labels are the starter labels, made by a language model: the scores are synthetic.
    """
    dev = model.metrics.get("dev", {})
    test = model.metrics.get("test", {})
    names = list(model.baselines)
    head = ["macro-F1 (synthetic labels)", model.label, *names, f"{model.label}, test"]
    body = [
        [
            f"{key} {language}",
            _score(dev.get(key), language),
            *(_score(model.baselines[name].get(key), language) for name in names),
            _score(test.get(key), language),
        ]
        for key in model.questions
        for language in ("zh", "en")
    ]
    return table([head, *body])


def phases(clock: Clock) -> str:
    """Wall and processor seconds of each phase, the load, and the memory at its highest."""
    body = [
        [phase.name, f"{phase.seconds:.1f} s", f"{phase.cpu_seconds:.1f} CPU-s"]
        for phase in clock.phases
    ]
    cpu = sum(phase.cpu_seconds for phase in clock.phases)
    total = ["all phases", f"{clock.seconds:.1f} s", f"{cpu:.1f} CPU-s"]
    memory = clock.peak_memory / 1024**3
    return (
        table([["phase", "wall", "processor"], *body, total])
        + f"\nload average {clock.load():.2f}, peak memory {memory:.2f} GB"
    )
