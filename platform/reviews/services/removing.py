"""Taking reviews out, many at once, with everything that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from privacy.services import shopper_key_destroy
from privacy.vault.here import key_ring
from reviews.models import Review
from reviews.services.following import follow_ups_part, followers_of
from reviews.services.keys_unused import keys_of
from reviews.signals import reviews_changing, reviews_removing

_AT_ONCE = 1000


@transaction.atomic
def reviews_remove(*, actor: Any, review_ids: Iterable[int]) -> int:
    """Take these reviews out; figures follow. Returns how many there were.

    Of the near-duplicates of each, the first that stays is counted in its place. Those above hear
    of it before the rows go (`reviews_removing`), and may note what learned from them.
    The keys that originals had of their own, which open them in old backups too, are destroyed.
    """
    first = set(review_ids)
    # What was added to a review goes with it; what is added alone goes out of its text.
    wanted = sorted(first | followers_of(first))
    own = keys_of(
        Review.objects.filter(
            pk__in=wanted, shopper__isnull=True, sealed_original__isnull=False
        ).values_list("sealed_original", flat=True)
    )
    if own:
        transaction.on_commit(lambda: _keys_destroy(actor, own))
    follow_ups_part(review_ids=wanted)
    gone = 0
    for place in range(0, len(wanted), _AT_ONCE):
        gone += _remove(wanted[place : place + _AT_ONCE], frozenset(wanted))
    return gone


def _keys_destroy(actor: Any, keys: set[UUID]) -> None:
    # An erasure has perhaps done it by now, by its ledger.
    there = key_ring().store.held(keys)
    if there:
        shopper_key_destroy(actor=actor, keys=sorted(there))


def _remove(review_ids: Sequence[int], leaving: frozenset[int]) -> int:
    found = list(
        Review.objects.select_for_update()
        .filter(pk__in=review_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    repeats: dict[int, list[int]] = defaultdict(list)
    rows = (
        Review.objects.select_for_update()
        .filter(duplicate_of__in=found)
        .order_by("posted_at", "pk")
        .values_list("duplicate_of_id", "pk")
    )
    for first, repeat in rows:
        if first is not None and repeat not in leaving:
            repeats[first].append(repeat)
    staying = [pk for pks in repeats.values() for pk in pks]
    reviews_changing.send(sender=Review, review_ids=[*found, *staying])
    reviews_removing.send(sender=Review, review_ids=found)
    for first, *rest in repeats.values():
        Review.objects.filter(pk=first).update(duplicate_of=None)
        Review.objects.filter(pk__in=rest).update(duplicate_of=first)
    Review.objects.filter(pk__in=found).delete()
    return len(found)
