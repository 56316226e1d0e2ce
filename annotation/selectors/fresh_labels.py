"""What people labelled: lately, or at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from accounts.models import Store
from annotation.models import Annotation, AnnotationSource, BatchItem, SamplingDesign
from reviews.models import ANALYSED_LANGUAGES, LeftOut, Purpose
from reviews.selectors import reviews_for

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Fresh:
    """`reviews`: how many were labelled; `first`: when the first of these labels was stored."""

    reviews: int
    first: datetime | None


def newest_label() -> int:
    """Marks where labels end now, for `fresh_labels`; 0 before the first one."""
    return Annotation.objects.aggregate(newest=Max("pk"))["newest"] or 0


def fresh_labels(moment: datetime | None, after: int | None = None) -> Fresh:
    """What people labelled that can be learned from: what was stored past the mark `after`, or
    without one after `moment`, None: ever.

    Labels brought in from a file keep the time at which they were given, so that only a mark tells
    them. Not those of the audit sample, of hidden gold, of reviews that may not be trained on or
    that no figure counts, of questions that are no longer asked, or that came with the sample data.
    """
    audited = BatchItem.objects.filter(
        review=OuterRef("revision__review"), batch__design=SamplingDesign.AUDIT
    )
    usable = reviews_for(Purpose.TRAIN, Store.objects.all()).filter(
        left_out=LeftOut.NOTHING, language__in=ANALYSED_LANGUAGES
    )
    found = (
        _by_people()
        .filter(~Exists(audited), revision__is_current=True, question__active=True)
        .filter(revision__review__in=usable)
        .exclude(item__is_gold=True)
    )
    if after is not None:
        found = found.filter(pk__gt=after)
    elif moment is not None:
        found = found.filter(created_at__gt=moment)
    told = found.aggregate(n=Count("revision__review", distinct=True), first=Min("created_at"))
    return Fresh(told["n"], told["first"])


def labelled_ids(review_ids: Collection[int]) -> set[int]:
    """Those of `review_ids` about which somebody answered a question."""
    ids = list(review_ids)
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        some = _by_people().filter(revision__review__in=ids[start : start + _CHUNK])
        found.update(some.values_list("revision__review", flat=True))
    return found


def _by_people() -> QuerySet[Annotation]:
    return Annotation.objects.exclude(source=AnnotationSource.STARTER)
