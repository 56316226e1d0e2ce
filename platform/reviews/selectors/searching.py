"""Finding reviews by words, in both languages, through the vector that was stored with the text."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, QuerySet

from reviews.models import Review, TextRevision
from reviews.search_vector import lexemes

_MOST = 24  # lexemes of a search; what follows is not looked at


class LiteralQuery(SearchQuery):
    """A tsquery given as it is, past PostgreSQL's own parser, as the vector was."""

    def __init__(self, value: str) -> None:
        super().__init__(value, search_type="raw")
        self.template = "(%(expressions)s)::tsquery"

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("function", None)
        return super().as_sql(*args, **kwargs)


def search_literal(words: str) -> str:
    """`words` as the literal of a tsquery: all of them; Chinese characters side by side.

    Empty when there is nothing to look for. One Chinese character finds every word it begins.
    """
    pieces = []
    for word in words.split():
        found = lexemes(word)[:_MOST]
        if len(found) == 1 and len(found[0]) == 1 and found[0] >= "\u3400":
            pieces.append(f"'{found[0]}':*")
        elif found:
            # Neighbours in the word are neighbours in the text: so they were numbered.
            pieces.append("(" + " <-> ".join(f"'{lexeme}'" for lexeme in found) + ")")
    return " & ".join(pieces[:_MOST])


def reviews_matching(reviews: QuerySet[Review], words: str) -> QuerySet[Review]:
    """Those of `reviews` whose current text has all `words`; all of them without a word."""
    if not words.strip():
        return reviews
    literal = search_literal(words)
    if not literal:
        return reviews.none()
    hits = TextRevision.objects.filter(
        review=OuterRef("pk"), is_current=True, search=LiteralQuery(literal)
    )
    return reviews.filter(Exists(hits))
