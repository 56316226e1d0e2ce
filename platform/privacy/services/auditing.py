"""Writing the audit trail, and chaining what was written."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from privacy import chain
from privacy.marks import mark_write
from privacy.models import AuditEntry, AuditLink, AuditWaiting
from privacy.vault.keyed import same

_LOCK = 7_302_001  # of the chain's end, for a transaction
_AT_ONCE = 1000  # entries linked in one transaction


def audit_record(
    *,
    actor: Any,
    action: str,
    object_type: str,
    object_id: object,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add a trace of who did what. `details` hold ids, counts and settings, never texts.

    `actor` is a user, an API key (known here by its name only), or None for the system itself.
    Written in the transaction of the change, linked into the chain once that is committed.
    """
    entry = AuditEntry(
        id=_next_id(),
        at=timezone.now(),
        actor=actor if isinstance(actor, get_user_model()) else None,
        actor_name=actor.get_username() if actor is not None else "system",
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        details=details or {},
        key_version=chain.current_key(),
    )
    entry.mac = chain.entry_mac(entry.key_version, vars(entry))
    with transaction.atomic():
        entry.save(force_insert=True)
        AuditWaiting.objects.create(entry=entry)
        # What fails here is done by the next one, or by the beat.
        transaction.on_commit(audit_link, robust=True)
    return entry


def audit_link(*, wait: bool = False) -> int:
    """Link the entries that wait, oldest first. Returns how many.

    Entries whose hash is wrong are left: `verify_audit` names them. When another process links
    right now nothing is done, unless `wait`.
    """
    linked = 0
    while found := _link_some(wait):
        linked += found
    return linked


def _link_some(wait: bool) -> int:
    with transaction.atomic():
        if not _take_end(wait):
            return 0
        waiting = list(AuditEntry.objects.filter(waiting__isnull=False).order_by("pk")[:_AT_ONCE])
        entries = [entry for entry in waiting if _right(entry)]
        last = AuditLink.objects.order_by("-number").values_list("number", "mac").first()
        number, before = last or (0, chain.FIRST)
        version = chain.current_key()
        links = []
        for entry in entries:
            number += 1
            before = chain.link_mac(version, number, before, entry.pk, entry.mac)
            links.append(AuditLink(number=number, entry=entry, key_version=version, mac=before))
        AuditLink.objects.bulk_create(links)
        AuditWaiting.objects.filter(entry__in=entries).delete()
    if links:
        mark_write(number, before)
    return len(links)


def _right(entry: AuditEntry) -> bool:
    return same(entry.mac, chain.entry_mac(entry.key_version, vars(entry)))


def _take_end(wait: bool) -> bool:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _next_id() -> int:
    # Known before the row is written, since its hash covers it.
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('privacy_auditentry', 'id'))")
        return int(cursor.fetchone()[0])
