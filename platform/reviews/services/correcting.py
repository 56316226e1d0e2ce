"""Another current text for a stored review."""

from __future__ import annotations

import hashlib

from django.db import transaction

from reviews.models import Review, TextRevision
from reviews.search_vector import search_vector
from reviews.signals import reviews_stored


@transaction.atomic
def revision_add(
    *, review: Review, text: str, placeholders: int, redactor_version: str
) -> TextRevision:
    """Make `text` (redacted) the current one; those above hear of it. An equal text adds none."""
    before = review.revisions.select_for_update().filter(is_current=True).first()
    text_hash = hashlib.sha256(text.encode()).hexdigest()
    if before is not None and before.text_hash == text_hash:
        return before
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    made = TextRevision.objects.create(
        review=review,
        number=before.number + 1 if before is not None else 1,
        text=text,
        text_hash=text_hash,
        redactor_version=redactor_version,
        placeholders=placeholders,
        search=search_vector(text),
    )
    reviews_stored.send(sender=Review, review_ids=[review.pk], revision_ids=[made.pk])
    return made
