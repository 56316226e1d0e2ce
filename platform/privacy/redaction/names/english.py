"""English names in running text: lists of names, the words around, and a tagger for what is left.

A capital alone says little in reviews, where every product has one. A run of capitalised words is a
name when enough speaks for it: a known given name, a known surname, words that go with people ("spoke
to", "helped me"), the tagger. The tagger is slow, so it reads only the sentences of runs that the
rest leaves open; what it says about others would change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.names.english_cues import (
    CALLED,
    COMPANY,
    DOES,
    GOODS,
    NOT_NAMES,
    PERHAPS,
    SPOKEN,
)
from privacy.redaction.names.given import ALSO_WORDS, given_names, surnames
from privacy.redaction.names.spacy_en import Entity, EntityTagger
from privacy.redaction.spans import Span

_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
_PARTICLES: Final = frozenset(["de", "van", "von", "der", "la", "del", "bin", "al", "da", "di", "ten"])
_SENTENCE: Final = re.compile(r"[.!?\n]\s")
_REACH: Final = 120  # characters of context the tagger gets on either side
_LONGEST: Final = 4  # words of a name
_NO: Final = frozenset(["ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "NORP"])


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that may be a name. sure: the score if it is one without the tagger; 0 asks it."""

    start: int
    end: int
    sure: float
    against: bool
    """Whether the tagger's calling it a thing, a place or a company would settle it."""


class EnglishNames:
    """A source of spans for `Redactor(finders=...)`; with no tagger, open cases are let go."""

    types: frozenset[str] = frozenset({"PERSON"})

    def __init__(self, tagger: EntityTagger | None) -> None:
        self._tagger = tagger
        self._given, self._surnames = given_names(), surnames()

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The names of each text."""
        found: list[list[Span]] = [[] for _ in views]
        asked: list[tuple[int, _Run, int, str]] = []
        for i, one in enumerate(views):
            for run in self._runs(one.folded):
                if run.sure and not run.against:
                    found[i].append(_span(run, run.sure, "listed"))
                else:
                    low, high = _sentence(one.folded, run)
                    asked.append((i, run, low, one.folded[low:high]))
        for (i, run, low, _), entities in zip(asked, self._ask(asked), strict=True):
            labels = {
                label
                for start, end, label in entities
                if start + low < run.end and end + low > run.start
            }
            if "PERSON" in labels or (run.sure and not labels & _NO):
                found[i].append(_span(run, run.sure or 0.6, "tagged"))
        return found

    def _ask(self, asked: Sequence[tuple[int, _Run, int, str]]) -> list[list[Entity]]:
        if self._tagger is None or not asked:
            return [[] for _ in asked]
        texts = list(dict.fromkeys(text for _, _, _, text in asked))
        answers = dict(zip(texts, self._tagger.entities(texts), strict=True))
        return [answers[text] for _, _, _, text in asked]

    def _runs(self, text: str) -> Iterator[_Run]:
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            size = self._size(text, words, at)
            run = self._judged(text, words[at : at + size]) if size else None
            if run:
                yield run
            at += max(1, size)

    def _size(self, text: str, words: Sequence[re.Match[str]], at: int) -> int:
        """How many words from `at` on look like one name; 0 when none does."""
        first = words[at].group()
        if not self._may_be(first):
            return 0
        capital = first[0].isupper()
        size, last = 1, words[at]
        for count, word in enumerate(words[at + 1 : at + _LONGEST + 1], start=2):
            gap = text[last.end() : word.start()]
            if gap != " " and not (gap in {". ", "."} and len(last.group()) < 3):
                break
            bare = word.group()
            initial = len(bare) == 1 and bare.isupper()
            if capital and bare.lower() in _PARTICLES:
                last = word
                continue
            fits = self._may_be(bare) if capital else bare in self._surnames
            if not (fits and bare[0].isupper() == capital) and not (initial and capital):
                break
            if len(bare) > 1 and (bare.isupper() != first.isupper() or bare.lower() in NOT_NAMES):
                break
            size, last = count, word
        return size

    def _may_be(self, word: str) -> bool:
        """Capitalised and no common word; in small or in capitals only known given names."""
        lower = word.lower()
        if lower in NOT_NAMES or len(word) < 2:
            return False
        if word[0].isupper() and not (word.isupper() and len(word) > 2):
            return True
        return len(word) > 2 and lower in self._given and lower not in ALSO_WORDS

    def _judged(self, text: str, words: Sequence[re.Match[str]]) -> _Run | None:
        start, end = words[0].start(), words[-1].end()
        bare = [word.group().lower() for word in words]
        if bare[-1].endswith(("'s", "’s")):
            end -= 2
            bare[-1] = bare[-1][:-2]
        if text[start:end].lower() in COMPANY or bare[0] in COMPANY:
            return None
        before, after = text[max(0, start - 44) : start], text[end : end + 32]
        if not _stands_free(text, start, end):
            return None
        given = bare[0] in self._given
        plain = given and bare[0] not in ALSO_WORDS
        strong = bool(CALLED.search(before)) or (given and SPOKEN.search(before) is not None)
        goods = GOODS.match(after) is not None
        if goods and not strong:
            return None
        if not text[start].isupper() or text[start:end].isupper():
            return _Run(start, end, 0.6, against=False) if plain and strong else None
        if strong:
            return _Run(start, end, 0.85 if plain else 0.7, against=False)
        family = len(bare) > 1 and bare[-1] in self._surnames
        acts = DOES.match(after) is not None
        if plain and (family or acts):
            return _Run(start, end, 0.8, against=False)
        perhaps = PERHAPS.search(before) is not None
        if plain and perhaps and len(bare) == 1:
            return _Run(start, end, 0.6, against=True)
        around = acts or perhaps or SPOKEN.search(before) is not None
        if plain or (given and family) or around:
            return _Run(start, end, 0.0, against=True)
        return None


def _stands_free(text: str, start: int, end: int) -> bool:
    """No part of an address, an account, a model number or a longer word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in {"@", "_", "/", ".", "#", "-", "+", "="} and before:
        return before in {"-", "/", "."} and text[start - 2 : start - 1] in {"", " ", "\n", "-"}
    if before.isdigit() or after.isdigit() or (after and after in "@_/#"):
        return False
    return not (after == "." and text[end + 1 : end + 2].isalnum())


def _sentence(text: str, run: _Run) -> tuple[int, int]:
    """The sentence around a run, within bounds."""
    low, high = max(0, run.start - _REACH), min(len(text), run.end + _REACH)
    for end in _SENTENCE.finditer(text, low, run.start):
        low = end.end()
    stop = _SENTENCE.search(text, run.end, high)
    return low, stop.end() if stop else high


def _span(run: _Run, score: float, how: str) -> Span:
    return Span(run.start, run.end, "PERSON", score, f"person.en_{how}")
