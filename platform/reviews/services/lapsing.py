"""Consent that ran out: the figures lose its reviews, as every query already has."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from reviews.models import Review
from reviews.signals import reviews_changing

# Twice the time between two looks. What is missed after a longer standstill, the nightly proof of
# the figures finds.
_BACK = timedelta(hours=2)


@transaction.atomic
def consent_lapse() -> int:
    """Tell those above of the reviews whose consent ran out lately. Returns how many."""
    now = timezone.now()
    ids = list(
        Review.objects.filter(consent_until__gt=now - _BACK, consent_until__lte=now).values_list(
            "pk", flat=True
        )
    )
    if ids:
        reviews_changing.send(sender=Review, review_ids=ids)
    return len(ids)
