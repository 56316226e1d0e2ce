"""English names in running text: lists of names, the words around, a tagger for what is left.

A capital alone says little in reviews, where every product has one. A run of capitalised words is
a name when enough speaks for it: a known given name, a known surname, words that go with people
("spoke to", "helped me"), the tagger. The tagger is slow, so it reads only the sentences of runs
that the rest leaves open; what it says about others would change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.names.english_cues import (
    ASIDE,
    CALLED,
    COMPANY,
    DESCRIBED,
    DOES,
    ENDED,
    GOODS,
    NOT_NAMES,
    OBJECT,
    OBJECT_AFTER,
    PERHAPS,
    PRAISED,
    SELF,
    SELF_AFTER,
    SIGNED,
    SPOKEN,
    THING_BEFORE,
    THING_ENDS,
    TO_ME,
    TO_PLACE,
    TOOK,
)
from privacy.redaction.names.english_runs import (
    WORD,
    Run,
    again,
    begins,
    chained,
    is_brand,
    line,
    nicknamed,
    passages,
    romanised,
    settled,
    span,
    stands_free,
    titled,
)
from privacy.redaction.names.given import (
    ALSO_WORDS,
    FAMILY_FIRST,
    PARTICLES,
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
from privacy.redaction.names.places import PLACES
from privacy.redaction.names.spacy_en import EntityTagger
from privacy.redaction.spans import Span

_SYLLABLE: Final = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh|kh|th|ph|tr|ng)?[aeiouy]{1,3}(?:ng|n|m|k|t|p|h|r)?"
    "(?:-?(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?[aeiouy]{1,3}(?:ng|n|m|k|t|p|h|r)?)?"
)
_FIRM: Final = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+ (?:&|and|n) [A-Z][a-z]+(?=['’\s.,;!?]|$)")
_LEAD: Final = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z&]{1,14} $")
_CUE_WORDS: Final = 7
_LONGEST: Final = 4  # words of a name


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
        open_runs: list[list[Run]] = [[] for _ in views]
        for i, one in enumerate(views):
            runs = list(self._runs(one.folded))
            listed = chained(one.folded, runs)
            for run in runs:
                if run in listed:
                    found[i].append(span(run, run.sure or 0.6, "listed"))
                elif run.ask:
                    open_runs[i].append(run)
        read = [passages(one.folded, runs) for one, runs in zip(views, open_runs, strict=True)]
        texts = [views[i].folded[low:high] for i, parts in enumerate(read) for low, high in parts]
        entities = iter(
            self._tagger.entities(texts) if self._tagger and texts else [[]] * len(texts)
        )
        for i, parts in enumerate(read):
            marks = [
                (low + a, low + b, label) for low, _ in parts for a, b, label in next(entities)
            ]
            seen = parts[-1][1] if parts else 0
            found[i] += settled(open_runs[i], marks, seen)
            found[i] = nicknamed(views[i].folded, found[i])
            found[i] += again(views[i].folded, found[i])
        return found

    def _runs(self, text: str) -> Iterator[Run]:
        words = list(WORD.finditer(text))
        at = 0
        while at < len(words):
            size = self._size(text, words, at) if self._may_be(words[at].group()) else 0
            run = self._judged(text, words[at : at + size]) if size else None
            if run:
                yield run
            at += max(1, size)

    def _size(self, text: str, words: Sequence[re.Match[str]], at: int) -> int:
        """How many words from `at` on look like one name; the first does."""
        first = words[at].group()
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
            if capital and bare.lower() in PARTICLES:
                last = word
                continue
            lower = bare.lower()
            too = lower in WORDS_TOO and self._plain(first.lower())
            loud = bare.isupper() and len(bare) > 2 and lower in self._rare
            if capital:
                fits = too or loud or self._may_be(bare) or _third(first, size, bare)
            else:
                plain = bare.replace("'", "").replace("’", "")
                fits = too or plain in self._surnames or PINYIN_GIVEN.fullmatch(bare) is not None
            if not (fits and bare[0].isupper() == capital) and not (initial and capital):
                break
            if len(bare) > 1 and bare.isupper() != first.isupper():
                break
            if len(bare) > 1 and lower in NOT_NAMES and not (too or _third(first, size, bare)):
                break
            size, last = count, word
        return size

    def _may_be(self, word: str) -> bool:
        """Capitalised and no common word; in small or in capitals only known given names."""
        lower = word.lower()
        if lower[-1] == "s":
            lower = lower.removesuffix("'s").removesuffix("’s")
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

    def _judged(self, text: str, words: Sequence[re.Match[str]]) -> Run | None:
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
        if not stands_free(text, start, end):
            return None
        given, plain = self._known(bare)
        pair = _FIRM.search(text, max(0, start - 24), end + 24)
        firm = pair is not None and (
            re.sub(" (?:and|n) ", " & ", pair.group().lower()) in COMPANY
            or (
                "&" in pair.group()
                and not any(self._plain(word.lower()) for word in pair.group().split(" & "))
            )
        )
        goods = firm or GOODS.match(after) is not None or is_brand(brand)
        strong = bool(CALLED.search(before)) or (given and SPOKEN.search(before) is not None)
        if goods and not (strong or (given and OBJECT.search(before))):
            return None
        if not text[start].isupper() or text[start:end].isupper():
            pinyin = text[start].islower() and romanised(bare)
            said = self._said(bare, before, after, given=given, plain=plain)
            return Run(start, end, 0.6, against=False) if said or pinyin else None
        if strong:
            return Run(start, end, 0.85 if plain else 0.7, against=False)
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
    ) -> Run | None:
        """A capitalised run that no cue makes a name for certain."""
        (start, end), (before, after) = at, around
        family = len(bare) > 1 and bare[-1] in self._surnames
        acts = DOES.match(after) is not None
        acts = acts or (bare[0] not in ALSO_WORDS and TO_ME.match(after) is not None)
        object_ = OBJECT.search(before) is not None
        verb = not given and len(bare) == 1 and OBJECT_AFTER.match(after) is not None
        entitled = titled(text, end)
        thing = (
            verb or entitled or THING_BEFORE.search(before) is not None or bare[-1] in THING_ENDS
        )
        place = len(bare) == 1 and bare[0] in PLACES and TO_PLACE.search(before) is not None
        sold = entitled or _described(bare, before, after)
        if (sold and not (acts or object_)) or (place and TOOK.match(after)):
            return None
        if plain and ((family and not thing) or acts or (object_ and not place)):
            return Run(start, end, 0.8, against=False)
        if given and (object_ or acts) and not (thing or place):
            return Run(start, end, 0.7, against=False)
        if family and acts and len(bare) == 2 and not thing:
            return Run(start, end, 0.6, against=False)
        if given and SELF.search(before) and acts:
            return Run(start, end, 0.7, against=False)
        if plain and not thing:
            return Run(start, end, 0.55, against=place)
        if place:
            return Run(start, end, 0.0, against=True)
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
    ) -> Run:
        """What the tagger may speak against, and what it alone decides."""
        (start, end), (before, after), (object_, acts, thing) = at, around, words
        speaks = after.lstrip(", ").startswith(("here", "speaking")) and acts
        if (
            not thing
            and len(bare) < 3
            and (speaks or (SELF.search(before) and SELF_AFTER.match(after)))
        ):
            return Run(start, end, 0.55, against=True)
        aside = ASIDE.search(before) is not None and after[:1] == ")"
        ours = plain and before.endswith(" our ")
        if len(bare) < 3 and (aside or ours or PRAISED.search(before)):
            return Run(start, end, 0.55, against=True)
        if object_:
            return Run(start, end, 0.55, against=len(bare) == 1)
        if not given and len(bare) == 1 and begins(text, start):
            return Run(start, end, 0.0, against=True, ask=acts)
        signs = SIGNED.search(before) is not None and ENDED.match(text, end) is not None
        if signs and len(bare) < 3 and not thing:
            return Run(start, end, 0.5, against=True)
        written = len(bare) > 1 and before.endswith(" by ")
        if (written or SPOKEN.search(before)) and not thing:
            return Run(start, end, 0.5, against=True)
        family = len(bare) > 1 and bare[-1] in self._surnames
        spoken = acts or (given and PERHAPS.search(before) is not None)
        foreign = len(bare) > 1 and not text[start:end].isascii()
        alone = line(text, start, end, len(bare))
        ask = plain or (given and family) or spoken or foreign or alone
        return Run(start, end, 0.0, against=True, ask=ask)


def _described(bare: Sequence[str], before: str, after: str) -> bool:
    """What is sold under a name: "the Nelson mandala book", "a Victoria Plum bath"."""
    article = before.endswith("the ") if len(bare) == 1 else False
    article = article or (len(bare) < 3 and before.endswith((" a ", " an ")))
    return article and DESCRIBED.match(after) is not None


def _third(first: str, size: int, word: str) -> bool:
    """Chan Tai Man: of three syllables the last may be any word."""
    chinese = size == 2 and first.lower() in FAMILY_FIRST and word[0].isupper()
    return chinese and _SYLLABLE.fullmatch(word.lower()) is not None
