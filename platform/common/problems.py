"""Errors of the REST API, all in one form: problem details (RFC 9457).

A body has `type` (stable; what programs decide by), `title`, `status`, `detail`, `instance` and,
where a field or an item is to blame, `errors`. It never quotes what a shopper wrote, and the log
gets the place of an unexpected error, not its message: a database quotes rows in there.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions

from common.text_service import RETRY_AFTER, TextServiceRefused, TextServiceUnavailable

log = logging.getLogger("verbatim.api")

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:verbatim:problem:"

# status -> (last part of the type, title)
KINDS = {
    400: ("bad-request", gettext_lazy("The request cannot be read")),
    401: ("not-authenticated", gettext_lazy("A valid API key is needed")),
    403: ("forbidden", gettext_lazy("This is not allowed with this key or account")),
    404: ("not-found", gettext_lazy("There is nothing here")),
    405: ("method-not-allowed", gettext_lazy("This method is not possible here")),
    406: ("not-acceptable", gettext_lazy("The answer cannot be given in the form asked for")),
    409: ("conflict", gettext_lazy("This collides with another request")),
    411: ("length-required", gettext_lazy("The length of the body must be given")),
    412: ("precondition-failed", gettext_lazy("It has changed since you looked")),
    413: ("too-large", gettext_lazy("The body is too large")),
    415: ("unsupported-media-type", gettext_lazy("The body is in a form that is not read here")),
    422: ("invalid", gettext_lazy("Something in the request is not valid")),
    429: ("too-many-requests", gettext_lazy("Too many requests")),
    500: ("internal", gettext_lazy("Something went wrong on our side")),
    503: ("unavailable", gettext_lazy("A part that is needed does not answer")),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its path, a stable reason, and what would do.

    `row` counts from 0 in what was sent; None when the request has no rows.
    """

    field: str
    reason: str
    detail: str
    row: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(eq=False)
class Problem(Exception):
    """Raise this anywhere under a view of the API. `kind` narrows the type of its status."""

    status: int
    detail: str
    errors: Sequence[FieldError] = ()
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def invalid(field_name: str, detail: str, reason: str = "invalid") -> Problem:
    """A problem with one field of the request."""
    return Problem(422, detail, [FieldError(field_name, reason, detail)])


def not_found(detail: str = "") -> Problem:
    """The same words for what is not there and for what the caller may not see."""
    return Problem(404, detail or _("There is no such thing, or it is not yours to see."))


def unavailable(detail: str, **extra: Any) -> Problem:
    return Problem(503, detail, headers={"Retry-After": str(RETRY_AFTER)}, extra=extra)


def problem_response(problem: Problem, path: str) -> HttpResponse:
    """The answer, whatever the view could render and whatever was asked for."""
    name, title = KINDS.get(problem.status, ("error", gettext_lazy("Error")))
    body: dict[str, Any] = {
        "type": TYPE + (problem.kind or name),
        "title": str(title),
        "status": problem.status,
        "detail": problem.detail or str(title),
        "instance": path,
        **problem.extra,
    }
    if problem.errors:
        body["errors"] = [error.as_dict() for error in problem.errors]
    return HttpResponse(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
    )


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's EXCEPTION_HANDLER."""
    return problem_response(_problem_of(error), context["request"].path)


def _problem_of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case exceptions.APIException():
            return _of_framework(error)
        case Http404():
            return not_found()
        case PermissionDenied():
            return Problem(403, _("Your key or account does not allow this."))
        case TextServiceUnavailable():
            return unavailable(_("The text service does not answer. Nothing was stored."))
        case TextServiceRefused():
            return Problem(422, str(error))
        case SuspiciousOperation() | UnreadablePostError():
            return Problem(400, "")
        case OperationalError() | InterfaceError():
            _log(error)
            return unavailable(_("The database does not answer."))
    _log(error)
    return Problem(500, _("The error was written down. Nothing you sent is shown in it."))


def _log(error: Exception) -> None:
    # File, line and source of each frame: neither the message nor the values of variables.
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s in the API\n%s", type(error).__name__, place)


def _of_framework(error: exceptions.APIException) -> Problem:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(error, exceptions.NotAuthenticated):
        detail = _("Send `Authorization: Bearer TOKEN` with the token of an API key.")
        return Problem(error.status_code, detail, headers=headers)
    if isinstance(error, exceptions.ValidationError):
        found = list(_flat(error.detail))
        return Problem(422, found[0].detail if found else "", found)
    return Problem(error.status_code, str(error.detail), headers=headers)


def _flat(detail: Any, path: str = "") -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            # A list's children are named by their place.
            step = f"[{name}]" if isinstance(name, int) else (f".{name}" if path else str(name))
            yield from _flat(inner, path + step)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{path}[{place}]" if nested else path)
    else:
        reason = str(getattr(detail, "code", None) or "invalid")
        yield FieldError(path.removesuffix(".non_field_errors"), reason, str(detail))


def _in_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For errors before a view is reached (a bad Host header); pages keep Django's answer."""
    if _in_api(request):
        return problem_response(Problem(400, ""), request.path)
    return defaults.bad_request(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _in_api(request):
        return problem_response(not_found(), request.path)
    return defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    if _in_api(request):
        return problem_response(Problem(500, ""), request.path)
    return defaults.server_error(request)
