"""The kinds of long work of this app. Registered when the app is ready."""

from __future__ import annotations

from typing import Any

from common.jobs import JobContext, JobFailed, JobKind
from common.jobs import register as register_kind
from common.transient import is_transient


def _person_request(context: JobContext) -> dict[str, Any]:
    from privacy.models import PersonRequest
    from privacy.people import CannotCarryOut
    from privacy.services import carrying, requests

    request = PersonRequest.objects.filter(pk=context.arguments["request"]).first()
    if request is None or request.closed:
        return {}
    if context.arguments["step"] == "look_up":
        context.stage("looking a person up")
        requests.request_look_up(request=request)
        return {"request": request.pk, "found": request.found}
    try:
        carrying.request_carry_out(actor=context.job.actor, request=request, say=context.stage)
    except CannotCarryOut as error:
        requests.request_fail(request=request)
        raise JobFailed(str(error)) from error
    except Exception as error:
        if not is_transient(error) or context.last_try:
            requests.request_fail(request=request)
        raise
    return {"request": request.pk, "state": request.state}


def register() -> None:
    register_kind(JobKind("person_request", _person_request))
