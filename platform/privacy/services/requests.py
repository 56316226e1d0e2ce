"""The requests of a person: received, looked up, decided, carried out, closed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.models import Job
from common.services import job_create
from privacy.models import PersonRequest
from privacy.people import IDENTIFIERS, Identifier, keepers
from privacy.services.auditing import audit_record
from privacy.services.identifiers import checked, digest, identifiers_seal, subject_of
from privacy.services.sealing import shopper_key_destroy

JOB = "person_request"
MOST_EXTENSION = 60  # days; GDPR Art. 12(3): two further months

State = PersonRequest.State
Kind = PersonRequest.Kind
_UNDECIDED = (State.RECEIVED, State.FOUND, State.LOOK)


class BadRequest(ValueError):
    """The request cannot be taken or changed as asked; `field` and message say why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _complaint(code: str) -> str:
    return {
        "nothing_given": _("Give at least one thing by which the person can be found."),
        "no_email": _("An e-mail address has an @."),
        "too_short": _("That is too short to tell one person from another."),
    }[code]


def days_of(law: str) -> int:
    """Days to answer in, by law."""
    days: dict[str, int] = settings.VERBATIM_REQUEST_DAYS
    return days[law]


@transaction.atomic
def request_receive(
    *,
    actor: Any,
    kind: str,
    law: str,
    stores: Sequence[int],
    identifiers: Sequence[Identifier],
    purposes: Sequence[str] = (),
    wanted: dict[str, Any] | None = None,
) -> PersonRequest:
    """Write a request down, with its deadline, and the job that looks the person up.

    `stores`: ids of those the actor may act for. `purposes`: of an objection. `wanted`: of a
    correction. The caller wakes the worker for `.job`. Raises BadRequest.
    """
    try:
        given = checked(identifiers)
    except ValueError as error:
        raise BadRequest("identifiers", _complaint(str(error))) from None
    unknown = [one.kind for one in given if one.kind not in IDENTIFIERS]
    if unknown:
        raise BadRequest(
            "identifiers", _("There is no identifier “%(kind)s”.") % {"kind": unknown[0]}
        )
    if not stores:
        raise BadRequest("stores", _("Name a store of yours."))
    if kind == Kind.OBJECT and not purposes:
        raise BadRequest("purposes", _("Say what the person objects to."))
    if kind == Kind.CORRECT and not wanted:
        raise BadRequest("wanted", _("Say what is to be corrected, and how."))
    now = timezone.now()
    request = PersonRequest(
        kind=kind,
        law=law,
        stores=list(stores),
        purposes=list(purposes) if kind == Kind.OBJECT else [],
        row=uuid.uuid4(),
        digests=sorted({digest(one.kind, one.value) for one in given}),
        received_at=now,
        due_at=now + timedelta(days=days_of(law)),
        actor=actor if getattr(actor, "is_authenticated", False) else None,
        actor_name=actor.get_username() if actor is not None else "system",
    )
    identifiers_seal(request, given, wanted or {})
    request.save()
    request.job = _job(actor, request, "look_up")
    request.save(update_fields=["job"])
    _trace(actor, request, "request.receive", {"kind": kind, "law": law})
    return request


def _job(actor: Any, request: PersonRequest, step: str) -> Job:
    return job_create(
        actor=actor if getattr(actor, "is_authenticated", False) else None,
        kind=JOB,
        arguments={"request": request.pk, "step": step},
    )


def request_look_up(*, request: PersonRequest) -> PersonRequest:
    """Find the person everywhere. Run by the job; again it finds what has come since.

    What was decided meanwhile stands: then nothing is changed. Returns the request as it is now.
    """
    subject = subject_of(request)
    places = [place for keeper in keepers() for place in keeper.find(subject)]
    with transaction.atomic():
        # Read again under a lock: looking takes its time, and somebody may have decided in it.
        kept = PersonRequest.objects.select_for_update().get(pk=request.pk)
        if kept.state in _UNDECIDED:
            kept.found = [{"place": one.place, "count": one.count} for one in places if one.count]
            kept.keys = subject.keys
            if kept.state == State.RECEIVED:
                kept.state = State.FOUND
            kept.save(update_fields=["found", "keys", "state"])
    request.refresh_from_db()
    return request


@transaction.atomic
def request_approve(*, actor: Any, request: PersonRequest) -> PersonRequest:
    """Decide to carry the request out; the caller wakes a worker for `.job`. Raises BadRequest."""
    request = _locked(request, State.FOUND, State.LOOK)
    request.state = State.RUNNING
    request.job = _job(actor, request, "carry_out")
    request.save(update_fields=["state", "job"])
    _trace(actor, request, "request.approve", {})
    return request


@transaction.atomic
def request_refuse(*, actor: Any, request: PersonRequest, reason: str) -> PersonRequest:
    """Close the request without doing it, for a reason the person is told. Raises BadRequest."""
    if len(reason.split()) == 0:
        raise BadRequest("reason", _("Give the reason: the person has to be told."))
    request = _locked(request, *_UNDECIDED)
    request.reason = reason.strip()[:2000]
    request_close(actor=actor, request=request, state=State.REFUSED)
    _trace(actor, request, "request.refuse", {})
    return request


@transaction.atomic
def request_extend(*, actor: Any, request: PersonRequest, days: int, reason: str) -> PersonRequest:
    """Put the deadline off, once, for a reason the person is told. Raises BadRequest."""
    request = _locked(request, *_UNDECIDED)
    if request.extended:
        raise BadRequest("days", _("The deadline was put off before; the law allows it once."))
    if not 1 <= days <= MOST_EXTENSION:
        raise BadRequest(
            "days", _("Between 1 and %(most)s days are possible.") % {"most": MOST_EXTENSION}
        )
    if not reason.strip():
        raise BadRequest("reason", _("Give the reason: the person has to be told."))
    request.due_at += timedelta(days=days)
    request.extended, request.reason = True, reason.strip()[:2000]
    request.save(update_fields=["due_at", "extended", "reason"])
    _trace(actor, request, "request.extend", {"days": days})
    return request


@transaction.atomic
def request_settle(*, actor: Any, request: PersonRequest, reason: str) -> PersonRequest:
    """Close a request as done though something was found again: somebody looked, and says why.

    What was found stays in the certificate. Raises BadRequest.
    """
    request = _locked(request, State.LOOK)
    if not request.certificate:
        raise BadRequest("state", _("It was not carried out yet."))
    if not reason.strip():
        raise BadRequest("reason", _("Say what was found, and why it may stay."))
    request.reason = reason.strip()[:2000]
    request_close(actor=actor, request=request, state=State.DONE)
    _trace(actor, request, "request.settle", {})
    return request


def request_close(*, actor: Any, request: PersonRequest, state: str) -> None:
    """Forget who it was about, and destroy the key of what was sealed. Saves the request."""
    key = request.seal_key
    request.sealed = request.seal_key = request.seal_version = None
    request.keys = {}
    request.state, request.closed_at = state, timezone.now()
    request.save()
    if key is not None:
        transaction.on_commit(lambda: shopper_key_destroy(actor=actor, keys=[key]))


def request_fail(*, request: PersonRequest) -> None:
    """It could not be carried out: somebody has to look. Nothing is forgotten."""
    PersonRequest.objects.filter(pk=request.pk, state=State.RUNNING).update(state=State.LOOK)


def _locked(request: PersonRequest, *states: str) -> PersonRequest:
    found = PersonRequest.objects.select_for_update().get(pk=request.pk)
    if found.state not in states:
        raise BadRequest(
            "state",
            _("This request cannot be changed now: %(state)s.")
            % {"state": found.get_state_display()},
        )
    return found


def _trace(actor: Any, request: PersonRequest, action: str, details: dict[str, Any]) -> None:
    audit_record(
        actor=actor,
        action=action,
        object_type="request",
        object_id=request.pk,
        details=details,
    )
