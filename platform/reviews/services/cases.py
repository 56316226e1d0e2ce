"""Decisions become tests: the sentence, with invented values in place of anybody's data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Store
from privacy.invented import invented
from privacy.redaction.spans import TYPES
from privacy.styles import for_engine, placeholders_in
from reviews.models import Doubt, RedactionCase
from reviews.selectors.reviewing import cases

_END = re.compile(r"[。！？；\n]|[.!?;](?=\s|$)")
_MOST = 120  # code points kept on either side of the words in question

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Case:
    """spans: what the engine has to find in `text`, and nothing else outside placeholders."""

    id: str
    text: str
    language: str
    spans: tuple[Span, ...]

    def as_dict(self) -> dict[str, Any]:
        spans = [
            {"start": start, "end": end, "type": kind, "text": self.text[start:end]}
            for start, end, kind in self.spans
        ]
        return {
            "id": self.id,
            "lang": self.language,
            "kind": "pos" if self.spans else "neg",
            "text": self.text,
            "spans": spans,
        }


class BadCase(ValueError):
    """A line of a file of cases cannot be used; the message says which field."""


def case_of(value: Mapping[str, Any]) -> Case:
    """A line of an exported file. Raises BadCase."""
    text = value.get("text")
    if not isinstance(text, str) or not text:
        raise BadCase("text: a string is missing")
    spans = []
    given = value.get("spans", [])
    if not isinstance(given, list):
        raise BadCase("spans: not a list")
    for one in given:
        start, end = (one.get("start"), one.get("end")) if isinstance(one, dict) else (None, None)
        if (
            not isinstance(start, int)
            or not isinstance(end, int)
            or not 0 <= start < end <= len(text)
        ):
            raise BadCase("spans: each needs start and end inside the text")
        if one.get("type") not in TYPES:
            raise BadCase("spans: an unknown type")
        spans.append((start, end, one["type"]))
    return Case(str(value.get("id", "")), text, str(value.get("lang", "")), tuple(spans))


def case_made(
    doubt: Doubt, text: str, span: tuple[int, int], kind: str, *, stays: bool
) -> RedactionCase:
    """The test that a decision about text[span] becomes; not stored yet.

    kind: the type of the words; what stands there, a placeholder or the words themselves, is
    replaced by an invented value. stays: the words are no personal data, so they are kept and the
    engine must leave them alone.
    """
    low, high = _sentence(text, *span)
    start, end = span[0] - low, span[1] - low
    sentence = text[low:high]
    language = doubt.review.language
    words = asked = sentence[start:end]
    if not stays:
        words = invented(kind, chinese=language.startswith("zh"), seed=f"doubt {doubt.pk}")
    # The same words again in the sentence are the same person's.
    places = sorted({start, *(found.start() for found in re.finditer(re.escape(asked), sentence))})
    made, found, done = "", [], 0
    for place in places if asked.strip() else [start]:
        if place < done:
            continue
        made += for_engine(sentence[done:place])[0] + words
        found.append([len(made) - len(words), len(made), kind])
        done = place + len(asked)
    made += for_engine(sentence[done:])[0]
    found = [] if stays else found
    return RedactionCase(
        text=made,
        language=language,
        spans=found,
        text_hash=hashlib.sha256(f"{made}|{found}".encode()).hexdigest(),
        doubt=doubt if doubt.pk else None,
    )


def case_keep(case: RedactionCase) -> bool:
    """Store a test, unless the same one is there. Whether it is new."""
    before = RedactionCase.objects.filter(text_hash=case.text_hash).exists()
    if not before:
        RedactionCase.objects.bulk_create([case], ignore_conflicts=True)
    return not before


def stored_cases(stores: Sequence[Store] | None = None) -> Iterator[Case]:
    """The cases that decisions in `stores` made (None: all there are)."""
    for row in cases(stores).iterator():
        spans = tuple((start, end, kind) for start, end, kind in row.spans)
        yield Case(f"case-{row.pk}", row.text, row.language, spans)


def failures(case: Case, found: Iterable[tuple[int, int, str]]) -> list[str]:
    """What the engine got wrong, in words without a text: missed, partly found, too much."""
    spans = list(found)
    said = []
    for start, end, kind in case.spans:
        covered = sum(max(0, min(end, b) - max(start, a)) for a, b, _ in spans)
        if covered == 0:
            said.append(f"missed {kind} at {start}")
        elif covered < end - start:
            said.append(f"found only part of {kind} at {start}")
        elif not any(a < end and start < b and other == kind for a, b, other in spans):
            said.append(f"took {kind} at {start} for another type")
    extra = [
        (a, b, kind)
        for a, b, kind in spans
        if not any(a < end and start < b for start, end, _ in case.spans)
    ]
    said += [f"replaced {kind} at {a}, which is none" for a, _, kind in extra]
    return said


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around text[start:end], at most _MOST code points on either side."""
    low = max(0, start - _MOST)
    for match in _END.finditer(text, low, start):
        low = match.end()
    after = _END.search(text, end, min(len(text), end + _MOST))
    high = after.end() if after else min(len(text), end + _MOST)
    # Half a placeholder would be taken for words.
    for held in placeholders_in(text):
        if held.start < low < held.end:
            low = held.end
        if held.start < high < held.end:
            high = held.start
    return min(low, start), max(high, end)
