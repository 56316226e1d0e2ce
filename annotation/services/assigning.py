"""Giving out reviews: never one twice to a person, never one to more people than it wants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.selectors import stores_for
from annotation.models import Assignment, Batch, BatchItem
from annotation.selectors.assignments import (
    gold_free,
    in_hand,
    items_next,
    places_left,
)
from annotation.selectors.hiding import gold_is_due, gold_order
from annotation.selectors.qualification import is_guarded, is_test
from annotation.services.qualifying import next_item
from reviews.models import Purpose
from reviews.selectors import revisions_for

LEASE = timedelta(minutes=30)
_AT_ONCE = 5  # reviews one person may hold: the one shown, and some fetched before


def items_take(*, actor: User, batch: Batch, count: int = 1) -> list[Assignment]:
    """What `actor` has in hand of `batch`, filled up to `count` (at most 5), oldest first.

    What is in hand is kept for another half hour. Fewer than `count`: nothing more is to be had.
    Nothing of a batch whose test they have not passed.
    """
    if is_guarded(actor, batch):
        return []
    now = timezone.now()
    held = list(in_hand(actor, batch, now))
    renewed = now + LEASE
    Assignment.objects.filter(pk__in=[one.pk for one in held]).update(taken_until=renewed)
    for one in held:
        one.taken_until = renewed
    while len(held) < min(count, _AT_ONCE):
        taken = _take_one(actor, batch)
        if taken is None:
            break
        held.append(taken)
    return held


def _take_one(person: User, batch: Batch) -> Assignment | None:
    """One more, in a transaction of its own: whoever holds one item's lock waits for no other."""
    if is_test(batch):
        return _take_tested(person, batch)
    if gold_is_due(person, batch, timezone.now()):
        gold = _take_gold(person, batch)
        if gold is not None:
            return gold
    passed: list[int] = []
    # What was locked by others is tried once more, with patience: it may still have a place.
    for waits in (False, True):
        while True:
            with transaction.atomic():
                now = timezone.now()
                item = _locked(items_next(person, batch, now, passed), waits)
                if item is None:
                    break
                # Counted before its lock was held; others may have come in between.
                taken = _assign(person, item, batch, now)
                if taken is not None:
                    return taken
                passed.append(item.pk)
    return None


def _locked(found: Iterable[QuerySet[BatchItem]], waits: bool) -> BatchItem | None:
    """The first one; without `waits` the first one that nobody else has locked."""
    for some in found:
        item = some.select_for_update(of=("self",), skip_locked=not waits).first()
        if item is not None:
            return item
    return None


@transaction.atomic
def _take_gold(person: User, batch: Batch) -> Assignment | None:
    """A gold review, in an order that is each person's own; none once nothing else is left."""
    now = timezone.now()
    if not any(some.exists() for some in items_next(person, batch, now)):
        return None
    for pk in gold_order(person, gold_free(person, batch, now)):
        held = BatchItem.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if held is not None and (taken := _assign(person, held, batch, now)) is not None:
            return taken
    return None


@transaction.atomic
def _take_tested(person: User, batch: Batch) -> Assignment | None:
    item = next_item(person, batch)
    return None if item is None else _assign(person, item, batch, timezone.now())


def _assign(person: User, item: BatchItem, batch: Batch, now: datetime) -> Assignment | None:
    """None where it has no place for `person` any more, or may no longer be labelled."""
    texts = revisions_for(Purpose.LABEL, stores_for(person))
    revision = texts.filter(review=item.review_id).defer("search").first()
    if revision is None or places_left(item, person, now) < 1:
        return None
    item.batch = batch
    taken = Assignment(
        item=item, annotator=person, revision=revision, taken_at=now, taken_until=now + LEASE
    )
    # Taken once and never answered, it is there already. One statement either way.
    [taken] = Assignment.objects.bulk_create(
        [taken],
        update_conflicts=True,
        unique_fields=["item", "annotator"],
        update_fields=["revision", "taken_at", "taken_until"],
    )
    return taken
