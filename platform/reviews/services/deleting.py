"""Taking reviews out, with everything that hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Store
from privacy.services import audit_record, shopper_key_destroy
from privacy.vault.keyed import keyed_hash
from reviews import keys
from reviews.importing.rows import HASH
from reviews.models import Review, Source, Tombstone
from reviews.services.keys_unused import keys_of
from reviews.services.removing import reviews_remove


class NoSuchReview(LookupError):
    """There is no such review in these stores."""


@dataclass(frozen=True, slots=True)
class Buried:
    """A review that is gone: the hash of its content (empty: unknown), and when it was changed."""

    external_id: str
    content_hash: str
    updated_at: datetime | None


def grave_keys(source_id: int, external_ids: Sequence[str]) -> list[str]:
    """Keyed hashes by which deleted reviews are known."""
    key = keys.content_key()
    return [keyed_hash(key, f"{source_id}\x1f{one}")[:HASH] for one in external_ids]


def tombstones_set(*, source: Source, reviews: Sequence[Buried]) -> None:
    """Remember that these reviews are gone, so that an old file does not bring them back."""
    hashes = grave_keys(source.pk, [one.external_id for one in reviews])
    Tombstone.objects.bulk_create(
        [
            Tombstone(
                source=source,
                key_hash=key,
                content_hash=one.content_hash,
                source_updated_at=one.updated_at,
            )
            for key, one in zip(hashes, reviews, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["source", "key_hash"],
        update_fields=["content_hash", "source_updated_at"],
    )


def tombstones_drop(*, source: Source, external_ids: Sequence[str]) -> None:
    """Forget that these were deleted: they came back with something new."""
    if external_ids:
        source.tombstones.filter(key_hash__in=grave_keys(source.pk, external_ids)).delete()


@transaction.atomic
def review_delete(*, actor: Any, stores: Iterable[Store], review_id: int) -> None:
    """Delete a review of `stores`; a file that was sent before does not bring it back.

    Purposes and consent do not matter: what may no longer be used can still be taken out. Raises
    NoSuchReview.
    """
    review = Review.objects.select_for_update().filter(pk=review_id, store__in=stores).first()
    if review is None:
        raise NoSuchReview
    buried = Buried(review.external_id, review.content_hash[:HASH], review.source_updated_at)
    tombstones_set(source=review.source, reviews=[buried])
    own = keys_of([review.sealed_original]) if review.shopper_id is None else set()
    if own:
        # Its original had a key of its own, which opens it in old backups too.
        transaction.on_commit(lambda: shopper_key_destroy(actor=actor, keys=own))
    reviews_remove(review_ids=[review.pk])
    audit_record(
        actor=actor,
        action="review.delete",
        object_type="review",
        object_id=review_id,
        details={"source": review.source_id, "store": review.store_id},
    )
