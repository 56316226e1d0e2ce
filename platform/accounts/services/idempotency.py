"""Requests that may be sent twice: the second gets the answer of the first.

1. The first request takes the claim by inserting its row; of two at once one wins.
2. It finishes with its answer, or gives the claim back when it failed, so that a retry works.
3. A claim nobody finished (the process died) can be taken again after `_ABANDONED`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import IdempotencyKey

KEPT = timedelta(hours=24)
_ABANDONED = timedelta(minutes=10)  # longer than any request may take


def claim_take(*, principal: str, key: str) -> tuple[IdempotencyKey, bool]:
    """The claim, and whether it is ours to work on (else another request has or had it)."""
    now = timezone.now()
    mine = IdempotencyKey.objects.filter(principal=principal)
    mine.filter(created_at__lte=now - KEPT).delete()
    claim, created = IdempotencyKey.objects.get_or_create(
        principal=principal, key=key, defaults={"created_at": now}
    )
    if created:
        return claim, True
    taken = mine.filter(pk=claim.pk, status=None, created_at__lte=now - _ABANDONED).update(
        created_at=now
    )
    if taken:
        claim.refresh_from_db()
    return claim, bool(taken)


def claim_finish(*, claim: IdempotencyKey, request_hash: str, status: int, answer: Any) -> None:
    """Keep the answer (JSON; no text of a review) for `KEPT`."""
    claim.request_hash = request_hash
    claim.status = status
    claim.answer = answer
    claim.save(update_fields=["request_hash", "status", "answer"])


def claim_release(*, claim: IdempotencyKey) -> None:
    """Give the claim back: the request failed and may be sent again."""
    IdempotencyKey.objects.filter(pk=claim.pk, status=None).delete()
