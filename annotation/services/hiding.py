"""Putting gold among the reviews of a batch."""

from __future__ import annotations

from annotation.frames import Frame
from annotation.models import Batch, BatchItem
from annotation.selectors.gold import gold_review_ids
from reviews.models import Purpose
from reviews.selectors import reviews_for

_MOST = 1000  # gold reviews of one batch


def gold_hide(*, batch: Batch, frame: Frame) -> int:
    """Put the gold reviews that look like the frame into `batch`. Returns how many are new.

    Of the same stores, languages, sources and categories: another one would be noticed. Of any
    day, since there are few. A review that was drawn for the batch stays what it is.
    """
    if not batch.gold_rate:
        return 0
    alike = reviews_for(Purpose.LABEL, frame.stores).filter(
        pk__in=gold_review_ids(frame.stores), left_out=""
    )
    if frame.languages:
        alike = alike.filter(language__in=frame.languages)
    if frame.sources:
        alike = alike.filter(source__key__in=frame.sources)
    if frame.categories:
        alike = alike.filter(product__category__key__in=frame.categories)
    new = alike.exclude(pk__in=batch.items.values("review"))
    ids = list(new.order_by("pk").values_list("pk", flat=True)[:_MOST])
    BatchItem.objects.bulk_create(
        (BatchItem(batch=batch, review_id=pk, is_gold=True) for pk in ids), ignore_conflicts=True
    )
    return len(ids)
