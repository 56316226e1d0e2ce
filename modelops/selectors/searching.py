"""A search of reviews as pages and programs ask it: by words, or by meaning where that can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet

from modelops.models import ModelVersion, PredictedMention, Prediction
from modelops.selectors.meaning import MOST, Without, reviews_alike
from reviews.models import Review
from reviews.selectors.listing import PAGE, Place, ReviewPage, page_of
from reviews.selectors.searching import matching_page
from taxonomy.questions import SAYS_NOTHING

SAYS_SOMETHING = "said"  # in the place of a choice: any that says something


class By(StrEnum):
    """What a search goes by."""

    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Searched:
    """A page, what it was found by, and why not by meaning where that was wanted.

    A page by meaning is the only one: it holds the nearest reviews, the nearest first.
    """

    page: ReviewPage
    by: By
    without: Without | None = None


def search_page(
    reviews: QuerySet[Review],
    words: str,
    by: By = By.WORDS,
    after: Place | None = None,
    size: int = PAGE,
) -> Searched:
    """`size` of `reviews` (all other filters are on them already) that `words` find.

    By words: newest first. What cannot be found by meaning now is found by words instead, and
    `without` says why. Without any words every review is found.
    """
    without = None
    if by == By.MEANING and words.strip() and after is None:
        alike = reviews_alike(reviews, words, min(size, MOST))
        if alike.ids is not None:
            return Searched(page_of(alike.ids, size), By.MEANING)
        without = alike.without
    return Searched(matching_page(reviews, words, after, size), By.WORDS, without)


def reviews_answered(
    reviews: QuerySet[Review],
    model: ModelVersion | None,
    answers: Mapping[str, str | tuple[str, ...]],
    mention: str = "",
) -> QuerySet[Review]:
    """Those of `reviews` that `model` answered so (`{question key: choice key, or several}`) and
    marked.

    SAYS_SOMETHING in the place of a choice stands for every one but SAYS_NOTHING.
    """
    current = {
        "revision__review": OuterRef("pk"),
        "revision__is_current": True,
        "model": model,
    }
    for question, choice in answers.items():
        given = Prediction.objects.filter(**current, question__key=question, question__active=True)
        if choice == SAYS_SOMETHING:
            given = given.exclude(choice__key=SAYS_NOTHING)
        else:
            wanted = (choice,) if isinstance(choice, str) else choice
            given = given.filter(choice__key__in=wanted)
        reviews = reviews.filter(Exists(given))
    if mention:
        reviews = reviews.filter(Exists(PredictedMention.objects.filter(**current, kind=mention)))
    return reviews
