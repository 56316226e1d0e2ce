from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Store
from reviews.models import Purpose, Review


def reviews_for(purpose: Purpose, stores: Iterable[Store]) -> QuerySet[Review]:
    """The reviews of `stores` that may be used for `purpose` now.

    The only door to reviews: a purpose that was not granted, or whose consent has run out, sees
    no row, and neither does a store that is not among `stores`.
    """
    valid = Q(consent_until__isnull=True) | Q(consent_until__gt=timezone.now())
    return Review.objects.filter(
        valid, store__in=stores, purposes__contains=[Purpose(purpose).value]
    )
