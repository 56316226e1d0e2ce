"""How well the engine finds what people marked: recall, precision, leaks, with intervals.

Pure: takes rows, gives figures. A row has "text", "lang", and "spans" with "start", "end" and
"type"; "kind" "neg" marks a text of product talk that must stay as it is.
Interval: Wilson (1927), 95 %; texts made from one template are not independent, so it is too
narrow where a set repeats templates.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from privacy.redaction.spans import Span

ALIASES: Final[dict[str, str]] = {
    "CN_ID": "ID_CARD",
    "CREDIT_CARD": "BANK_CARD",
    "STREET_ADDRESS": "ADDRESS",
    "HANDLE": "SOCIAL_HANDLE",
    "URL": "URL_WITH_ID",
    "person": "PERSON",
    "PER.NAM": "PERSON",
}
COMPATIBLE: Final[dict[str, frozenset[str]]] = {
    "ORDER_NO": frozenset({"TRACKING_NO"}),  # the sets mark parcels' numbers as orders'
}
IOU: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """hits of n, with the 95 % Wilson interval; value, low and high are None when n is 0."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


def rate(hits: int, n: int, z: float = 1.96) -> Rate:
    """The share hits / n with its Wilson interval; z in standard deviations."""
    if n == 0:
        return Rate(0, 0, None, None, None)
    p = hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Rate(hits, n, p, max(0.0, centre - half), min(1.0, centre + half))


def measure(
    rows: Sequence[Mapping[str, Any]],
    find: Callable[[str], Sequence[Span]],
    types: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Figures for `find` on `rows`, for the given types only (all when None).

    {"types": {(type, lang): {"recall", "precision"}}, "leak": {lang: texts with a letter or digit
    of marked data left over}, "hard_negatives_touched": {lang: ...}, "texts_s": texts per second
    of wall time}. A finding matches when it overlaps by intersection over union >= 0.5 and has a
    compatible type.
    """
    wanted = None if types is None else frozenset(types)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    leaks: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    touched: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    began = time.perf_counter()
    found_of = [tuple(find(row["text"])) for row in rows]
    seconds = time.perf_counter() - began
    for row, found in zip(rows, found_of, strict=True):
        lang = str(row.get("lang", ""))
        gold = _gold(row, wanted)
        seen = [s for s in found if wanted is None or s.type in wanted]
        _count(counts, lang, gold, seen)
        if gold:
            _add(leaks[lang], any(_uncovered(row["text"], g, found) for g in gold))
        if row.get("kind") == "neg":
            _add(touched[lang], bool(seen))
    return {
        "types": {key: _figures(value) for key, value in sorted(counts.items())},
        "leak": {lang: asdict(rate(*value)) for lang, value in sorted(leaks.items())},
        "hard_negatives_touched": {k: asdict(rate(*v)) for k, v in sorted(touched.items())},
        "texts_s": len(rows) / seconds if seconds else None,
    }


def as_table(figures: Mapping[str, Any]) -> str:
    """The figures of `measure` as a Markdown table."""
    lines = [
        "| type | lang | recall | 95 % | of | precision | 95 % | of |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (kind, lang), pair in figures["types"].items():
        cells = [cell for name in ("recall", "precision") for cell in _cells(pair[name])]
        lines.append(f"| {kind} | {lang} | " + " | ".join(cells) + " |")
    for name in ("leak", "hard_negatives_touched"):
        for lang, one in figures[name].items():
            cells = _cells(one)
            lines.append(f"| {name} | {lang} | " + " | ".join(cells) + f" | {one['hits']} | | |")
    return "\n".join([*lines, f"\n{figures['texts_s']:.0f} texts/s"])


def _gold(row: Mapping[str, Any], wanted: frozenset[str] | None) -> list[tuple[int, int, str]]:
    marked = [(s["start"], s["end"], ALIASES.get(s["type"], s["type"])) for s in row["spans"]]
    return [one for one in marked if wanted is None or one[2] in wanted]


def _count(
    counts: dict[tuple[str, str], list[int]],
    lang: str,
    gold: Sequence[tuple[int, int, str]],
    found: Sequence[Span],
) -> None:
    """Adds to [found of marked, marked, right of found, found] of each type."""
    for one in gold:
        _add(counts[one[2], lang], any(_matches(one, span) for span in found))
    for span in found:
        right = [one for one in gold if _matches(one, span)]
        _add(counts[right[0][2] if right else span.type, lang], bool(right), offset=2)


def _matches(gold: tuple[int, int, str], span: Span) -> bool:
    start, end, kind = gold
    if span.type != kind and span.type not in COMPATIBLE.get(kind, ()):
        return False
    common = min(end, span.end) - max(start, span.start)
    union = max(end, span.end) - min(start, span.start)
    return common > 0 and common / union >= IOU


def _uncovered(text: str, gold: tuple[int, int, str], found: Sequence[Span]) -> bool:
    """Whether a letter or digit of the marked data is outside every finding, of any type."""
    return any(
        text[i].isalnum() and not any(s.start <= i < s.end for s in found)
        for i in range(gold[0], gold[1])
    )


def _add(pair: list[int], hit: bool, offset: int = 0) -> None:
    pair[offset] += hit
    pair[offset + 1] += 1


def _figures(four: Sequence[int]) -> dict[str, Any]:
    return {"recall": asdict(rate(*four[:2])), "precision": asdict(rate(*four[2:]))}


def _cells(one: Mapping[str, Any]) -> list[str]:
    if one["value"] is None:
        return ["-", "-", "0"]
    return [f"{one['value']:.3f}", f"{one['low']:.3f}-{one['high']:.3f}", str(one["n"])]
