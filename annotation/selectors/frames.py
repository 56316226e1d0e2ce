"""The reviews of a frame: how many, some to look at, and what groups they fall into."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Store
from annotation.frames import Frame
from annotation.models import BatchItem, SamplingDesign
from reviews.models import Category, Product, Purpose, Review, TextRevision
from reviews.selectors import reviews_for, reviews_matching, revisions_for

STRATA = {
    "language": "language",
    "category": "product__category__key",
    "stars": "stars",
    "product": "product__external_id",
}
NO_GROUP = "none"
_PREVIEW = 5


def frame_reviews(frame: Frame) -> QuerySet[Review]:
    """The reviews of the frame, in no order. Audit labels are kept apart from all others, so that
    a review of the audit sample is in no other batch."""
    audited = BatchItem.objects.filter(review=OuterRef("pk"), batch__design=SamplingDesign.AUDIT)
    found = reviews_for(Purpose.LABEL, frame.stores).filter(
        ~Exists(audited), left_out="", duplicate_of=None
    )
    if frame.languages:
        found = found.filter(language__in=frame.languages)
    if frame.sources:
        found = found.filter(source__key__in=frame.sources)
    if frame.categories:
        found = found.filter(product__category__key__in=frame.categories)
    if frame.stars:
        found = found.filter(stars__in=frame.stars)
    if frame.since:
        found = found.filter(posted_at__gte=_midnight(frame.since))
    if frame.until:
        found = found.filter(posted_at__lt=_midnight(date.fromordinal(frame.until.toordinal() + 1)))
    if frame.fresh:
        found = found.filter(~Exists(BatchItem.objects.filter(review=OuterRef("pk"))))
    return reviews_matching(found, frame.words).order_by()


def frame_ids(frame: Frame) -> list[int]:
    """The ids of the frame in a fixed order."""
    return list(frame_reviews(frame).order_by("pk").values_list("pk", flat=True))


def frame_preview(frame: Frame) -> list[TextRevision]:
    """Some redacted texts of the frame, the newest first, with their reviews."""
    newest = list(frame_reviews(frame).order_by("-pk").values_list("pk", flat=True)[:_PREVIEW])
    found = revisions_for(Purpose.LABEL, frame.stores).filter(review__in=newest)
    return list(found.select_related("review__product").defer("search").order_by("-review_id"))


def strata_of(frame: Frame, by: str) -> dict[int, str]:
    """The group of each review of the frame: `by` is one of STRATA; without one, NO_GROUP."""
    columns = ("pk", STRATA[by], "store_id") if by == "product" else ("pk", STRATA[by])
    rows = frame_reviews(frame).order_by("pk").values_list(*columns)
    return {pk: _group(rest) for pk, *rest in rows.iterator(chunk_size=10_000)}


def hits_of(frame: Frame, words: Collection[str]) -> list[int]:
    """The ids of the frame whose text has any of `words`, each as it is typed into the search."""
    found: set[int] = set()
    for one in words:
        hits = reviews_matching(frame_reviews(frame), one)
        found.update(hits.values_list("pk", flat=True))
    return sorted(found)


def rows_named(kind: str, keys: Collection[str]) -> dict[str, Any]:
    """By key what has a name in both languages: `kind` is stores, categories, or products as the
    groups of a design are called."""
    if kind == "stores":
        return {one.key: one for one in Store.objects.filter(key__in=keys)}
    if kind == "categories":
        return {one.key: one for one in Category.objects.filter(key__in=keys)}
    pairs = [one.split("/", 1) for one in keys if "/" in one]
    found = Product.objects.filter(
        store__in={store for store, _ in pairs}, external_id__in={number for _, number in pairs}
    )
    return {f"{one.store_id}/{one.external_id}": one for one in found}


def _group(values: list[Any]) -> str:
    """Products of two stores may have the same number: the store tells them apart."""
    return NO_GROUP if values[0] is None else "/".join(map(str, reversed(values)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
