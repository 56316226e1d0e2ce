"""The audit trail as people look at it, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast

from accounts.models import Store
from accounts.selectors import are_all_stores
from common.models import Job
from privacy import chain, marks, owners
from privacy.models import AuditEntry, AuditLink
from privacy.vault.keyed import same
from privacy.vault.ledger import LedgerBroken

CHECK = "verify_audit"  # the kind of job
_AT_ONCE = 5000  # rows fetched together
_TRIGGERS = {
    "privacy_auditentry": {"audit_no_change", "audit_no_truncate"},
    "privacy_auditlink": {"audit_no_change", "audit_no_truncate"},
}
_ENTRY = (
    "id", "at", "actor_id", "actor_name", "action", "object_type", "object_id", "details",
    "key_version", "mac",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the trail is not what was written.

    `what`: changed, missing, inserted, moved, cut, mark. `entry`: the entry's id, where one can be
    named; `link`: the number in the chain.
    """

    what: str
    entry: int | None
    link: int | None

    def __str__(self) -> str:
        entry = f"entry {self.entry}" if self.entry else "an entry"
        return {
            "changed": f"{entry} was changed (link {self.link})",
            "missing": f"{entry} is gone (link {self.link})",
            "inserted": f"{entry} was not written by Verbatim",
            "moved": f"link {self.link} is not the one that was written ({entry})",
            "cut": f"the trail was cut at link {self.link} or before",
            "mark": "the mark or the list of heads outside the database was changed",
        }[self.what]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `links` were checked; `waiting` are not linked yet.

    `unguarded`: why the database would let the trail be changed, by code ("superuser", "owner", or
    the trigger that is off); empty when it would not.
    """

    links: int
    waiting: int
    heads: int
    broken: Break | None
    restores: int
    unguarded: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return self.broken is None

    def as_dict(self) -> dict[str, Any]:
        broken = self.broken
        return {
            "whole": self.whole,
            "links": self.links,
            "waiting": self.waiting,
            "heads": self.heads,
            "restores": self.restores,
            "unguarded": self.unguarded,
            "broken": broken and {"what": broken.what, "entry": broken.entry, "link": broken.link},
        }


def entries_of(stores: Sequence[Store]) -> QuerySet[AuditEntry]:
    """Entries about what belongs to `stores`; all of them, when these are all stores there are."""
    if are_all_stores(stores):
        return AuditEntry.objects.all()
    ids = [store.pk for store in stores]
    # Numbers only, for comparing with keys: a few objects are named otherwise.
    number = Case(
        When(object_id__regex=r"^[0-9]{1,18}$", then=Cast("object_id", BigIntegerField())),
        default=None,
    )
    theirs = Q(details__store__in=ids)  # of what is gone, the store was written down
    for kind, owned in owners.registered().items():
        theirs |= Q(Exists(owned(ids).filter(pk=OuterRef("number"))), object_type=kind)
    return AuditEntry.objects.alias(number=number).filter(theirs)


def audit_entries(
    *,
    stores: Sequence[Store] | None = None,
    who: str = "",
    what: str = "",
    object_type: str = "",
    since: Any = None,
    until: Any = None,
) -> QuerySet[AuditEntry]:
    """Entries, newest first: by name, by the beginning of the action, by kind of object, by time
    (`since` <= at < `until`); of what belongs to `stores` (None: all).
    """
    found = AuditEntry.objects.all() if stores is None else entries_of(stores)
    if who:
        found = found.filter(actor_name__icontains=who)
    if what:
        found = found.filter(action__startswith=what)
    if object_type:
        found = found.filter(object_type=object_type)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found.order_by("-id")


def check_runs() -> bool:
    return Job.objects.filter(kind=CHECK, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()


def last_check() -> Job | None:
    """The newest check that came to an end; its finding is its result."""
    ended = Job.objects.filter(kind=CHECK, state=Job.State.SUCCEEDED)
    return ended.order_by("-finished_at").first()


def audit_verify() -> Verdict:
    """Check every entry and link against their keyed hashes, and the end against the marks.

    Link what waits first (`audit_link`). Raises LedgerBroken never: that is a finding.
    """
    with transaction.atomic():
        if connection.get_autocommit() is False and not connection.savepoint_ids:
            _one_moment()
        broken, links = _walk()
        waiting, strange = _unlinked()
        broken = broken or strange
        heads, restores, outside = _heads_hold()
        broken = broken or outside
    return Verdict(links, waiting, heads, broken, restores, unguarded())


def _one_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")


def _walk() -> tuple[Break | None, int]:
    before, expected = chain.FIRST, 1
    for link, entry in _linked():
        if link["number"] != expected:
            return Break("missing", None, expected), expected - 1
        if entry is None:
            return Break("missing", link["entry_id"], expected), expected - 1
        if not _holds(entry):
            return Break("changed", entry["id"], expected), expected - 1
        right = chain.link_mac(link["key_version"], expected, before, entry["id"], entry["mac"])
        if not same(link["mac"], right):
            return Break("moved", entry["id"], expected), expected - 1
        before, expected = link["mac"], expected + 1
    return None, expected - 1


def _linked() -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every link with its entry, in order; a left join, so that a missing entry shows."""
    names = ("number", "entry_id", "key_version", "mac")
    links = AuditLink.objects.order_by("number").values(*names)
    last = 0
    while piece := list(links.filter(number__gt=last)[:_AT_ONCE]):
        found = {
            row["id"]: row
            for row in AuditEntry.objects.filter(
                pk__in=[link["entry_id"] for link in piece]
            ).values(*_ENTRY)
        }
        for link in piece:
            yield link, found.get(link["entry_id"])
        last = piece[-1]["number"]


def _holds(entry: dict[str, Any]) -> bool:
    try:
        return same(entry["mac"], chain.entry_mac(entry["key_version"], entry))
    except (FileNotFoundError, ValueError):
        return False  # a key that was never made, a number that is none


def _unlinked() -> tuple[int, Break | None]:
    """How many wait for their link, and the first that has none and does not wait rightly."""
    waiting = 0
    rows = AuditEntry.objects.filter(link__isnull=True).order_by("pk")
    for entry in rows.values(*_ENTRY, "waiting__entry_id").iterator(chunk_size=_AT_ONCE):
        if not _holds(entry) or entry["waiting__entry_id"] is None:
            return waiting, Break("inserted", entry["id"], None)
        waiting += 1
    return waiting, None


def _heads_hold() -> tuple[int, int, Break | None]:
    """How many heads were compared, the restores among them, and the first that is not there."""
    known: list[marks.Head] = []
    restores = 0
    try:
        for line in marks.heads().lines():
            number = int(line.content["number"])
            if line.content.get("restored"):
                # What was linked after this place went with the restore, as was written down.
                known = [one for one in known if one[0] <= number]
                restores += 1
            known.append((number, str(line.content["head"])))
        mark = marks.mark_read()
    except (LedgerBroken, marks.MarkBroken, KeyError, ValueError):
        return len(known), restores, Break("mark", None, None)
    if mark is not None:
        known.append(mark)
    there = dict(
        AuditLink.objects.filter(number__in=[number for number, _ in known]).values_list(
            "number", "mac"
        )
    )
    for number, head in known:
        if number and there.get(number) != head:
            return len(known), restores, Break("cut", None, _first_gone(number))
    return len(known), restores, None


def _first_gone(number: int) -> int:
    last = AuditLink.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return min(number, last + 1)


def unguarded() -> list[str]:
    """Why the database would let entries be changed: a trigger that is off, a role too mighty."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger "
            "where tgname like 'audit_no_%%' and tgenabled = 'A'"
        )
        on = set(cursor.fetchall())
        for table, names in _TRIGGERS.items():
            found += [f"{name} on {table}" for name in sorted(names) if (table, name) not in on]
        cursor.execute(
            "select rolsuper, exists (select 1 from pg_class c where c.relname = any(%s) "
            "and pg_has_role(current_user, c.relowner, 'member')) "
            "from pg_roles where rolname = current_user",
            [list(_TRIGGERS)],
        )
        mighty, owner = cursor.fetchone()
        if mighty:
            found.append("superuser")
        elif owner:
            found.append("owner")
    return found
