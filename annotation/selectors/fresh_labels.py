"""What people labelled: lately, or at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from annotation.models import Annotation, AnnotationSource, BatchItem, SamplingDesign

_CHUNK = 5000


def labelled_since(moment: datetime | None) -> int:
    """How many reviews people labelled after `moment`, None: ever.

    Not those of the audit sample, which are never learned from, and not the labels that came with
    the sample data.
    """
    audited = BatchItem.objects.filter(
        review=OuterRef("revision__review"), batch__design=SamplingDesign.AUDIT
    )
    found = _by_people().filter(~Exists(audited), revision__is_current=True)
    if moment is not None:
        found = found.filter(created_at__gt=moment)
    return found.values("revision__review").distinct().count()


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
