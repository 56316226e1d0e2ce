"""A stored review put right by its author: its text goes the way of one that comes in.

Cleaned, redacted and kept as the source says at this moment, so that nothing of the old text is
left to be brought back by a later redaction or by the shop's old file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from privacy.people import CannotCarryOut
from reviews.cleaning.catalogue import Cleaner
from reviews.models import Review, Source, TextRevision
from reviews.services.comparing import corrected_hash
from reviews.services.following import follow_ups_stored
from reviews.services.holding import decisions_hold
from reviews.services.keys_unused import keys_drop, keys_of
from reviews.services.originals import original_reseal
from reviews.services.redacted import Redact
from reviews.services.revising import doubts_add, doubts_close
from reviews.services.storing import MOST_PLACEHOLDERS, Made, left_out_of, made_of, texts_make
from reviews.signals import reviews_changing, reviews_stored

ForSource = Callable[[Source], tuple[Redact, str]]
"""How the texts of a source are redacted now, and the stamp of its policy."""


class CannotCorrect(CannotCarryOut):
    """The correction does not fit what was found, or has no words."""


@transaction.atomic
def review_correct(
    *, actor: Any, review_id: int, wanted: dict[str, Any], for_source: ForSource
) -> None:
    """Put right the stars, the date or the text of a review.

    A file that is sent again does not undo it, under better rules neither: only what is new in it
    does. Under the store's lock. Raises CannotCorrect.
    """
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("source", "shopper")
        .get(pk=review_id)
    )
    reviews_changing.send(sender=Review, review_ids=[review.pk])
    if "stars" in wanted:
        review.stars = wanted["stars"]
    if "posted_at" in wanted:
        review.posted_at = datetime.fromisoformat(wanted["posted_at"])
    if text := wanted.get("text"):
        _text_correct(actor, review, text, for_source)
    review.content_hash = corrected_hash(review.content_hash)
    review.save()
    follow_ups_stored(review_ids=[review.pk])
    reviews_changing.send(sender=Review, review_ids=[review.pk])


def _text_correct(actor: Any, review: Review, text: str, for_source: ForSource) -> None:
    cleaned = Cleaner.but(review.source.rules_off).review(text)
    if not cleaned.text:
        raise CannotCorrect("The corrected text has no words: give the whole text as it should be.")
    redact, stamp = for_source(review.source)
    [made] = texts_make([cleaned.text], redact)
    [held] = decisions_hold(review.source, [review.pk], [made.redacted])
    if held is not made.redacted:
        made = made_of(held)
    revision, new = _revise(review, made, stamp)
    doubts_close(review_ids=[review.pk])
    doubts_add([(revision, made.redacted.doubts)])
    if new:
        reviews_stored.send(sender=Review, review_ids=[review.pk], revision_ids=[revision.pk])
    review.language, review.variety = made.detected.language, made.detected.variety
    review.left_out = left_out_of(cleaned.default_text, cleaned.spam, made.detected.language)
    review.low_information = cleaned.low_information
    _seal(actor, review, text, cleaned.text, made)


def _revise(review: Review, made: Made, stamp: str) -> tuple[TextRevision, bool]:
    """The current revision with this text, and whether it is new. Equal texts make none."""
    before = review.revisions.select_for_update().filter(is_current=True).first()
    if before is not None and before.text_hash == made.text_hash:
        # What is sealed from now on belongs to this text, and no longer to the one it came from.
        before.offset_map, before.redactor_version = None, stamp
        before.save(update_fields=["offset_map", "redactor_version"])
        return before, False
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    revision = TextRevision.objects.create(
        review=review,
        number=before.number + 1 if before is not None else 1,
        text=made.redacted.text,
        text_hash=made.text_hash,
        redactor_version=stamp,
        placeholders=min(made.redacted.placeholders, MOST_PLACEHOLDERS),
        search=made.search,
    )
    return revision, True


def _seal(actor: Any, review: Review, original: str, text: str, made: Made) -> None:
    """What the policy keeps of an original is that of the corrected text; nothing of the old."""
    keys = keys_of([review.sealed_original])
    sealed = original_reseal(review=review, original=original, text=text, spans=made.redacted.spans)
    review.sealed_original = sealed.blob if sealed else None
    review.seal_key_version = sealed.version if sealed else None
    review.save(update_fields=["sealed_original", "seal_key_version"])
    keys_drop(actor=actor, keys=keys - keys_of([review.sealed_original]))
