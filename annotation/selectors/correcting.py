"""Which batches may correct an index: those that gave all of their frame a known chance, and whose
labels nobody was helped with."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from annotation.designs import WITH_CHANCES
from annotation.models import Batch, BatchItem, SamplingDesign

_DESIGNS = (*WITH_CHANCES, SamplingDesign.AUDIT)


def why_not_correcting(batches: Iterable[Batch]) -> dict[int, str]:
    """By batch why it may not correct an index: `design` (it gives some reviews no chance), `cut`
    (so does its frame, or the share drawn uniformly is 0), `aided` (people saw the model's
    answers); empty where it may.

    A label that a model has learned from corrects nothing all the same, whatever its batch.
    """
    batches = list(batches)
    unknown = BatchItem.objects.filter(
        batch=OuterRef("pk"), is_gold=False, inclusion_probability=None
    )
    found = Batch.objects.filter(pk__in=[one.pk for one in batches])
    without = dict(found.annotate(without=Exists(unknown)).values_list("pk", "without"))
    return {batch.pk: _why(batch, without.get(batch.pk, True)) for batch in batches}


def _why(batch: Batch, without_chances: bool) -> str:
    if batch.design not in _DESIGNS:
        return "design"
    if without_chances:
        return "cut"
    return "aided" if batch.shows_answers else ""
