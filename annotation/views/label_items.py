"""Reviews for the labelling page: the next ones, one again, the last ten."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from annotation.models import Assignment
from annotation.selectors.assignments import ended_last
from annotation.selectors.labelling import (
    done_today,
    guideline_version,
    questions_version,
    shown,
)
from annotation.services.answering import BadAnswer
from annotation.services.assigning import items_take
from annotation.services.reporting import assignments_refresh
from annotation.views.label_json import (
    assignment_for,
    batch_for,
    body_of,
    doorway,
    guideline_json,
    item_json,
    person,
    whole,
)


def _as_json(assignments: list[Assignment]) -> list[dict[str, object]]:
    return [item_json(one) for one in shown(assignments)]


@require_POST
@doorway
def take(request: HttpRequest, batch_id: int) -> JsonResponse:
    """Fill up what is in hand to `count`; `held` are those the page has already, so that their
    text is not sent again. What is in hand is kept for another half hour."""
    batch = batch_for(request, batch_id)
    body = body_of(request)
    held = body.get("held", [])
    if not isinstance(held, list) or not all(type(one) is int for one in held):
        raise BadAnswer("held", "a list of whole numbers")
    taken = items_take(actor=person(request), batch=batch, count=whole(body, "count", most=5))
    fresh = [one for one in taken if one.pk not in set(held)]
    assignments_refresh(assignments=fresh)
    return JsonResponse(
        {
            "in_hand": [one.pk for one in taken],
            "items": _as_json(fresh),
            "today": done_today(person(request), batch),
            "guideline": guideline_version(),
            "asked": questions_version(),
        }
    )


@require_safe
@doorway
def last(request: HttpRequest, batch_id: int) -> JsonResponse:
    """The last ten answers and skips, newest first, to be taken up again."""
    batch = batch_for(request, batch_id)
    found = ended_last(person(request), batch)
    assignments_refresh(assignments=found)
    return JsonResponse({"items": _as_json(found)})


@require_safe
@doorway
def one(request: HttpRequest, batch_id: int, assignment_id: int) -> JsonResponse:
    found = assignment_for(request, batch_id, assignment_id)
    assignments_refresh(assignments=[found])
    return JsonResponse({"items": _as_json([found])})


@require_safe
@doorway
def guideline(request: HttpRequest) -> JsonResponse:
    """The guideline in force, for a page on which an older one is shown."""
    return JsonResponse(guideline_json())
