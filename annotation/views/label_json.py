"""What the JSON doorways of the labelling page share: who may, what came in, how errors read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeGuard, cast

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.selectors import stores_for
from annotation.guideline_text import Clause
from annotation.models import Assignment, Batch, BatchItem
from annotation.selectors.assignments import batches_open, may_label
from annotation.selectors.labelling import Shown, assignments_of, guideline_clauses
from annotation.services.answering import BadAnswer, Given
from annotation.services.labels import GivenMention
from reviews.models import Product, Purpose
from reviews.selectors import reviews_for

View = Callable[..., JsonResponse]


def doorway(view: View) -> View:
    """For annotators only; a bad answer is 400 and names its field, what is not theirs is 404.

    All as JSON with a code, never cached: a page without one was not sent by this server.
    """

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not request.user.is_authenticated:
            return problem(401, "signed_out", _("You are signed out. Sign in again."))
        if not may_label(request.user):
            return problem(403, "forbidden", _("Your account may not label."))
        try:
            return view(request, *args, **kwargs)
        except BadAnswer as error:
            return problem(400, "bad_answer", str(error), field=error.field)
        except Http404:
            return problem(404, "gone", _("This is not in your hands, or no longer open."))

    return checked


def person(request: HttpRequest) -> User:
    """Who is signed in; every doorway here has asked that somebody is."""
    return cast(User, request.user)


def problem(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, **more}, status=status)


def batch_for(request: HttpRequest, batch_id: int) -> Batch:
    """An open batch with something in it for this person; any other is not found."""
    batch = get_object_or_404(batches_open(person(request)), pk=batch_id)
    mine = reviews_for(Purpose.LABEL, stores_for(request.user))
    if not BatchItem.objects.filter(batch=batch, review__in=mine).exists():
        raise Http404
    return batch


def assignment_for(request: HttpRequest, batch_id: int, assignment_id: int) -> Assignment:
    """One of this person's own, in whatever state its batch is: an answer may come late."""
    batch = get_object_or_404(Batch, pk=batch_id)
    return get_object_or_404(assignments_of(person(request), batch), pk=assignment_id)


def body_of(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object of a request. Raises BadAnswer."""
    try:
        found = json.loads(request.body or b"{}")
    except ValueError as error:
        raise BadAnswer("body", "send one JSON object in UTF-8") from error
    if not isinstance(found, dict):
        raise BadAnswer("body", "send one JSON object")
    return found


def given_from(body: Mapping[str, Any]) -> Given:
    """An answer as the page sends it. Raises BadAnswer, which names the field."""
    answers = body.get("answers", {})
    if not isinstance(answers, dict) or not all(
        is_text(one) for pair in answers.items() for one in pair
    ):
        raise BadAnswer("answers", "an object of question and choice")
    flags = body.get("flags", [])
    if not isinstance(flags, list) or not all(is_text(one) for one in flags):
        raise BadAnswer("flags", "a list of words")
    comment = body.get("comment", "")
    if not is_text(comment):
        raise BadAnswer("comment", "a text")
    seconds = body.get("seconds")
    if seconds is not None and not _is_number(seconds):
        raise BadAnswer("seconds", "a number")
    keys = None if body.get("keys") is None else whole(body, "keys", most=1_000_000)
    guideline = None if body.get("guideline") is None else whole(body, "guideline", most=32767)
    sets = body.get("sets", {})
    if not isinstance(sets, dict):
        raise BadAnswer("sets", "an object of question and version")
    return Given(
        answers=answers,
        mentions=mentions_from(body.get("mentions", [])),
        flags=flags,
        comment=comment,
        seconds=seconds,
        keys=keys,
        client_ms=whole(body, "client_ms", most=2**62),
        guideline=guideline,
        sets={key: whole(sets, key, most=32767, field="sets") for key in sets},
    )


def is_text(found: object) -> TypeGuard[str]:
    """Whether it is a text that can be stored: no half of a surrogate pair, no NUL."""
    if not isinstance(found, str):
        return False
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in found)


def _is_number(found: object) -> bool:
    """NaN and infinity, which Python reads in JSON, are none."""
    if isinstance(found, float):
        return math.isfinite(found)
    return isinstance(found, int) and not isinstance(found, bool)


def mentions_from(given: Any) -> list[GivenMention]:
    if not isinstance(given, list):
        raise BadAnswer("mentions", "a list")
    found = []
    for one in given:
        if not isinstance(one, dict):
            raise BadAnswer("mentions", "each is an object with start, end, kind and scope")
        start, end = (whole(one, name, field="mentions") for name in ("start", "end"))
        kind, scope = one.get("kind"), one.get("scope", "product")
        if not is_text(kind) or not is_text(scope):
            raise BadAnswer("mentions", "kind and scope are words")
        found.append(GivenMention(start, end, kind, scope))
    return found


def whole(body: Mapping[str, Any], name: str, most: int = 2**31 - 1, field: str = "") -> int:
    """A whole number of 0 to `most`. Raises BadAnswer."""
    found = body.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        raise BadAnswer(field or name, f"{name}: a whole number of 0 or more")
    return found


def item_json(one: Shown) -> dict[str, Any]:
    before = one.prelabel
    return {
        "id": one.assignment.pk,
        "revision": one.assignment.revision_id,
        "client_ms": one.assignment.client_ms,
        "text": one.text,
        "language": one.language,
        "product": product_name(one.product),
        "placeholders": one.placeholders,
        "given": one.given,
        "suggested": before
        and {
            "model": before.model,
            "answers": {key: list(answer) for key, answer in before.answers.items()},
            "mentions": before.mentions,
        },
    }


def guideline_json() -> dict[str, Any]:
    """The guideline in force, clause by clause: in the reader's language first."""
    version, found = guideline_clauses()
    chinese = (get_language() or "").startswith("zh")
    return {
        "version": version,
        "clauses": [
            {
                "id": english.id,
                "about": english.about,
                "section": (other if chinese and other else english).section,
                "own": _said(other if chinese and other else english),
                "other": _said(english if chinese else other or english),
            }
            for english, other in found
        ],
    }


def _said(clause: Clause) -> dict[str, str]:
    return {"title": clause.title, "body": clause.body}


def product_name(product: Product | None) -> str:
    if product is None:
        return ""
    chinese = (get_language() or "").startswith("zh")
    first, other = product.name_zh, product.name_en
    return (first or other) if chinese else (other or first)
