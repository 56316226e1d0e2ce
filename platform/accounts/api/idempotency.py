"""`Idempotency-Key` (IETF draft “The Idempotency-Key HTTP Header Field”)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsers import body_hash, body_of
from accounts.api.principals import principal_name
from accounts.models import IdempotencyKey
from accounts.services import claim_finish, claim_release, claim_take
from common.problems import Problem

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def once(request: Request, work: Callable[[], Response]) -> Response:
    """`work()`, or the answer it gave when this caller sent the same request before.

    Without the header it is just `work()`. An answer is kept when it is a success; a request that
    failed may be sent again under the same key. Raises Problem: 409 while the first request still
    runs, 422 when the key was used for another request.
    """
    name = request.headers.get(HEADER)
    if name is None:
        return work()
    if not _KEY.fullmatch(name):
        raise Problem(400, _("Idempotency-Key takes 1 to 255 printable ASCII characters."))
    body_of(request)
    claim, ours = claim_take(principal=principal_name(request) or "", key=name)
    if not ours:
        return _again(request, claim)
    try:
        answer = work()
        if answer.status_code < 300:
            claim_finish(
                claim=claim,
                request_hash=_hash(request),
                status=answer.status_code,
                answer=answer.data,
            )
    finally:
        # Nothing to give back once it is finished.
        claim_release(claim=claim)
    return answer


def _hash(request: Request) -> str:
    said = f"{request.method} {request.get_full_path()} {request.content_type} {body_hash(request)}"
    return hashlib.sha256(said.encode()).hexdigest()


def _again(request: Request, claim: IdempotencyKey) -> Response:
    if claim.status is None:
        raise Problem(
            409,
            _("A request with this Idempotency-Key is still running."),
            kind="idempotency-key-in-use",
            headers={"Retry-After": "2"},
        )
    if claim.request_hash != _hash(request):
        raise Problem(
            422,
            _("This Idempotency-Key was used for another request; take a new one."),
            kind="idempotency-key-reused",
        )
    return Response(claim.answer, status=claim.status, headers={"Idempotent-Replayed": "true"})
