"""A person in the reviews: found by any identifier, handed out, corrected, restricted, erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from privacy.listed_values import value_hash
from privacy.people import REVIEW, SHOPPER, Part, Place, Subject
from privacy.services.identifiers import Needles
from reviews import keys
from reviews.importing.values import LONGEST_ID
from reviews.models import Doubt, ListedValue, RejectedRow, Review, Shopper, TextRevision
from reviews.services.correcting import CannotCorrect, ForSource, review_correct
from reviews.services.following import family_of
from reviews.services.opening import originals_of
from reviews.signals import reviews_changing

_CELLS = " | "  # between the cells of a rejected row
_LEAST_TEXT = 12  # characters; a shorter text says nothing of who wrote it


def person_find(subject: Subject) -> list[Place]:
    """Shoppers, reviews, texts and rejected rows of the person, into the subject's keys."""
    needles = Needles(subject.identifiers)
    shoppers = Shopper.objects.filter(store__in=subject.stores)
    given = {value.strip() for value in subject.values()}
    by_value = keys.shopper_digests(given, keys.shopper_version())
    hashes = [one for found in by_value.values() for one in found]
    subject.add(SHOPPER, shoppers.filter(key_hash__in=hashes).values_list("pk", flat=True))
    mine = Review.objects.filter(store__in=subject.stores)
    named = mine.filter(external_id__in=[one.strip() for one in subject.values(REVIEW)])
    # Who wrote the one they name wrote the others of the same shopper.
    subject.add(SHOPPER, named.filter(shopper__isnull=False).values_list("shopper_id", flat=True))
    subject.add(REVIEW, named.values_list("pk", flat=True))
    subject.add(
        REVIEW, mine.filter(shopper__in=subject.found(SHOPPER)).values_list("pk", flat=True)
    )
    originals = 0
    if needles:
        hits = [pk for pk, text in originals_of(mine) if needles.stand_in(text)]
        subject.add(REVIEW, hits)
        originals = len(hits)
    family = [one.pk for one in family_of(subject.found(REVIEW))]
    subject.add(REVIEW, mine.filter(pk__in=family).values_list("pk", flat=True))
    reviews = mine.filter(pk__in=subject.found(REVIEW))
    texts = TextRevision.objects.filter(review__in=reviews)
    subject.add("revision", texts.values_list("pk", flat=True))
    subject.notes["external_id"] = list(reviews.values_list("external_id", flat=True))
    subject.notes["text"] = list(texts.values_list("text", flat=True))
    mine_too = shoppers.filter(pk__in=subject.found(SHOPPER))
    subject.notes["shopper_hash"] = list(mine_too.values_list("key_hash", flat=True))
    subject.add("reject", _rejects(subject, needles))
    hashes = [value_hash(value.strip()) for value in subject.values()]
    listed = ListedValue.objects.filter(store__in=subject.stores, key_hash__in=hashes)
    subject.add("listed", listed.values_list("pk", flat=True))
    return [
        Place("Shoppers", len(subject.found(SHOPPER))),
        Place("Reviews", len(subject.found(REVIEW))),
        Place("Texts of reviews, with their search entries", len(subject.found("revision"))),
        Place("Sealed originals that name the person", originals),
        Place("Rejected rows of imports", len(subject.found("reject"))),
        Place("Doubts about redaction", Doubt.objects.filter(review__in=reviews).count()),
        Place("Values on the lists of redaction", len(subject.found("listed"))),
    ]


def _rejects(subject: Subject, needles: Needles) -> Iterator[int]:
    rows = RejectedRow.objects.filter(batch__source__store__in=subject.stores)
    for pk, content in rows.exclude(content="").values_list("pk", "content").iterator():
        if _is_mine(subject, needles, content.split(_CELLS)):
            yield pk
    for pk, content in originals_of(rows):
        # As it came: a JSON object by column.
        if _is_mine(subject, needles, [str(value) for value in json.loads(content).values()]):
            yield pk


def _is_mine(subject: Subject, needles: Needles, cells: list[str]) -> bool:
    """Whether a refused row names the person: by a number, by a hash of one, or by words."""
    values = {cell.strip() for cell in cells if cell.strip()}
    ids = {value.strip() for value in subject.values()} | set(subject.notes["external_id"])
    if values & ids or any(map(needles.stand_in, cells)):
        return True
    texts = [text for text in subject.notes["text"] if len(text) >= _LEAST_TEXT]
    if any(text in cell for text in texts for cell in cells):
        return True
    hashes = set(subject.notes["shopper_hash"])
    numbers = {value for value in values if len(value) <= LONGEST_ID}
    digests = keys.shopper_digests(numbers, keys.shopper_version()) if hashes else {}
    return any(hashes & set(found) for found in digests.values())


def person_export(subject: Subject) -> Iterator[Part]:
    reviews = Review.objects.filter(pk__in=subject.found(REVIEW)).select_related(
        "store", "source", "product"
    )
    originals = dict(originals_of(Review.objects.all(), subject.found(REVIEW)))
    yield "reviews", (_review(one, originals.get(one.pk)) for one in reviews.iterator())
    rejects = RejectedRow.objects.filter(pk__in=subject.found("reject"))
    full = dict(originals_of(RejectedRow.objects.all(), subject.found("reject")))
    yield (
        "rejected_rows",
        (
            {
                "import": one.batch_id,
                "line": one.line,
                "reason": one.reason,
                "content": full.get(one.pk, one.content),
            }
            for one in rejects.iterator()
        ),
    )


def _review(review: Review, original: str | None) -> dict[str, Any]:
    return {
        "review": review.pk,
        "store": review.store.key,
        "source": review.source.key,
        "external_id": review.external_id,
        "product": review.product.external_id if review.product else None,
        "channel": review.channel,
        "stars": review.stars,
        "language": review.language,
        "posted_at": review.posted_at,
        "stored_at": review.created_at,
        "legal_basis": review.legal_basis,
        "purposes": review.purposes,
        "consent_at": review.consent_at,
        "consent_until": review.consent_until,
        "objected": review.objected,
        "restricted": review.restricted,
        "texts": list(review.revisions.order_by("number").values("number", "text", "created_at")),
        "original": original,
    }


@transaction.atomic
def person_restrict(actor: Any, subject: Subject, on: bool) -> list[Place]:
    """Use nothing of the person's for anything, or use it again."""
    shoppers = Shopper.objects.filter(pk__in=subject.found(SHOPPER))
    shoppers.update(restricted=on)
    count = _changed(subject, lambda rows: rows.update(restricted=on))
    return [Place("Reviews", count), Place("Shoppers", len(subject.found(SHOPPER)))]


@transaction.atomic
def person_object(actor: Any, subject: Subject) -> list[Place]:
    """Use what the person wrote for `subject.purposes` no more, also what they write later."""
    for shopper in Shopper.objects.select_for_update().filter(pk__in=subject.found(SHOPPER)):
        shopper.objected = sorted({*shopper.objected, *subject.purposes})
        shopper.save(update_fields=["objected"])

    def change(rows: QuerySet[Review]) -> int:
        found = list(rows.select_for_update().order_by("pk"))
        for review in found:
            review.objected = sorted({*review.objected, *subject.purposes})
        return Review.objects.bulk_update(found, ["objected"], batch_size=500)

    return [
        Place("Reviews", _changed(subject, change)),
        Place("Shoppers", len(subject.found(SHOPPER))),
    ]


def _changed(subject: Subject, change: Any) -> int:
    ids = subject.found(REVIEW)
    reviews_changing.send(sender=Review, review_ids=ids)
    count: int = change(Review.objects.filter(pk__in=ids))
    return count


@transaction.atomic
def person_correct(actor: Any, subject: Subject, for_source: ForSource) -> list[Place]:
    """Put right the stars, the date or the text of the one review that was named, or found.

    Raises CannotCorrect.
    """
    found = Review.objects.filter(pk__in=subject.found(REVIEW))
    if numbers := [one.strip() for one in subject.values(REVIEW)]:
        # Others of the same shopper are found by it, and what was added to it later.
        found = found.filter(external_id__in=numbers)
    ids = list(found.values_list("pk", flat=True))
    if len(ids) != 1:
        raise CannotCorrect(
            f"A correction is about one review, and {len(ids)} were found: "
            "name its number at the source."
        )
    review_correct(actor=actor, review_id=ids[0], wanted=subject.wanted, for_source=for_source)
    return [Place("Reviews", 1)]
