"""What this app and the house below it hold of people, registered when the app is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacy import people, processing, records, retention
from privacy.models import PersonRequest
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
            tables=("privacy_personrequest", "accounts_idempotencykey"),
        )
    )
    for found in expiring.CLASSES:
        retention.register(found)
    processing.register(*records.HELD)
    sealed.register(
        sealed.SealedColumn(PersonRequest, "sealed", "seal_version", ("stores", "row"), _identity)
    )
