"""Which rules can match in a text at all: most reviews hold next to nothing that one looks for.

All strings that any pattern needs are searched for at once (Aho & Corasick 1975), so that a rule
costs nothing in a text without them; see `necessary`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import BytesAhoCorasick

from privacy.redaction.fold import Views
from privacy.redaction.necessary import Count, necessary
from privacy.redaction.recogniser import Recogniser, Rule
from privacy.redaction.spans import Span

_LETTER: Final = re.compile("[a-z]")
_CAPITAL: Final = re.compile("[A-Z]")
_ENOUGH: Final = 32  # letters; no pattern of ours needs more
_SOME_LETTERS: Final = re.compile(f"(?:[a-z][^a-z]*+){{{_ENOUGH}}}")


@dataclass(frozen=True, slots=True)
class _Sieved:
    """A rule, and what a text needs for it: characters in its view, and one string of each set."""

    number: int
    recogniser: Recogniser
    rule: Rule
    count: Count
    sets: frozenset[int]

    def may_match(self, views: Views, there: Count, numerals: int) -> bool:
        digits, letters, capitals = self.count
        return (
            digits <= (numerals if self.rule.view == "numerals" else there.digits)
            and letters <= there.letters
            and capitals <= there.capitals
            and self.recogniser.reads(views)
        )


class Sieve:
    """The rules of `recognisers`, each tried only on texts that hold what its pattern needs."""

    def __init__(self, recognisers: Sequence[Recogniser]) -> None:
        self._types = frozenset(one.type for one in recognisers)
        numbers: dict[frozenset[str], int] = {}
        by_first: dict[int, list[_Sieved]] = {}
        self._always: list[_Sieved] = []
        for recogniser in recognisers:
            for rule in recogniser.rules:
                needs = necessary(rule.pattern)
                sets = [numbers.setdefault(one, len(numbers)) for one in needs.strings]
                count = needs.count._replace(digits=max(needs.count.digits, rule.digits))
                number = len(self._always) + sum(map(len, by_first.values()))
                sieved = _Sieved(number, recogniser, rule, count, frozenset(sets))
                (by_first.setdefault(sets[0], []) if sets else self._always).append(sieved)
        self._by_first = by_first
        members: dict[str, list[int]] = {}
        for strings, number in numbers.items():
            for string in strings:
                members.setdefault(string, []).append(number)
        self._members = list(members.values())
        self._search = BytesAhoCorasick([string.encode() for string in members])

    @property
    def types(self) -> frozenset[str]:
        """The types of the spans it can give."""
        return self._types

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The spans of each text, in order of rules; they may overlap."""
        return [self._find(one) for one in views]

    def _find(self, views: Views) -> list[Span]:
        return [
            span for one in self.candidates(views) for span in one.recogniser.spans(views, one.rule)
        ]

    def candidates(self, views: Views) -> list[_Sieved]:
        """The rules that may match, in their order."""
        count, numerals = _counted(views)
        there = self._sets(views)
        found = [one for one in self._always if one.may_match(views, count, numerals)]
        found += [
            one
            for first in there
            for one in self._by_first.get(first, ())
            if one.sets <= there and one.may_match(views, count, numerals)
        ]
        return sorted(found, key=lambda one: one.number)

    def _sets(self, views: Views) -> set[int]:
        """The sets of which the text holds a string."""
        # Half a surrogate pair is none of ours, but the text that holds it is read all the same.
        text = views.key.encode("utf-8", "surrogatepass")
        met = {found[0] for found in self._search.find_matches_as_indexes(text, overlapping=True)}
        return {number for string in met for number in self._members[string]}


def _counted(views: Views) -> tuple[Count, int]:
    """The characters of each kind in a text, and the digits among its numerals."""
    letters = _ENOUGH if _SOME_LETTERS.search(views.lower) else len(_LETTER.findall(views.lower))
    capitals = len(_CAPITAL.findall(views.folded)) if letters else 0
    if not views.has_digit:
        return Count(0, letters, capitals), 0
    digits = sum(map(views.lower.count, "0123456789"))
    same = views.numerals is views.lower
    numerals = digits if same else sum(map(views.numerals.count, "0123456789"))
    return Count(digits, letters, capitals), numerals
