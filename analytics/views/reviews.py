"""The reviews themselves: a list to look through, and one with everything that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.selectors import stores_for
from analytics.selectors.browsing import (
    annotations_of,
    answers_each,
    any_reviews,
    how_many,
    marks_each,
    reviews_sought,
    why_not_counted,
)
from analytics.views.filtering import page_filters
from annotation.selectors.blindness import is_blind, reviews_blind
from annotation.selectors.label_sets import questions_asked
from annotation.selectors.leads import may_lead
from common.pages import page
from modelops.models import ModelVersion, PredictedMention, Prediction
from modelops.selectors import champion
from modelops.selectors.meaning import Without
from modelops.selectors.searching import By, search_page
from privacy.services import may_open_originals
from reviews.marking import Piece, pieces
from reviews.models import Purpose, Review, TextRevision
from reviews.selectors import reviews_for
from reviews.selectors.imports import import_that_brought
from reviews.selectors.listing import BadPlace, Place, with_current_text
from taxonomy.mentions import KINDS

_COUNTED = 10_000  # reviews a list counts exactly; beyond, it says "more than"
WITHOUT = {
    Without.EXTENSION: gettext_lazy(
        "This installation has no vector search (pgvector), so the words themselves were searched."
    ),
    Without.SERVICE: gettext_lazy(
        "The text service does not answer, so the words themselves were searched."
    ),
    Without.MODEL: gettext_lazy(
        "The model in charge cannot search by meaning, so the words themselves were searched."
    ),
    Without.NOTHING: gettext_lazy(
        "The texts are still being read for their meaning, so the words themselves were searched."
    ),
}


@require_safe
@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    chosen = page_filters(request, period="all")
    after = None
    if place := request.GET.get("after", ""):
        try:
            after = Place.parse(place)
        except BadPlace:
            after = None
    by = By.MEANING if request.GET.get("by") == By.MEANING else By.WORDS
    searched = search_page(
        reviews_sought(chosen.sought.but(words="")), chosen.sought.words, by, after
    )
    found = searched.page
    context = {
        "chosen": chosen,
        "by": by.value,
        "found_by": searched.by.value,
        "without": WITHOUT.get(searched.without, "") if searched.without else "",
        "rows": review_rows(found.reviews, request.user),
        "following": found.following,
        "total": None if searched.by == By.MEANING else how_many(chosen.sought, _COUNTED),
        "counted_to": _COUNTED,
        "started": after is not None,
        "any": bool(found.reviews) or any_reviews(chosen.stores),
        "questions": questions_asked(),
        "kinds": KINDS,
        "stars": range(5, 0, -1),
    }
    return page(request, "analytics/reviews.html", context, title=gettext_lazy("Reviews"))


def review_rows(found: Sequence[Review], reader: Any) -> list[dict[str, Any]]:
    """Reviews with their marked text and the champion's answers, as every list shows them.

    Without these where `reader` is still to answer the review.
    """
    model = champion()
    blind = set(reviews_blind(reader).filter(review__in=[review.pk for review in found]))
    current = [one for review in found if review.pk not in blind for one in review.current]
    answers, marks = answers_each(model, current), marks_each(model, current)
    return [_row(review, answers, marks) for review in found]


def _row(
    review: Review,
    answers: dict[int, dict[str, Prediction]],
    marks: dict[int, list[PredictedMention]],
) -> dict[str, Any]:
    revision = review.current[0] if review.current else None
    return {
        "review": review,
        "pieces": marked_pieces(revision.text, marks.get(revision.pk, [])) if revision else [],
        "answers": answers.get(revision.pk, {}) if revision else {},
        "not_counted": why_not_counted(review),
    }


def marked_pieces(text: str, marks: list[PredictedMention]) -> list[Piece]:
    return pieces(text, [(mark.start, mark.end, mark.kind) for mark in marks])


@require_safe
@login_required
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    mine = reviews_for(Purpose.ANALYSE, stores_for(request.user))
    found = get_object_or_404(with_current_text(mine), pk=review_id)
    blind = is_blind(request.user, found)
    return page(
        request,
        "analytics/review.html",
        {
            "review": found,
            "not_counted": why_not_counted(found),
            "import": import_that_brought(found),
            "model": champion(),
            "may_open": found.sealed_original is not None and may_open_originals(request.user),
            "may_lead": may_lead(request.user),
            "revisions": found.revisions.count(),
            "blind": blind,
            **(_reading(found.current[0], None if blind else champion()) if found.current else {}),
            **({"people": annotations_of(found.current[0], request.user)} if blind else {}),
        },
        title=_("Review %(number)s") % {"number": found.pk},
        crumbs=[(gettext_lazy("Reviews"), "reviews")],
    )


def _reading(revision: TextRevision, model: ModelVersion | None) -> dict[str, Any]:
    """What a revision says, and what `model` and people made of it."""
    marks = marks_each(model, [revision])[revision.pk]
    return {
        "revision": revision,
        "pieces": marked_pieces(revision.text, marks),
        "kinds": list(dict.fromkeys(mark.kind for mark in marks)),
        "marks": [(mark, revision.text[mark.start : mark.end]) for mark in marks],
        "answers": _answers(answers_each(model, [revision])[revision.pk]),
        "people": annotations_of(revision),
    }


def _answers(given: dict[str, Prediction]) -> list[dict[str, Any]]:
    """Each question with its choices and their probabilities, in the order of the choices."""
    found = []
    for question in questions_asked():
        prediction = given.get(question.key)
        if prediction is None:
            continue
        bars = [
            {"choice": choice, "probability": probability}
            for choice, probability in zip(question.choices, prediction.probabilities, strict=False)
        ]
        found.append({"question": question.key, "choice": prediction.choice.key, "bars": bars})
    return found
