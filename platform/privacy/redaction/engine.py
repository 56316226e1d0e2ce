"""Finds personal data in a review and puts typed placeholders in its place.

Pure: no Django, no files, no network, nothing logged. `Redactor` is made once and reused; it
keeps no text and may be shared between threads.

Example:
    >>> Redactor().redact("call me at 415-555-2671 or mail anna@mail.com").text
    'call me at [PHONE_1] or mail [EMAIL_1]'
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.known_values import KnownValues
from privacy.redaction.offsets import OffsetMap
from privacy.redaction.overlaps import resolve
from privacy.redaction.placeholders import mask, render
from privacy.redaction.recogniser import Finder, Recogniser
from privacy.redaction.recognisers import RECOGNISERS
from privacy.redaction.sieve import Sieve
from privacy.redaction.spans import TYPES, Span, check_types

__all__ = ["REDACTOR_VERSION", "TYPES", "OffsetMap", "Redaction", "Redactor", "Span"]

REDACTOR_VERSION: Final[str] = "2026.11.5"
"""Changes whenever the output for any text can change, with the name models or without."""

_MAX_ROUNDS: Final = 10


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted text.

    text: with placeholders such as [PHONE_1]: the type and a number that is the same for the
        same value (spellings made alike) within one review.
    spans: on the ORIGINAL text, sorted, not overlapping.
    offset_map: between the original text and this one.

    The repr leaves the text out: with `types` narrowed it may still hold personal data.
    """

    text: str = field(repr=False)
    spans: tuple[Span, ...]
    offset_map: OffsetMap


class Redactor:
    """The rules for `types` (all when None), with a shop's own exceptions.

    allow: values that always stay (brands); compared as a whole, without width, case, spaces.
    deny: value -> type for values that always go (known customers, order numbers).
    finders: more sources of spans, such as a name model, beside the rules.

    Raises ValueError for a type that is not in TYPES.
    """

    def __init__(
        self,
        types: Collection[str] | None = None,
        allow: Collection[str] = (),
        deny: Mapping[str, str] | None = None,
        *,
        finders: Sequence[Finder] = (),
    ) -> None:
        wanted = TYPES if types is None else frozenset(types)
        check_types(wanted, "types")
        rules = _rules(wanted)
        known = [KnownValues(deny)] if deny else []
        self._wanted = wanted | (known[0].types if known else frozenset())
        self.finders: tuple[Finder, ...] = (*known, *rules, *finders)
        self._passes: tuple[Finder, ...] = (*known, _sieve(wanted), *finders)
        self._normalise = {rule.type: rule.normalise for rule in RECOGNISERS}
        self._allow = frozenset(fold_key(value) for value in allow)

    def find(self, text: str) -> tuple[Span, ...]:
        """The personal data in `text`: sorted, not overlapping; placeholders are left alone."""
        return self.find_many([text])[0]

    def redact(self, text: str) -> Redaction:
        """`text` with placeholders. Redacting the result again changes nothing."""
        return self.redact_many([text])[0]

    def redact_many(self, texts: Sequence[str]) -> list[Redaction]:
        """The same for many texts at once, in their order; cheaper with a name model."""
        spans = self.find_many(texts)
        done = [self._render(text, found) for text, found in zip(texts, spans, strict=True)]
        # A placeholder can free what stood beside it (one more number in a row of digits), so
        # look again at the texts that changed, until there is nothing more to find.
        pending = [i for i, found in enumerate(spans) if found]
        for _ in range(_MAX_ROUNDS):
            if not pending:
                break
            again = self.find_many([done[i].text for i in pending])
            more = [(i, found) for i, found in zip(pending, again, strict=True) if found]
            for i, found in more:
                done[i] = self._extend(texts[i], done[i], found)
            pending = [i for i, _ in more]
        return done

    def _extend(self, text: str, redaction: Redaction, found: Sequence[Span]) -> Redaction:
        """`redaction` with what was found in its text, brought back to the original."""
        spans = list(redaction.spans)
        for span in found:
            start, end = redaction.offset_map.to_original(span.start, span.end)
            spans.append(replace(span, start=start, end=end))
        return self._render(text, sorted(spans, key=lambda s: s.start))

    def find_many(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The same for many texts at once, in their order."""
        views = [Views(mask(text)) for text in texts]
        found: list[list[Span]] = [[] for _ in texts]
        for finder in self._passes:
            for spans, more in zip(found, finder.find_many(views), strict=True):
                spans += more
        return [self._settle(text, spans) for text, spans in zip(texts, found, strict=True)]

    def _settle(self, text: str, spans: list[Span]) -> tuple[Span, ...]:
        if not spans:
            return ()
        kept = [
            span for span in spans if span.type in self._wanted and not self._allowed(text, span)
        ]
        return resolve(kept, text)

    def _allowed(self, text: str, span: Span) -> bool:
        return bool(self._allow) and fold_key(text[span.start : span.end]) in self._allow

    def _render(self, text: str, spans: Sequence[Span]) -> Redaction:
        redacted, offset_map = render(text, spans, self._normalise, fold_key)
        return Redaction(redacted, tuple(spans), offset_map)


def _rules(wanted: frozenset[str]) -> list[Recogniser]:
    return [rule for rule in RECOGNISERS if rule.type in wanted]


@lru_cache(maxsize=16)
def _sieve(wanted: frozenset[str]) -> Sieve:
    """Made once for the engines of every shop that wants the same types."""
    return Sieve(_rules(wanted))
