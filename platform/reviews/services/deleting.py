"""Taking a review out, with everything that hangs on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import Store
from privacy.services import audit_record, sealed_key, shopper_key_destroy
from reviews.models import Review
from reviews.services.removing import reviews_remove


class NoSuchReview(LookupError):
    """There is no such review in these stores."""


@transaction.atomic
def review_delete(*, actor: Any, stores: Iterable[Store], review_id: int) -> None:
    """Delete a review of `stores`, its revisions, answers and labels; figures follow.

    Its first near-duplicate, if there is any, is counted in its place. Purposes and consent do
    not matter: what may no longer be used can still be taken out. Raises NoSuchReview.
    """
    review = Review.objects.select_for_update().filter(pk=review_id, store__in=stores).first()
    if review is None:
        raise NoSuchReview
    if review.shopper_id is None and review.sealed_original is not None:
        # Its original had a key of its own, which opens it in old backups too.
        own = [sealed_key(review.sealed_original)]
        transaction.on_commit(lambda: shopper_key_destroy(actor=actor, keys=own))
    reviews_remove(review_ids=[review.pk])
    audit_record(
        actor=actor,
        action="review.delete",
        object_type="review",
        object_id=review_id,
        details={"source": review.source_id, "store": review.store_id},
    )
