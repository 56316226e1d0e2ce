"""What the audit sample says of redaction: how much was taken out, how often something was left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import sqrt
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import Store
from annotation.models import Annotation, SamplingDesign
from privacy.purposes import Purpose
from reviews.selectors import revisions_for

FLAG = "personal_data"
_Z = 1.959964  # 95 %


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The interval of a share at 95 % (Wilson 1927). `n` at least 1."""
    share = hits / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def redaction_on_audit(begin: datetime, end: datetime, stores: Sequence[int]) -> dict[str, Any]:
    """Of the reviews drawn in the period: how many have a placeholder, and placeholders a review.

    `left`: of those that annotators looked at, how many they flagged because personal data was
    left, with the interval of the share. Null where there is nothing to say it from.
    """
    drawn = revisions_for(Purpose.ANALYSE, Store.objects.filter(pk__in=stores)).filter(
        review__batch_items__batch__design=SamplingDesign.AUDIT,
        review__batch_items__added_at__gte=begin,
        review__batch_items__added_at__lt=end,
    )
    counted = drawn.aggregate(
        n=Count("pk"), touched=Count("pk", filter=Q(placeholders__gt=0)), sum=Sum("placeholders")
    )
    looked = Annotation.objects.filter(revision__in=drawn).order_by()
    labelled = looked.values("revision").distinct().count()
    flagged = looked.filter(flags__contains=[FLAG]).values("revision").distinct().count()
    low, high = wilson(flagged, labelled) if labelled else (None, None)
    return {
        "drawn": counted["n"],
        "with_placeholders": counted["touched"],
        "placeholders": counted["sum"] or 0,
        "looked_at": labelled,
        "left": flagged,
        "left_share": flagged / labelled if labelled else None,
        "low": low,
        "high": high,
    }
