"""How well the engine finds what people marked: recall, precision, leaks, with intervals.

Pure: takes labelled texts and what was found in them, gives figures. Every interval is 95 % and
counts templates (see `rates`), not texts.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from privacy.redaction.labelled import Labelled
from privacy.redaction.rates import rate
from privacy.redaction.spans import Span

COMPATIBLE: Final[dict[str, frozenset[str]]] = {
    "ORDER_NO": frozenset({"TRACKING_NO"}),  # the sets mark parcels' numbers as orders'
}
IOU: Final = 0.5

Count = tuple[str, float, float]
Counts = dict[tuple[str, str], list[Count]]
Find = Callable[[Sequence[str]], Sequence[Sequence[Span]]]


@dataclass(slots=True)
class _Tally:
    recall: Counts = field(default_factory=lambda: defaultdict(list))
    precision: Counts = field(default_factory=lambda: defaultdict(list))
    leak: Counts = field(default_factory=lambda: defaultdict(list))
    touched: Counts = field(default_factory=lambda: defaultdict(list))
    beyond: Counts = field(default_factory=lambda: defaultdict(list))


def measure(
    rows: Sequence[Labelled], find_many: Find, types: Collection[str] | None = None
) -> dict[str, Any]:
    """Figures for `find_many` on `rows`, for the given types only (all when None).

    {"types": {type: {lang: {"recall", "precision"}}},
    "leak": {lang: share of the texts with marks in which a letter or digit of marked data is left},
    "hard_negatives_touched": {lang: share of the texts without marks in which anything is found},
    "beyond": {lang: share of the letters and digits that are no personal data but redacted},
    "texts", "texts_s": texts per second of wall time, all in one batch}

    A finding matches when it overlaps by intersection over union >= 0.5 and has a compatible type.
    """
    began = time.perf_counter()
    found_of = find_many([row.text for row in rows])
    seconds = time.perf_counter() - began
    tally = _Tally()
    for row, found in zip(rows, found_of, strict=True):
        _add(tally, row, found, types)
    kinds: dict[str, dict[str, Any]] = defaultdict(dict)
    for key in sorted(tally.recall.keys() | tally.precision.keys()):
        kinds[key[0]][key[1]] = {
            "recall": asdict(rate(tally.recall.get(key, ()))),
            "precision": asdict(rate(tally.precision.get(key, ()))),
        }
    return {
        "types": dict(kinds),
        "leak": _by_language(tally.leak),
        "hard_negatives_touched": _by_language(tally.touched),
        "beyond": _by_language(tally.beyond),
        "texts": len(rows),
        "texts_s": round(len(rows) / seconds, 1) if seconds else None,
    }


def missed(
    row: Labelled, found: Sequence[Span], types: Collection[str] | None = None
) -> list[tuple[int, int, str]]:
    """The marks of which a letter or digit is outside every finding, whatever its type."""
    covered = _cover(len(row.text), [(s.start, s.end) for s in found])
    return [
        mark
        for mark in row.marks
        if (types is None or mark[2] in types)
        and any(row.text[i].isalnum() and not covered[i] for i in range(mark[0], mark[1]))
    ]


def _add(
    tally: _Tally, row: Labelled, found: Sequence[Span], types: Collection[str] | None
) -> None:
    seen = [span for span in found if types is None or span.type in types]
    marks = [mark for mark in row.marks if types is None or mark[2] in types]
    whole = ("", row.lang)
    for mark in marks:
        hit = any(_matches(mark, span) for span in found)
        tally.recall[mark[2], row.lang].append((row.group, hit, 1))
    for span in seen:
        right = next((mark for mark in marks if _matches(mark, span)), None)
        kind = right[2] if right else span.type
        tally.precision[kind, row.lang].append((row.group, right is not None, 1))
    if marks:
        tally.leak[whole].append((row.group, bool(missed(row, found, types)), 1))
    elif row.negative:
        tally.touched[whole].append((row.group, bool(seen), 1))
    inside = _cover(len(row.text), [(mark[0], mark[1]) for mark in row.marks])
    covered = _cover(len(row.text), [(span.start, span.end) for span in seen])
    free = [i for i, char in enumerate(row.text) if char.isalnum() and not inside[i]]
    tally.beyond[whole].append((row.group, sum(covered[i] for i in free), len(free)))


def _cover(length: int, stretches: Sequence[tuple[int, int]]) -> bytearray:
    covered = bytearray(length)
    for start, end in stretches:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def _matches(mark: tuple[int, int, str], span: Span) -> bool:
    start, end, kind = mark
    if span.type != kind and span.type not in COMPATIBLE.get(kind, ()):
        return False
    common = min(end, span.end) - max(start, span.start)
    union = max(end, span.end) - min(start, span.start)
    return common > 0 and common / union >= IOU


def _by_language(counts: Counts) -> dict[str, Any]:
    return {lang: asdict(rate(rows)) for (_, lang), rows in sorted(counts.items())}


def as_table(figures: Mapping[str, Any]) -> str:
    """The figures of `measure` as a Markdown table."""
    lines = [
        "| type | lang | recall | 95 % | of | templates | precision | 95 % | of |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, languages in figures["types"].items():
        for lang, pair in languages.items():
            cells = [*_cells(pair["recall"]), str(pair["recall"]["groups"])]
            lines.append(f"| {kind} | {lang} | {' | '.join(cells + _cells(pair['precision']))} |")
    lines += ["", "| | lang | share | 95 % | of | templates |", "|---|---|---|---|---|---|"]
    for name in ("leak", "hard_negatives_touched", "beyond"):
        for lang, one in figures[name].items():
            cells = [*_cells(one), str(one["groups"])]
            lines.append(f"| {name} | {lang} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{figures['texts']} texts, {figures['texts_s']:.0f} texts/s"])


def _cells(one: Mapping[str, Any]) -> list[str]:
    if one["value"] is None:
        return ["-", "-", "0"]
    return [f"{one['value']:.4f}", f"{one['low']:.3f}-{one['high']:.3f}", f"{one['n']:.0f}"]
