from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from accounts.models import Store
from annotation.models import BatchItem, SamplingDesign
from modelops.ml.spec import Example
from modelops.models import Snapshot
from reviews.models import Purpose
from reviews.selectors import reviews_for


def examples_of(snapshot: Snapshot, split: str) -> list[Example]:
    """The rows of a split, for the machine-learning core; always in the same order.

    A review that may not be learned from any more is left out, though the snapshot keeps it; so is
    one that came into the audit sample after the snapshot was made.
    """
    return list(_examples(snapshot, split))


def not_audited() -> Q:
    """Of snapshot items: those whose review is not in the audit sample by now."""
    drawn = BatchItem.objects.filter(
        review=OuterRef("revision__review"), batch__design=SamplingDesign.AUDIT
    )
    return ~Q(Exists(drawn))


def _examples(snapshot: Snapshot, split: str) -> Iterator[Example]:
    # By hash and not by id: the same content trains the same model wherever it was stored.
    mine = Q(revision__isnull=True) | Q(
        revision__review__in=reviews_for(Purpose.TRAIN, Store.objects.all())
    )
    items = snapshot.items.filter(mine, not_audited(), split=split).order_by("row_hash", "id")
    for number, item in enumerate(items.iterator(chunk_size=2000)):
        marks = item.mentions
        yield Example(
            id=f"{item.row_hash[:16]}.{number}",
            text=item.text,
            lang=item.language,
            answers=item.answers,
            mentions=None if marks is None else [(m[0], m[1], m[2], m[3]) for m in marks],
            weight=item.weight,
        )
