"""Answers, skips and reports from the labelling page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from annotation.models import Assignment
from annotation.selectors.labelling import shown
from annotation.services.answering import (
    BadAnswer,
    Given,
    TakenByOthers,
    TextChanged,
    answer_save,
    item_skip,
)
from annotation.services.reporting import assignment_report
from annotation.views.label_json import (
    assignment_for,
    body_of,
    doorway,
    given_from,
    is_text,
    item_json,
    mentions_from,
    person,
    problem,
    whole,
)
from common import text_service


def _redacted(text: str) -> str:
    return text_service.redact([text])[0].text


def _stored(save: Callable[[], Assignment]) -> JsonResponse:
    try:
        done = save()
    except TakenByOthers:
        told = _("It came late: others have labelled this review meanwhile.")
        return problem(409, "taken", told)
    except TextChanged:
        return _changed()
    except text_service.TextServiceUnavailable:
        told = _("Comments cannot be checked for personal data just now. It will be sent again.")
        response = problem(503, "text_service", told)
        response["Retry-After"] = str(text_service.RETRY_AFTER)
        return response
    except text_service.TextServiceRefused as error:
        raise BadAnswer("comment", str(error)) from error
    except Assignment.DoesNotExist as error:
        raise Http404 from error
    return JsonResponse({"id": done.pk, "state": done.state, "client_ms": done.client_ms})


def _changed() -> JsonResponse:
    told = _("The text was changed meanwhile, as something in it was personal data. Look again.")
    return problem(409, "changed", told)


@sensitive_post_parameters()
@sensitive_variables("body", "given")
@require_POST
@doorway
def answer(request: HttpRequest, batch_id: int, assignment_id: int) -> JsonResponse:
    assignment = assignment_for(request, batch_id, assignment_id)
    body = body_of(request)
    # Offsets are about one text: that which was shown.
    given = replace(given_from(body), revision=whole(body, "revision", most=2**62))
    return _stored(
        lambda: answer_save(
            actor=person(request), assignment_id=assignment.pk, given=given, redact=_redacted
        )
    )


@require_POST
@doorway
def skip(request: HttpRequest, batch_id: int, assignment_id: int) -> JsonResponse:
    assignment = assignment_for(request, batch_id, assignment_id)
    body = body_of(request)
    reason = body.get("reason")
    if not is_text(reason):
        raise BadAnswer("reason", "a word")
    given = given_from(body)
    plain = Given({}, seconds=given.seconds, keys=given.keys, client_ms=given.client_ms)
    return _stored(
        lambda: item_skip(
            actor=person(request), assignment_id=assignment.pk, reason=reason, given=plain
        )
    )


@require_POST
@doorway
def personal_data(request: HttpRequest, batch_id: int, assignment_id: int) -> JsonResponse:
    """text[start:end] of `revision` says who somebody is. Comes back: the new text, and `mentions`
    in it. It may come late, and twice."""
    assignment = assignment_for(request, batch_id, assignment_id)
    body = body_of(request)
    kind = body.get("type")
    if not is_text(kind):
        raise BadAnswer("type", "a word")
    try:
        carried = assignment_report(
            actor=person(request),
            assignment=assignment,
            start=whole(body, "start"),
            end=whole(body, "end"),
            type=kind,
            mentions=mentions_from(body.get("mentions", [])),
            revision=whole(body, "revision", most=2**62),
        )
    except TextChanged:
        return _changed()
    fresh = assignment_for(request, batch_id, assignment_id)
    marks = [
        {"start": one.start, "end": one.end, "kind": one.kind, "scope": one.scope}
        for one in carried
    ]
    return JsonResponse({"item": item_json(shown([fresh])[0]), "mentions": marks})
