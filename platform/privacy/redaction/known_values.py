"""Values known beforehand: a shop's own customers or order numbers, found by exact match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.spans import Span, check_types


class KnownValues:
    """Finds the values of a deny-list, whatever their width or case.

    Work is linear in the text for a list of any length: values are looked up by their first two
    characters. Raises ValueError for an unknown type or a value of fewer than two characters
    (without repeating the value).
    """

    def __init__(self, deny: Mapping[str, str]) -> None:
        check_types(deny.values(), "deny")
        self.types = frozenset(deny.values())
        self._by_head: dict[str, list[tuple[str, str]]] = {}
        for value, kind in deny.items():
            folded = Views(value.strip()).lower
            if len(fold_key(value)) < 2:
                raise ValueError("deny: a value needs at least two characters")
            self._by_head.setdefault(folded[:2], []).append((folded, kind))
        for values in self._by_head.values():
            values.sort(key=lambda pair: -len(pair[0]))

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The spans of each text."""
        return [self._find(one.lower) for one in views]

    def _find(self, text: str) -> list[Span]:
        spans, position = [], 0
        while position < len(text) - 1:
            step = 1
            for value, kind in self._by_head.get(text[position : position + 2], ()):
                end = position + len(value)
                if text.startswith(value, position) and _free(text, position, end):
                    spans.append(Span(position, end, kind, 1.0, "known_value"))
                    step = len(value)
                    break
            position += step
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
