"""Values known beforehand: a shop's own customers or order numbers, found by exact match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ahocorasick_rs import AhoCorasick

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.spans import Span, check_types


class KnownValues:
    """Finds the values of a deny-list, whatever their width or case.

    All values are searched for at once (Aho & Corasick 1975, "Efficient string matching: an aid to
    bibliographic search", CACM 18(6)), so the work is linear in the text for a list of any length.
    Raises ValueError for an unknown type or a value of fewer than two characters (without
    repeating the value).
    """

    def __init__(self, deny: Mapping[str, str]) -> None:
        check_types(deny.values(), "deny")
        self.types = frozenset(deny.values())
        kinds: dict[str, str] = {}
        for value, kind in deny.items():
            if len(fold_key(value)) < 2:
                raise ValueError("deny: a value needs at least two characters")
            kinds.setdefault(Views(value.strip()).lower, kind)
        self._kinds = list(kinds.values())
        self._search = AhoCorasick(list(kinds), store_patterns=False)

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The spans of each text."""
        return [self._find(one.lower) for one in views]

    def _find(self, text: str) -> list[Span]:
        matches = self._search.find_matches_as_indexes(text, overlapping=True)
        spans: list[Span] = []
        done = 0
        # From the left the longest that is no part of a longer word or number.
        for number, start, end in sorted(matches, key=lambda one: (one[1], -one[2])):
            if start >= done and _free(text, start, end):
                spans.append(Span(start, end, self._kinds[number], 1.0, "known_value"))
                done = end
        return spans


def _free(text: str, start: int, end: int) -> bool:
    """Not the middle of a longer word or number."""
    for inner, outer in ((start, start - 1), (end - 1, end)):
        beside = text[outer] if 0 <= outer < len(text) else " "
        if _ascii_word(text[inner]) and _ascii_word(beside):
            return False
    return True


def _ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
