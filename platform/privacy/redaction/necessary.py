"""What a text must hold for a pattern to match in it at all, read off the pattern itself.

Source: Russ Cox (2012), "Regular Expression Matching with a Trigram Index", the analysis of exact
sets and required strings; RE2's prefilter works the same way. Here the strings are any pieces that
the pattern spells out, and digits are counted beside them. What is not understood asks for nothing,
so that a pattern is tried once too often rather than once too seldom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from string import ascii_letters, ascii_uppercase, digits
from typing import Any, Final, NamedTuple

from privacy.redaction.fold import LOOK_ALIKES, SIMPLE

_MANY: Final = 1_500  # strings of one set
_CLASS: Final = 16  # characters of a class that is spelled out
_ASCII: Final = 128
_LEAST: Final = 2.0  # weight of a string that is rare enough to be worth looking for
_ENOUGH: Final = 5.0  # above it fewer strings are better than heavier ones
_DIGITS: Final = frozenset(digits)
_CAPITALS: Final = frozenset(ascii_uppercase)
_LETTERS: Final = frozenset(ascii_letters)
_SELDOM: Final = frozenset("@_#/")

Strings = frozenset[str]
_NOTHING: Final[Strings] = frozenset({""})


class Count(NamedTuple):
    """ASCII characters of each kind; capitals are letters as well."""

    digits: int = 0
    letters: int = 0
    capitals: int = 0

    def most(self, other: Count) -> Count:
        return Count(*map(max, self, other))

    def least(self, other: Count) -> Count:
        return Count(*map(min, self, other))

    def plus(self, other: Count) -> Count:
        return Count(*map(sum, zip(self, other, strict=True)))

    def times(self, factor: int) -> Count:
        return Count(*(one * factor for one in self))


_NONE: Final = Count()


@dataclass(frozen=True, slots=True)
class Necessary:
    """What every text holds in which a pattern matches.

    count: characters in the view that the pattern reads, at least.
    strings: of each set one at least, in the text as `Views.key` writes it.
    """

    count: Count = _NONE
    strings: tuple[Strings, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a part of a pattern.

    exact: all that it can match, None when that is too much or unknown.
    sets: of each one string at least is in what it matches or looks at.
    taken: characters in what it matches; seen: those, or what it looks at where that is more.
    """

    exact: Strings | None = None
    sets: tuple[Strings, ...] = ()
    taken: Count = _NONE
    seen: Count = _NONE


def necessary(pattern: re.Pattern[str]) -> Necessary:
    """What a text needs for `pattern`; nothing for what this Python does not show of it."""
    try:
        parsed = import_module("re._parser").parse(pattern.pattern, pattern.flags)
    except (ImportError, AttributeError):
        return Necessary()
    part = _sequence(parsed, ignore_case=bool(pattern.flags & re.IGNORECASE))
    return Necessary(part.seen, part.sets)


def _sequence(items: Iterable[Any], *, ignore_case: bool) -> _Part:
    exact, whole = _NOTHING, True
    sets: list[Strings] = []
    taken = seen = _NONE
    for code, value in items:
        part = _one(str(code), value, ignore_case=ignore_case)
        taken, seen = taken.plus(part.taken), seen.most(part.seen)
        if part.exact is not None and len(exact) * len(part.exact) <= _MANY:
            # What is already known of the part is in the longer strings as well.
            exact = frozenset(a + b for a in exact for b in part.exact)
            sets += [] if part.exact != _NOTHING else part.sets
            continue
        whole = False
        sets += [exact, *part.sets]
        exact = part.exact or _NOTHING
    return _Part(exact if whole else None, _worth([*sets, exact]), taken, seen.most(taken))


def _worth(sets: Sequence[Strings]) -> tuple[Strings, ...]:
    """The sets that say something."""
    return tuple(dict.fromkeys(one for one in sets if _weight(one) >= _LEAST))


def _weight(strings: Strings) -> float:
    """How seldom the commonest of the strings is met, roughly: letters of it."""
    return min(sum(map(_rarity, one)) for one in strings)


def _rarity(char: str) -> float:
    if not char.isascii():
        return 3.0
    return 2.0 if char in _SELDOM else float(char.isalpha())


def _one(code: str, value: Any, *, ignore_case: bool) -> _Part:
    if code == "LITERAL":
        return _characters([value], ignore_case=ignore_case)
    if code == "IN":
        return _class(value, ignore_case=ignore_case)
    if code == "BRANCH":
        return _branches([_sequence(one, ignore_case=ignore_case) for one in value[1]])
    if code == "SUBPATTERN":
        _, more, fewer, body = value
        ignores = (ignore_case or bool(more & re.IGNORECASE)) and not fewer & re.IGNORECASE
        return _sequence(body, ignore_case=ignores)
    if code == "ATOMIC_GROUP":
        return _sequence(value, ignore_case=ignore_case)
    if code in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, most, body = value
        return _repeat(_sequence(body, ignore_case=ignore_case), least, int(most))
    if code == "ASSERT":
        # It takes nothing, but what it looks at is in the text.
        part = _sequence(value[1], ignore_case=ignore_case)
        return _Part(_NOTHING, part.sets, _NONE, part.seen)
    return _Part(_NOTHING) if code in {"ASSERT_NOT", "AT"} else _Part()


def _class(items: Sequence[tuple[Any, Any]], *, ignore_case: bool) -> _Part:
    points: list[int] = []
    for code, value in items:
        if str(code) == "LITERAL":
            points.append(value)
        elif str(code) == "RANGE" and value[1] < _ASCII:
            points += range(value[0], value[1] + 1)
        else:
            return _Part()
    return _characters(points, ignore_case=ignore_case)


def _characters(points: Sequence[int], *, ignore_case: bool) -> _Part:
    """One of a few characters."""
    chars = [chr(point) for point in points]
    count = Count(
        _DIGITS.issuperset(chars),
        _LETTERS.issuperset(chars) and not ignore_case,
        _CAPITALS.issuperset(chars) and not ignore_case,
    )
    if count.digits:
        return _Part(None, (), count, count)
    # Digits have other spellings in one view, other letters other capitals.
    if len(chars) > _CLASS or any(
        char in _DIGITS or (ignore_case and not char.isascii() and char.lower() != char.upper())
        for char in chars
    ):
        return _Part(None, (), count, count)
    exact = frozenset(char.translate(SIMPLE).translate(LOOK_ALIKES) for char in chars)
    return _Part(exact, (), count, count)


def _branches(parts: Sequence[_Part]) -> _Part:
    taken = reduce(Count.least, (one.taken for one in parts))
    seen = reduce(Count.least, (one.seen for one in parts))
    exact: Strings | None = None
    if all(one.exact is not None for one in parts):
        exact = frozenset().union(*(one.exact or () for one in parts))
        if len(exact) <= _MANY:
            return _Part(exact, _worth([exact]), taken, seen)
    best = [_best(one) for one in parts]
    known = frozenset().union(*best) if all(best) else frozenset()
    return _Part(None, (known,) if 0 < len(known) <= _MANY else (), taken, seen)


def _best(part: _Part) -> Strings:
    """The set that is rarest in texts; empty when nothing is known."""
    sets = [*part.sets, *([part.exact] if part.exact else [])]
    worth = _worth(sets)
    return max(worth, key=lambda one: (min(_weight(one), _ENOUGH), -len(one)), default=frozenset())


def _repeat(part: _Part, least: int, most: int) -> _Part:
    taken, seen = part.taken.times(least), part.seen if least else _NONE
    if most == 1 and part.exact is not None:
        exact = part.exact if least else part.exact | _NOTHING
        return _Part(exact, _worth([exact]), taken, seen)
    best = _best(part) if least else frozenset()
    return _Part(None, (best,) if best else (), taken, seen.most(taken))
