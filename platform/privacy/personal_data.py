"""What this app and the house below it hold of people, registered when the app is ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import ApiKey, Store
from privacy import owners, people, processing, records, retention
from privacy.models import Erasure, PersonRequest
from privacy.people import Keeper
from privacy.services import expiring
from privacy.services import people as persons
from privacy.vault.cipher import RowIdentity


def _identity(row: Mapping[str, Any]) -> RowIdentity:
    return RowIdentity(row["stores"][0], PersonRequest._meta.db_table, str(row["row"]))


def register() -> None:
    from privacy import sealed

    people.register(
        Keeper(
            name="privacy",
            rank=90,  # needs what the others found
            find=persons.person_find,
            erase=persons.person_erase,
            erase_files=persons.archives_erase,
            foreign_files=persons.archives_foreign,
            tables=("privacy_personrequest", "accounts_idempotencykey"),
        )
    )
    for found in expiring.CLASSES:
        retention.register(found)
    processing.register(*records.HELD)
    sealed.register(
        sealed.SealedColumn(PersonRequest, "sealed", "seal_version", ("stores", "row"), _identity)
    )
    _owners_register()


def _owners_register() -> None:
    def keys(ids: Sequence[int]) -> QuerySet[ApiKey]:
        foreign = ApiKey.objects.filter(stores__in=Store.objects.exclude(pk__in=ids))
        return ApiKey.objects.filter(stores__in=ids).exclude(pk__in=foreign)

    owners.register("store", lambda ids: Store.objects.filter(pk__in=ids))
    owners.register("apikey", keys)
    owners.register("erasure", lambda ids: Erasure.objects.filter(store__in=ids))
    owners.register(
        "request", lambda ids: PersonRequest.objects.filter(stores__contained_by=list(ids))
    )
