"""The count of what is in of each item, kept beside it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from annotation.models import Assignment, BatchItem


def items_recount(*, item_ids: Collection[int]) -> None:
    """Count the answers and skips of the items anew; call it wherever an assignment ends.

    Counted, not added up: so a call too many does no harm. Whoever ends an assignment holds the
    lock on its item, so that two that end at once are both in.
    """
    ended = Assignment.objects.filter(item=OuterRef("pk"), ended_at__isnull=False)
    counted = ended.order_by().values("item").annotate(n=Count("pk")).values("n")
    number = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    BatchItem.objects.filter(pk__in=item_ids).update(ended=number)
