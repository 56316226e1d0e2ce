"""Keys of originals that nothing here needs any more: destroyed, so that no old dump opens them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib.postgres.functions import RandomUUID
from django.db import transaction

from privacy.services import sealed_key, shopper_key_destroy
from privacy.vault.errors import SealBroken
from privacy.vault.here import key_ring
from reviews.models import Review, Shopper


def keys_of(blobs: Iterable[bytes | memoryview | None]) -> set[UUID]:
    """Whose keys these sealed texts need; None is passed over.

    So is what was damaged: it names no key, and that must not keep its row, nor others, from going.
    """
    found: set[UUID] = set()
    for blob in blobs:
        if blob is not None:
            with suppress(SealBroken):
                found.add(sealed_key(blob))
    return found


def keys_drop(*, actor: Any, keys: Iterable[UUID]) -> None:
    """Destroy those of `keys` under which nothing is sealed now, once this transaction is in.

    A shopper's key stays while another original of theirs needs it. When it goes and the shopper
    stays, they get another name in the key store: what is sealed for them later has a key that
    was never destroyed. Under the store's lock (`store_lock`, alone), or an import beside could
    seal with a key that is about to go; single rows' own keys need none.
    """
    wanted = set(keys)
    needing = Review.objects.filter(shopper__uid__in=wanted, sealed_original__isnull=False)
    for blob in needing.values_list("sealed_original", flat=True).iterator():
        wanted -= keys_of([blob])
    there = key_ring().store.held(wanted) if wanted else set()
    if there:
        Shopper.objects.filter(uid__in=there).update(uid=RandomUUID())
        transaction.on_commit(lambda: _destroy(actor, there))


def _destroy(actor: Any, keys: set[UUID]) -> None:
    shopper_key_destroy(actor=actor, keys=sorted(keys))
