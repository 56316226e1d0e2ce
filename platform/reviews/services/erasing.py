"""Erasing a person from the reviews, now and again after a restore."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from common.models import Job
from privacy.people import REVIEW, SHOPPER, Place, Subject
from privacy.services import erasure_add
from privacy.vault.here import shopper_ids
from reviews import keys
from reviews.importing.rows import HASH
from reviews.models import (
    Doubt,
    ImportBatch,
    ListedValue,
    RejectedRow,
    Review,
    Shopper,
    TextRevision,
    Upload,
)
from reviews.services import blocking
from reviews.services.keys_unused import keys_of
from reviews.services.removing import reviews_remove
from reviews.services.uploads import uploads_folder, uploads_left_remove

_GONE = "erased"
_OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def person_erase(actor: Any, subject: Subject) -> list[Place]:
    """Write it into the ledger, then take out reviews, shoppers and rejected rows.

    Inside the transaction of the erasure. The ledger and the keys do not come back with it: what
    was promised there is done when the job is run again.
    """
    reviews, shoppers = subject.found(REVIEW), subject.found(SHOPPER)
    texts = len(subject.found("revision"))
    for store in subject.stores:
        _ledger(actor, store, subject)
    rejected = _rejects_blank(RejectedRow.objects.filter(pk__in=subject.found("reject")))
    doubts = Doubt.objects.filter(review__in=reviews).count()
    listed = ListedValue.objects.filter(pk__in=subject.found("listed")).delete()[0]
    gone = reviews_remove(actor=actor, review_ids=reviews)
    people = shoppers_remove(Shopper.objects.filter(pk__in=shoppers))
    return [
        Place("Reviews", gone),
        Place("Texts of reviews, with their search entries", texts),
        Place("Shoppers, with the keys of their originals", people),
        Place("Rejected rows of imports", rejected),
        Place("Doubts about redaction", doubts),
        Place("Values on the lists of redaction", listed),
    ]


def _rejects_blank(rejects: QuerySet[RejectedRow]) -> int:
    return rejects.update(
        content="", detail="", reason=_GONE, sealed_content=None, seal_key_version=None
    )


def shoppers_remove(shoppers: Any) -> int:
    """Take shoppers out who have no review any more."""
    return int(shoppers.filter(reviews__isnull=True).delete()[0])


def _ledger(actor: Any, store: int, subject: Subject) -> None:
    shoppers = Shopper.objects.filter(store=store, pk__in=subject.found(SHOPPER))
    if shoppers:
        version = keys.shopper_version()
        erasure_add(
            actor=actor,
            kind=blocking.SHOPPER,
            store=store,
            keys=[one.uid for one in shoppers if one.uid],
            digests=[
                shopper_ids().lift(one.key_hash, one.key_version, version) for one in shoppers
            ],
        )
    reviews = Review.objects.filter(store=store, pk__in=subject.found(REVIEW))
    rejects = RejectedRow.objects.filter(batch__source__store=store, pk__in=subject.found("reject"))
    listed = ListedValue.objects.filter(store=store, pk__in=subject.found("listed"))
    if reviews or rejects or listed:
        own = keys_of(one.sealed_content for one in rejects)
        erasure_add(
            actor=actor,
            kind=blocking.REVIEW,
            store=store,
            keys=sorted(_own_keys(reviews) | own),
            digests=sorted(_digests(reviews)),
            details={
                "reviews": [one.pk for one in reviews],
                "rejects": [one.pk for one in rejects],
                "listed": {one.pk: one.key_hash for one in listed},
            },
        )


def _own_keys(reviews: Iterable[Review]) -> set[UUID]:
    """Keys of originals that belong to no shopper; a shopper's are destroyed with the shopper."""
    return keys_of(one.sealed_original for one in reviews if one.shopper_id is None)


def _digests(reviews: Any) -> set[str]:
    found = set()
    for review in reviews:
        found.add(blocking.review_digest(review.source_id, review.external_id))
        found.add(blocking.content_digest(review.content_hash[:HASH]))
    for text in TextRevision.objects.filter(review__in=reviews).values_list("text", flat=True):
        if one := blocking.text_digest(text):
            found.add(one)
    return found


def shopper_erase_again(
    store: int, keys: list[str], digests: list[str], details: dict[str, Any]
) -> int:
    """After a restore: the shoppers of an entry of the ledger, with their reviews."""
    shoppers = Shopper.objects.filter(store=store, key_hash__in=digests)
    reviews = Review.objects.filter(shopper__in=shoppers).values_list("pk", flat=True)
    gone = reviews_remove(actor=None, review_ids=list(reviews))
    return gone + shoppers_remove(shoppers)


def review_erase_again(
    store: int, keys: list[str], digests: list[str], details: dict[str, Any]
) -> int:
    """After a restore: the reviews of an entry; one that came in since under its number stays."""
    known = set(digests)
    by_source: dict[int, list[int]] = defaultdict(list)
    rows = Review.objects.filter(store=store, pk__in=details.get("reviews", []))
    for pk, source, external_id in rows.values_list("pk", "source_id", "external_id"):
        if blocking.review_digest(source, external_id) in known:
            by_source[source].append(pk)
    rejects = RejectedRow.objects.filter(
        batch__source__store=store, pk__in=details.get("rejects", [])
    )
    blanked = _rejects_blank(rejects.exclude(reason=_GONE))
    for pk, key_hash in details.get("listed", {}).items():
        # Keyed hashes of the lists: another value may have the number since.
        again = ListedValue.objects.filter(store=store, pk=int(pk), key_hash=key_hash)
        blanked += again.delete()[0]
    return blanked + sum(reviews_remove(actor=None, review_ids=ids) for ids in by_source.values())


def uploads_erase(subject: Subject) -> list[Place]:
    """Remove the uploads that were left behind: they hold what shoppers wrote.

    A file that somebody is sending, or that a job reads, stays: whoever was erased does not come in
    with it, and it goes with its import, or when its time is over.
    """
    return [Place("Uploaded files that were left", uploads_left_remove())]


def uploads_foreign(subject: Subject) -> list[Path]:
    """Files on their way into other stores: being sent, or waiting for their import."""
    coming = Upload.objects.exclude(source__store__in=subject.stores)
    found = [uploads_folder() / pk.hex for pk in coming.values_list("pk", flat=True)]
    batches = ImportBatch.objects.filter(job__state__in=_OPEN)
    others = batches.exclude(source__store__in=subject.stores).select_related("job")
    return found + [
        uploads_folder() / Path(str(one.job.arguments["path"])).name
        for one in others
        if one.job is not None and "path" in one.job.arguments
    ]
