"""English names in running text: lists of names, the words around, a tagger for what is left.

A capital alone says little in reviews, where every product has one. A run of capitalised words is
a name when enough speaks for it: a known given name, a known surname, words that go with people
("spoke to", "helped me"), the tagger. The tagger is slow, so it reads only the sentences of runs
that the rest leaves open; what it says about others would change nothing.
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
    OBJECT,
    OBJECT_AFTER,
    PERHAPS,
    POSSESSED,
    SELF,
    SPOKEN,
    THING_BEFORE,
    THING_ENDS,
    TO_ME,
)
from privacy.redaction.names.given import (
    ALSO_WORDS,
    FAMILY_FIRST,
    PINYIN_FIRST,
    PINYIN_GIVEN,
    WORDS_TOO,
    given_names,
    given_spellings,
    rare_surnames,
    spelling,
    surnames,
    unaccented,
)
from privacy.redaction.names.spacy_en import Entity, EntityTagger
from privacy.redaction.spans import Span

_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]+)*")
_SYLLABLE: Final = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh|kh|th|ph|tr|ng)?[aeiouy]{1,3}(?:ng|n|m|k|t|p|h|r)?"
    "(?:-?(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?[aeiouy]{1,3}(?:ng|n|m|k|t|p|h|r)?)?"
)
_PARTICLES: Final = frozenset(
    ["de", "van", "von", "der", "la", "del", "bin", "al", "da", "di", "ten"]
)
_FIRM: Final = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+ & [A-Z][a-z]+(?=['’\s.,;!?]|$)")
_LEAD: Final = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z&]{1,14} $")
_CUE_WORDS: Final = 7
_LIST: Final = 5  # people in one list
_LISTED: Final = re.compile(r",? ?(?:and|or|then|and then|&|,|/) ?")
_SENTENCE: Final = re.compile(r"[.!?\n]\s")
_REACH: Final = 120  # characters of context the tagger gets on either side
_READ: Final = 2_000  # characters of one text that the tagger gets: bounds its time
_LONGEST: Final = 4  # words of a name
_NO: Final = frozenset(["ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "NORP"])


@dataclass(frozen=True, slots=True)
class _Run:
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


class EnglishNames:
    """A source of spans for `Redactor(finders=...)`; with no tagger, open cases are let go."""

    types: frozenset[str] = frozenset({"PERSON"})

    def __init__(self, tagger: EntityTagger | None) -> None:
        self._tagger = tagger
        self._given, self._surnames = given_names(), surnames()
        self._rare, self._spellings = rare_surnames(), given_spellings()

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The names of each text."""
        found: list[list[Span]] = [[] for _ in views]
        open_runs: list[list[_Run]] = [[] for _ in views]
        for i, one in enumerate(views):
            runs = list(self._runs(one.folded))
            chained = _chained(one.folded, runs)
            for run in runs:
                if run in chained:
                    found[i].append(_span(run, run.sure or 0.6, "listed"))
                elif run.ask:
                    open_runs[i].append(run)
        read = [_passages(one.folded, runs) for one, runs in zip(views, open_runs, strict=True)]
        texts = [views[i].folded[low:high] for i, parts in enumerate(read) for low, high in parts]
        entities = iter(
            self._tagger.entities(texts) if self._tagger and texts else [[]] * len(texts)
        )
        for i, parts in enumerate(read):
            marks = [
                (low + a, low + b, label) for low, _ in parts for a, b, label in next(entities)
            ]
            seen = parts[-1][1] if parts else 0
            found[i] += _settled(open_runs[i], marks, seen)
        return found

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
            if bare == "I" and text[word.end() : word.end() + 1] != ".":
                break
            if capital and bare.lower() in _PARTICLES:
                last = word
                continue
            lower = bare.lower()
            too = lower in WORDS_TOO and self._plain(first.lower())
            loud = bare.isupper() and len(bare) > 2 and lower in self._rare
            if capital:
                fits = too or loud or self._may_be(bare)
            else:
                plain = bare.replace("'", "").replace("’", "")
                fits = too or plain in self._surnames or PINYIN_GIVEN.fullmatch(bare) is not None
            if not (fits and bare[0].isupper() == capital) and not (initial and capital):
                break
            if len(bare) > 1 and bare.isupper() != first.isupper():
                break
            if len(bare) > 1 and lower in NOT_NAMES and not too:
                break
            size, last = count, word
        return size

    def _may_be(self, word: str) -> bool:
        """Capitalised and no common word; in small or in capitals only known given names."""
        lower = word.lower().removesuffix("'s").removesuffix("’s")
        if lower in NOT_NAMES or len(word) < 2:
            return False
        if word[0].isupper() and not (word.isupper() and len(word) > 2):
            return True
        if word.isupper():
            return len(word) > 2 and (lower in self._given or lower in self._surnames)
        return len(word) > 2 and (self._plain(lower) or lower in PINYIN_FIRST)

    def _plain(self, word: str) -> bool:
        """A given name and nothing else."""
        if word in ALSO_WORDS:
            return False
        plain = word if word.isascii() else unaccented(word)
        return plain in self._given or (len(word) >= 6 and spelling(word) in self._spellings)

    def _judged(self, text: str, words: Sequence[re.Match[str]]) -> _Run | None:
        start, end = words[0].start(), words[-1].end()
        bare = [word.group().lower() for word in words]
        if bare[-1].endswith(("'s", "’s")):
            end -= 2
            bare[-1] = bare[-1][:-2]
        lead = _LEAD.search(text, max(0, start - 20), start)
        brand = lead.group().strip() if lead else ""
        if {text[start:end].lower(), bare[0], f"{brand} {bare[0]}".lower()} & COMPANY:
            return None
        # A cue has five words at most, and each pattern is tried from every word on.
        near = text[max(0, start - 36) : start].lower().split(" ")
        before, after = " ".join(near[-_CUE_WORDS:]), text[end : end + 32].lower()
        if not _stands_free(text, start, end):
            return None
        given, plain = self._known(bare)
        pair = _FIRM.search(text, max(0, start - 24), end + 24)
        firm = pair is not None and (
            pair.group().lower() in COMPANY
            or not any(self._plain(word.lower()) for word in pair.group().split(" & "))
        )
        goods = firm or GOODS.match(after) is not None or _is_brand(brand)
        strong = bool(CALLED.search(before)) or (given and SPOKEN.search(before) is not None)
        if goods and not (strong or (given and OBJECT.search(before))):
            return None
        if not text[start].isupper() or text[start:end].isupper():
            pinyin = text[start].islower() and _romanised(bare)
            said = self._said(bare, before, after, given=given, plain=plain)
            return _Run(start, end, 0.6, against=False) if said or pinyin else None
        if strong:
            return _Run(start, end, 0.85 if plain else 0.7, against=False)
        return self._weighed(text, (start, end), bare, (before, after), given=given, plain=plain)

    def _known(self, bare: Sequence[str]) -> tuple[bool, bool]:
        """Whether the first word is a given name at all, and whether it is nothing else."""
        plain = self._plain(bare[0])
        if "-" in bare[0] and self._given.intersection(bare[0].split("-")):
            plain = True
        chinese = len(bare) in (2, 3) and bare[0] in FAMILY_FIRST
        given = plain or bare[0] in self._given
        return given or (chinese and all(map(_SYLLABLE.fullmatch, bare))), plain

    def _said(
        self, bare: Sequence[str], before: str, after: str, *, given: bool, plain: bool
    ) -> bool:
        """In small letters or in capitals only: whether cues make a name of it."""
        acts = DOES.match(after) is not None
        called = CALLED.search(before) is not None
        cued = called or (given and SPOKEN.search(before) is not None)
        cued = cued or OBJECT.search(before) is not None
        cued = cued or (plain and SELF.search(before) is not None and (acts or len(bare) > 1))
        said = (cued or acts) if plain else (given and cued and acts)
        return said or (called and bare[-1] in self._surnames)

    def _weighed(
        self,
        text: str,
        at: tuple[int, int],
        bare: Sequence[str],
        around: tuple[str, str],
        *,
        given: bool,
        plain: bool,
    ) -> _Run | None:
        """A capitalised run that no cue makes a name for certain."""
        (start, end), (before, after) = at, around
        family = len(bare) > 1 and bare[-1] in self._surnames
        acts = DOES.match(after) is not None
        acts = acts or (bare[0] not in ALSO_WORDS and TO_ME.match(after) is not None)
        object_ = OBJECT.search(before) is not None
        verb = not given and len(bare) == 1 and OBJECT_AFTER.match(after) is not None
        titled = _titled(text, end)
        thing = verb or titled or THING_BEFORE.search(before) is not None or bare[-1] in THING_ENDS
        if titled and not (acts or object_):
            return None
        if plain and ((family and not thing) or acts or object_):
            return _Run(start, end, 0.8, against=False)
        if given and (object_ or acts) and not thing:
            return _Run(start, end, 0.7, against=False)
        if family and acts and len(bare) == 2 and not thing:
            return _Run(start, end, 0.6, against=False)
        if given and SELF.search(before) and acts:
            return _Run(start, end, 0.7, against=False)
        if plain and not thing:
            return _Run(start, end, 0.55, against=False)
        words = (object_ and not thing, acts, thing)
        return self._doubtful(text, at, bare, around, words, given=given, plain=plain)

    def _doubtful(
        self,
        text: str,
        at: tuple[int, int],
        bare: Sequence[str],
        around: tuple[str, str],
        words: tuple[bool, bool, bool],
        *,
        given: bool,
        plain: bool,
    ) -> _Run:
        """What the tagger may speak against, and what it alone decides."""
        (start, end), (before, after), (object_, acts, thing) = at, around, words
        speaks = after.lstrip(", ").startswith(("here", "speaking")) and acts
        if not thing and len(bare) < 3 and (speaks or (SELF.search(before) and after[:1] == ",")):
            return _Run(start, end, 0.55, against=True)
        if object_:
            return _Run(start, end, 0.55, against=len(bare) == 1)
        if not given and len(bare) == 1 and _begins(text, start):
            return _Run(start, end, 0.0, against=True, ask=acts)
        written = len(bare) > 1 and before.endswith(" by ")
        if (written or SPOKEN.search(before)) and not thing:
            return _Run(start, end, 0.5, against=True)
        family = len(bare) > 1 and bare[-1] in self._surnames
        spoken = acts or (given and PERHAPS.search(before) is not None)
        foreign = len(bare) > 1 and not text[start:end].isascii()
        alone = _line(text, start, end, len(bare))
        ask = plain or (given and family) or spoken or foreign or alone
        return _Run(start, end, 0.0, against=True, ask=ask)


def _titled(text: str, end: int) -> bool:
    """Whether a title or a thing goes on after a name: Simon's Cat, Abbey Road, Bob the Builder."""
    if POSSESSED.match(text, end):
        return True
    follows = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    if follows is None or not follows.group()[0].isupper():
        return False
    return follows.group().lower() in THING_ENDS


def _chained(text: str, runs: Sequence[_Run]) -> set[_Run]:
    """The sure runs, and what stands in one list with them: "Chidi, Tahani and Janet".

    Commas alone make no list of people: ingredients are listed so.
    """
    sure = {run for run in runs if run.sure and not run.against}
    group: list[_Run] = []
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


def _is_brand(word: str) -> bool:
    """Whether the word before is a firm's name, so that what follows is one of its models."""
    return word.lower() in COMPANY or (len(word) > 2 and word.isupper() and word.isalpha())


def _romanised(bare: Sequence[str]) -> bool:
    """A Chinese name in small letters: wang xiaoming."""
    return (
        len(bare) == 2 and bare[0] in PINYIN_FIRST and PINYIN_GIVEN.fullmatch(bare[1]) is not None
    )


def _stands_free(text: str, start: int, end: int) -> bool:
    """No part of an address, an account, a model number or a longer word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in {"@", "_", "/", ".", "#", "-", "+", "="} and before:
        return before in {"-", "/", "."} and text[start - 2 : start - 1] in {"", " ", "\n", "-"}
    if before.isdigit() or after.isdigit() or (after and after in "@_/#"):
        return False
    return not (after == "." and text[end + 1 : end + 2].isalnum())


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins there, where every word has a capital."""
    head = text[max(0, start - 4) : start].rstrip(" \"'“‘([*")
    return not head or head[-1] in ".!?:\n;"


def _line(text: str, start: int, end: int, size: int) -> bool:
    """Two words or more on a line of their own, as on top of an address."""
    alone = text[start - 1 : start] in {"", "\n", ">"} and text[end : end + 1] in {"", "\n"}
    return alone and size > 1 and "\n" in text


def _settled(runs: Sequence[_Run], marks: Sequence[Entity], seen: int) -> Iterator[Span]:
    """The open runs that the tagger makes names. What it had no time for is one: better safe."""
    for run in runs:
        labels = {label for start, end, label in marks if start < run.end and end > run.start}
        unread = run.end > seen
        if "PERSON" in labels or (run.sure and not labels & _NO) or unread:
            yield _span(run, run.sure or 0.6, "unread" if unread else "tagged")


def _passages(text: str, runs: Sequence[_Run]) -> list[tuple[int, int]]:
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


def _sentence(text: str, run: _Run) -> tuple[int, int]:
    """The sentence around a run, within bounds."""
    low, high = max(0, run.start - _REACH), min(len(text), run.end + _REACH)
    for end in _SENTENCE.finditer(text, low, run.start):
        low = end.end()
    stop = _SENTENCE.search(text, run.end, high)
    return low, stop.end() if stop else high


def _span(run: _Run, score: float, how: str) -> Span:
    return Span(run.start, run.end, "PERSON", score, f"person.en_{how}")
