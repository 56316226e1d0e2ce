"""The lists of a store: values that always stay, and values that always go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import Store
from common.models import Job
from common.services import job_create
from privacy.listed_values import value_hash, value_seal
from privacy.redaction.fold import fold_key
from privacy.redaction.spans import TYPES
from privacy.services import audit_record
from reviews.models import ListedValue
from reviews.selectors.policies import seal_row
from reviews.services.redacting_stored import LISTED

LONGEST = 200  # characters of a value
MOST = 20_000  # values in one go
_LEAST = 2  # letters and digits


class BadValue(ValueError):
    """A value cannot be listed. `code` and `details` say why and in which line, not which value."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(f"{code} {details}")
        self.code = code
        self.details = details


@transaction.atomic
def values_add(
    *, actor: Any, stores: Iterable[Store], kind: str, values: Iterable[str], type: str = ""
) -> list[ListedValue]:
    """Put values on the lists of `stores`. Returns the entries that are new.

    kind: "allow" or "deny"; type: what a denied value is. One that is on the list already, in
    whatever width, case or spacing, is passed over; one on the other list changes over to this
    one. Two who list the same at once come one after the other. Raises BadValue: then nothing is
    added.
    """
    wanted = _checked(values)
    if kind == ListedValue.Kind.DENY and type not in TYPES:
        raise BadValue("type")
    made: list[ListedValue] = []
    ids = [store.pk for store in stores]
    # Not to be deleted meanwhile, and nobody else adds to these lists; reviews still come in.
    for store in Store.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"):
        entries = [_entry(actor, store, kind, type, value) for value in wanted]
        hashes = [entry.key_hash for entry in entries]
        listed = ListedValue.objects.filter(store=store, key_hash__in=hashes)
        listed.exclude(kind=kind, type=entries[0].type).delete()
        known = set(listed.values_list("key_hash", flat=True))
        fresh = [entry for entry in entries if entry.key_hash not in known]
        made += ListedValue.objects.bulk_create(fresh, batch_size=1000)
        audit_record(
            actor=actor,
            action=f"list.{kind}.add",
            object_type="store",
            object_id=store.pk,
            details={"type": type, "values": len(fresh)},
        )
    return made


def _checked(values: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for line, value in enumerate(values, start=1):
        value = value.strip()
        if not value:
            continue
        if len(value) > LONGEST:
            raise BadValue("too_long", line=line, most=LONGEST)
        if len(fold_key(value)) < _LEAST:
            raise BadValue("too_short", line=line)
        if not value.isprintable():
            raise BadValue("control", line=line)
        found.setdefault(value_hash(value), value)
        if len(found) > MOST:
            raise BadValue("too_many", most=MOST)
    if not found:
        raise BadValue("none")
    return list(found.values())


def _entry(actor: Any, store: Store, kind: str, type: str, value: str) -> ListedValue:
    entry = ListedValue(store=store, kind=kind, key_hash=value_hash(value), added_by=actor)
    if kind == ListedValue.Kind.DENY:
        entry.type = type
        entry.sealed_value = value_seal(value, row=seal_row(entry))
    else:
        entry.value = value
    return entry


@transaction.atomic
def value_remove(*, actor: Any, entry: ListedValue) -> None:
    """Take a value off its list. What was replaced because of it stays replaced."""
    audit_record(
        actor=actor,
        action=f"list.{entry.kind}.remove",
        object_type="store",
        object_id=entry.store_id,
        details={"type": entry.type, "entry": entry.pk},
    )
    entry.delete()


def spread_request(*, actor: Any, entries: Iterable[ListedValue]) -> list[Job]:
    """Ask for stored reviews that hold these denied values to be redacted further."""
    ids: dict[int, list[int]] = {}
    for entry in entries:
        if entry.kind == ListedValue.Kind.DENY:
            ids.setdefault(entry.store_id, []).append(entry.pk)
    return [
        job_create(actor=actor, kind=LISTED, arguments={"store": store, "entries": found})
        for store, found in ids.items()
    ]
