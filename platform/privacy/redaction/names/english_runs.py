"""Runs of capitalised words and where they stand in an English text: helpers of `names.english`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from privacy.redaction.names.english_cues import COMPANY, GOODS, NOT_NAMES, POSSESSED, THING_ENDS
from privacy.redaction.names.given import ALSO_WORDS, PINYIN_FIRST, PINYIN_GIVEN, WORDS_TOO
from privacy.redaction.names.spacy_en import Entity
from privacy.redaction.spans import Span

WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]+)*")
_LIST: Final = 5  # people in one list
_LISTED: Final = re.compile(r",? ?(?:and|or|then|and then|&|,|/) ?")
_SENTENCE: Final = re.compile(r"[.!?\n]\s")
_REACH: Final = 120  # characters of context the tagger gets on either side
_READ: Final = 2_000  # characters of one text that the tagger gets: bounds its time
_NO: Final = frozenset(["ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "NORP"])

_BIG: Final = re.compile("(?<![A-Za-z])(?:Big|Little|Lil|Wee|Old|Tiny|Fat|Slim|Crazy) $")
_KNOWN: Final = 40  # names of one text whose parts are looked for again
_SAYS: Final = 0.7  # how sure a name is whose parts are looked for again
_WORDY: Final = ALSO_WORDS | WORDS_TOO | NOT_NAMES | COMPANY


@dataclass(frozen=True, slots=True)
class Run:
    """Words that may be a name.

    sure: the score if it is one without the tagger; 0 asks it.
    against: whether the tagger's calling it a thing, a place or a company would settle it.
    ask: whether the tagger is asked at all; if not, only a name beside it makes it one.
    """

    start: int
    end: int
    sure: float
    against: bool
    ask: bool = True


def titled(text: str, end: int) -> bool:
    """Whether a title or a thing goes on after a name: Simon's Cat, Abbey Road, Bob the Builder."""
    if POSSESSED.match(text, end):
        return True
    follows = WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    if follows is None or not follows.group()[0].isupper():
        return False
    return follows.group().lower() in THING_ENDS


def chained(text: str, runs: Sequence[Run]) -> set[Run]:
    """The sure runs, and what stands in one list with them: "Chidi, Tahani and Janet".

    Commas alone make no list of people: ingredients are listed so.
    """
    sure = {run for run in runs if run.sure and not run.against}
    group: list[Run] = []
    joined = False
    for at, run in enumerate(runs):
        group.append(run)
        after = runs[at + 1].start if at + 1 < len(runs) else len(text) + 1
        joint = _LISTED.fullmatch(text, run.end, after) if after <= len(text) else None
        joined |= joint is not None and joint.group().strip() != ","
        if joint is None:
            if joined and len(group) <= _LIST and sure.intersection(group):
                sure.update(group)
            group, joined = [], False
    return sure


def is_brand(word: str) -> bool:
    """Whether the word before is a firm's name, so that what follows is one of its models."""
    return word.lower() in COMPANY or (len(word) > 2 and word.isupper() and word.isalpha())


def romanised(bare: Sequence[str]) -> bool:
    """A Chinese name in small letters: wang xiaoming."""
    return (
        len(bare) == 2 and bare[0] in PINYIN_FIRST and PINYIN_GIVEN.fullmatch(bare[1]) is not None
    )


def stands_free(text: str, start: int, end: int) -> bool:
    """No part of an address, an account, a model number or a longer word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in {"@", "_", "/", ".", "#", "-", "+", "="} and before:
        return before in {"-", "/", "."} and text[start - 2 : start - 1] in {"", " ", "\n", "-"}
    if before.isdigit() or after.isdigit() or (after and after in "@_/#"):
        return False
    return not (after == "." and text[end + 1 : end + 2].isalnum())


def begins(text: str, start: int) -> bool:
    """Whether a sentence begins there, where every word has a capital."""
    head = text[max(0, start - 4) : start].rstrip(" \"'“‘([*")
    return not head or head[-1] in ".!?:\n;"


def line(text: str, start: int, end: int, size: int) -> bool:
    """Two words or more on a line of their own, as on top of an address."""
    alone = text[start - 1 : start] in {"", "\n", ">"} and text[end : end + 1] in {"", "\n"}
    return alone and size > 1 and "\n" in text


def settled(runs: Sequence[Run], marks: Sequence[Entity], seen: int) -> Iterator[Span]:
    """The open runs that the tagger makes names. What it had no time for is one: better safe."""
    for run in runs:
        labels = {label for start, end, label in marks if start < run.end and end > run.start}
        unread = run.end > seen
        if "PERSON" in labels or (run.sure and not labels & _NO) or unread:
            yield span(run, run.sure or 0.6, "unread" if unread else "tagged")


def passages(text: str, runs: Sequence[Run]) -> list[tuple[int, int]]:
    """The sentences around the runs, joined where they touch; `_READ` characters at most."""
    passages: list[tuple[int, int]] = []
    for run in runs:
        low, high = _sentence(text, run)
        if passages and low <= passages[-1][1]:
            low = passages.pop()[0]
        if sum(end - start for start, end in passages) + high - low > _READ:
            break
        passages.append((low, high))
    return passages


def _sentence(text: str, run: Run) -> tuple[int, int]:
    """The sentence around a run, within bounds."""
    low, high = max(0, run.start - _REACH), min(len(text), run.end + _REACH)
    for end in _SENTENCE.finditer(text, low, run.start):
        low = end.end()
    stop = _SENTENCE.search(text, run.end, high)
    return low, stop.end() if stop else high


def span(run: Run, score: float, how: str) -> Span:
    return Span(run.start, run.end, "PERSON", score, f"person.en_{how}")


def nicknamed(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, with "Big" and its like before a single word: "ask for Big Mike"."""
    drawn = []
    for one in spans:
        before = _BIG.search(text, max(0, one.start - 7), one.start)
        single = " " not in text[one.start : one.end]
        drawn.append(replace(one, start=before.start()) if before and single else one)
    return drawn


def again(text: str, spans: Sequence[Span]) -> list[Span]:
    """Parts of a name found once, where they stand again: "Hiroshi Tanabe signed. What Hiroshi?".

    Words that are no names by themselves (Brown, May) do not count.
    """
    parts = {
        part
        for one in spans[:_KNOWN]
        if one.score >= _SAYS
        for part in WORD.findall(text[one.start : one.end])
        if len(part) > 3 and part[0].isupper() and part.lower() not in _WORDY
    }
    if not parts:
        return []
    taken = {place for one in spans for place in range(one.start, one.end)}
    return [
        Span(word.start(), word.end(), "PERSON", 0.55, "person.en_again")
        for word in WORD.finditer(text)
        if word.group() in parts
        and word.start() not in taken
        and stands_free(text, word.start(), word.end())
        and GOODS.match(text[word.end() : word.end() + 32].lower()) is None
    ]
