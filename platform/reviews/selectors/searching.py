"""Finding reviews by words, in both languages, through the vector that was stored with the text.

`battery life` asks for both words in any form (`batteries`), `"battery life"` for these words side
by side, `-refund` for reviews without the word. Chinese needs no spaces: characters written side
by side are looked for side by side.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet

from reviews.models import Review, TextRevision
from reviews.search_vector import is_han, lexemes, pieces, stem
from reviews.selectors.listing import (
    PAGE,
    Place,
    ReviewPage,
    page_of,
    place_after,
    place_among,
    review_page,
)

_MOST = 24  # lexemes of a search; what follows is not looked at
_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」『』＂", '"'))

# Words in more than this share of all texts are looked for by reading reviews in their order,
# rarer ones through the index: at a million reviews both ways then take about as long.
_COMMON = 0.01
_PREFIX = 0.03  # taken for one Chinese character, which begins hundreds of pairs
_FIRST_LOOK, _MOST_READ = 300, 5000  # reviews; then the index is asked after all
_KNOWN_FOR = 600.0  # seconds that the database's statistics are remembered


class LiteralQuery(SearchQuery):
    """A tsquery given as it is, past PostgreSQL's own parser, as the vector was."""

    def __init__(self, value: str) -> None:
        super().__init__(value, search_type="raw")
        self.template = "(%(expressions)s)::tsquery"

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("function", None)
        return super().as_sql(*args, **kwargs)


@dataclass(slots=True)
class Wanted:
    """A search that was read. `literal` is a tsquery, empty when there is nothing to look for.

    `needed`: lexemes of which a hit has every group (one of its alternatives); a lexeme that ends
    with `*` stands for all that begin so.
    """

    literal: str = ""
    needed: list[tuple[str, ...]] = field(default_factory=list)


def search_wanted(words: str) -> Wanted:
    """Read what somebody typed. One Chinese character finds every word it stands in."""
    found, without = Wanted(), []
    told: list[str] = []
    left = _MOST
    for minus, quoted, bare in _parts(words):
        exact = bool(quoted)
        parts = [[piece] for piece in lexemes(quoted)] if exact else list(pieces(bare))
        flat = [lexeme for piece in parts for lexeme in piece][:left]
        if not flat:
            continue
        left -= len(flat)
        terms = [_term(lexeme, exact, alone=len(flat) == 1) for lexeme in flat]
        # Neighbours in the word are neighbours in the text: so they were numbered.
        phrase = " <-> ".join(_written(term) for term in terms)
        phrase = f"({phrase})" if len(terms) > 1 else phrase
        if minus:
            without.append(f"!{phrase}")
        else:
            told.append(phrase)
            found.needed += terms
        if not left:
            break
    if told:
        found.literal = " & ".join([*told, *without])
    return found


def _parts(words: str) -> Iterator[tuple[str, str, str]]:
    for part in _PART.finditer(words.translate(_QUOTES)):
        yield part.group(1), part.group(2) or "", part.group(3) or ""


def _term(lexeme: str, exact: bool, *, alone: bool) -> tuple[str, ...]:
    if is_han(lexeme):
        return (f"{lexeme}*",) if len(lexeme) == 1 and alone else (lexeme,)
    root = stem(lexeme)
    return (lexeme,) if exact or root == lexeme else (root, lexeme)


def _written(term: tuple[str, ...]) -> str:
    told = [f"'{one[:-1]}':*" if one.endswith("*") else f"'{one}'" for one in term]
    return told[0] if len(told) == 1 else f"({' | '.join(told)})"


def search_literal(words: str) -> str:
    """`words` as the literal of a tsquery; empty when there is nothing to look for."""
    return search_wanted(words).literal


def _hits(literal: str) -> QuerySet[TextRevision]:
    return TextRevision.objects.filter(is_current=True, search=LiteralQuery(literal)).order_by()


def reviews_matching(reviews: QuerySet[Review], words: str) -> QuerySet[Review]:
    """Those of `reviews` whose current text has all `words`; all of them without a word."""
    if not words.strip():
        return reviews
    literal = search_literal(words)
    if not literal:
        return reviews.none()
    return reviews.filter(pk__in=_hits(literal).values("review_id"))


def matching_page(
    reviews: QuerySet[Review], words: str, after: Place | None = None, size: int = PAGE
) -> ReviewPage:
    """`size` of those of `reviews` that have all `words`, newest first, without a date last.

    `reviews` come with no words looked for yet. The same page as `review_page` of
    `reviews_matching`, but a word that stands in many texts does not cost more than a rare one.
    """
    wanted = search_wanted(words)
    if not words.strip():
        return review_page(reviews, after, size)
    if not wanted.literal:
        return ReviewPage([], None)
    if _share(wanted.needed) > _COMMON:
        found = _by_reading(reviews, wanted.literal, after, size)
        if found is not None:
            return found
    rows = place_among(reviews_matching(reviews, words), after, size + 1)
    return page_of([pk for pk, _ in rows], size)


def matching_total(reviews: QuerySet[Review], words: str, most: int) -> int | None:
    """How many of `reviews` have all `words`, `most + 1` for more; None where that costs too much.

    A word that stands in many texts is not counted through.
    """
    if words.strip() and _share(search_wanted(words).needed) > _COMMON:
        return None
    return reviews_matching(reviews, words).order_by().values("pk")[: most + 1].count()


def _by_reading(
    reviews: QuerySet[Review], literal: str, after: Place | None, size: int
) -> ReviewPage | None:
    """The page, read in the order of the reviews; None when the hits lie too far apart."""
    found: list[int] = []
    place, read, window = after, 0, _FIRST_LOOK
    while True:
        rows = place_after(reviews, place, window)
        ids = [pk for pk, _ in rows]
        hits = set(_hits(literal).filter(review_id__in=ids).values_list("review_id", flat=True))
        found += [pk for pk in ids if pk in hits]
        if len(found) > size or len(rows) < window:
            return page_of(found, size)
        read += window
        still = (size + 1 - len(found)) * read // max(1, len(found))
        if read + still > _MOST_READ:
            # At the rate met so far there would be too much to read.
            return None
        window = still + still // 2
        place = Place(rows[-1][1], rows[-1][0])


# Shares of the commonest lexemes, when they were read, and the least of them.
_known: tuple[float, Mapping[str, float], float] = (float("-inf"), {}, 0.0)

_STATISTICS = """
select most_common_elems::text::text[], most_common_elem_freqs from pg_stats
where schemaname = any(current_schemas(false)) and tablename = %s and attname = 'search'
"""


def _shares() -> tuple[Mapping[str, float], float]:
    """The share of texts that each of the commonest lexemes stands in, and of any other one."""
    global _known  # one memory a process; its worst is a slower page
    if time.monotonic() - _known[0] > _KNOWN_FOR:
        with connection.cursor() as cursor:
            cursor.execute(_STATISTICS, [TextRevision._meta.db_table])
            elements, shares = cursor.fetchone() or ([], [])
        # The list of shares ends with the least and the greatest of them.
        table = dict(zip(elements or [], shares or [], strict=False))
        _known = (time.monotonic(), table, min(table.values(), default=0.0) / 2)
    return _known[1], _known[2]


def _share(needed: Sequence[tuple[str, ...]]) -> float:
    """At most this share of all texts has what is needed, as far as statistics know; 0 without."""
    table, least = _shares()
    if not table:
        return 0.0

    def of(lexeme: str) -> float:
        if lexeme.endswith("*"):
            start = lexeme[:-1]
            known = sum(share for one, share in table.items() if one.startswith(start))
            # Most of what begins with a character is too rare to be known.
            return max(_PREFIX, known)
        return table.get(lexeme, least)

    return min((sum(of(lexeme) for lexeme in term) for term in needed), default=0.0)
