"""Carrying a decided request out: every app does its part, and a certificate says what was done.

The rows of all apps change in one transaction, with a note on the request; so a job that died goes
on behind what is done. Files and keys follow, and are safe to remove again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from privacy.models import PersonRequest
from privacy.people import Place, Subject, keepers
from privacy.services import archives, sweeping
from privacy.services.auditing import audit_record
from privacy.services.certificates import certificate_text
from privacy.services.identifiers import subject_of
from privacy.services.locking import store_lock
from privacy.services.requests import request_close

Kind = PersonRequest.Kind

Say = Callable[[str], None]


def request_carry_out(
    *, actor: Any, request: PersonRequest, say: Say = lambda stage: None
) -> PersonRequest:
    """Do what was asked, and close the request. Run by the job; safe to run again after a kill."""
    by = actor.get_username() if actor is not None else request.actor_name
    if "rows" not in request.outcome and request.kind != Kind.EXPORT:
        say("changing rows")
        _rows(actor, request)
    if request.kind == Kind.ERASE:
        _after_erasing(actor, request, say)
    if request.kind == Kind.EXPORT and not request.archive:
        say("writing the archive")
        _archive(request)
    clean = not request.outcome.get("looked", {}).get("hits")
    with transaction.atomic():
        request.certificate = certificate_text(request, by)
        audit_record(
            actor=actor,
            action=f"request.{request.kind}",
            object_type="request",
            object_id=request.pk,
            details={"rows": request.outcome["rows"], "clean": clean},
        )
        if clean:
            request_close(actor=actor, request=request, state=PersonRequest.State.DONE)
        else:
            request.state = PersonRequest.State.LOOK
            request.save(update_fields=["state", "certificate"])
    return request


def _found(subject: Subject) -> None:
    for keeper in keepers():
        keeper.find(subject)


@transaction.atomic
def _rows(actor: Any, request: PersonRequest) -> None:
    subject = subject_of(request)
    for store in sorted(subject.stores):
        store_lock(store, alone=True)
    _found(subject)
    places: list[Place] = []
    if request.kind == Kind.ERASE:
        for keeper in reversed(keepers()):
            places += keeper.erase(actor, subject)
    elif request.kind in {Kind.RESTRICT, Kind.RELEASE}:
        for keeper in keepers():
            if keeper.restrict is not None:
                places += keeper.restrict(actor, subject, request.kind == Kind.RESTRICT)
    elif request.kind == Kind.OBJECT:
        for keeper in keepers():
            places += keeper.object(actor, subject) if keeper.object is not None else []
    elif request.kind == Kind.CORRECT:
        for keeper in keepers():
            places += keeper.correct(actor, subject) if keeper.correct is not None else []
    request.keys = subject.keys
    request.outcome = {"rows": _listed(places)}
    if models := subject.notes.get("models"):
        request.outcome["models"] = models
    request.save(update_fields=["keys", "outcome"])


def _listed(places: Sequence[Place]) -> list[dict[str, Any]]:
    return [{"place": one.place, "count": one.count} for one in places if one.count]


def _archive(request: PersonRequest) -> None:
    subject = subject_of(request)
    _found(subject)
    parts = (part for keeper in keepers() for part in keeper.export(subject))
    name, counts = archives.archive_write(request, parts)
    request.archive = name
    request.outcome = {"rows": [{"place": part, "count": n} for part, n in counts.items()]}
    request.save(update_fields=["archive", "outcome"])


def _after_erasing(actor: Any, request: PersonRequest, say: Say) -> None:
    subject = subject_of(request)
    say("removing files")
    files = list(request.outcome.get("files", []))
    for keeper in reversed(keepers()):
        files += _listed(keeper.erase_files(subject))
    request.outcome["files"] = files
    if not connection.in_atomic_block:
        say("emptying tables")
        sweeping.tables_empty(name for keeper in keepers() for name in keeper.tables)
    say("looking again")
    request.outcome["looked"] = sweeping.look(subject)
    request.save(update_fields=["outcome"])
