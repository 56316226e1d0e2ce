"""The doors to reviews. Whoever wants reviews says what for; what may not be used is not there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Store
from privacy.purposes import LegalBasis
from reviews.models import Purpose, Review, TextRevision


def granted(purpose: Purpose, at: datetime | None = None) -> Q:
    """The condition on a review under which it may be used for `purpose` at a moment (now).

    The purpose was granted and not objected to, the review is not restricted, consent where that
    is the ground has been given, and has not run out.
    """
    wanted = [Purpose(purpose).value]
    now = at or timezone.now()
    valid = Q(consent_until__isnull=True) | Q(consent_until__gt=now)
    grounded = ~Q(legal_basis=LegalBasis.CONSENT) | Q(consent_at__isnull=False, consent_at__lte=now)
    free = Q(restricted=False) & ~Q(objected__contains=wanted)
    return Q(purposes__contains=wanted) & valid & grounded & free


def reviews_for(purpose: Purpose, stores: Iterable[Store]) -> QuerySet[Review]:
    """The reviews of `stores` that may be used for `purpose` now.

    The only door to reviews: a purpose that was not granted, was objected to, or whose consent has
    run out, sees no row, and neither does a store that is not among `stores`.
    """
    return Review.objects.filter(granted(purpose), store__in=stores)


def revisions_for(purpose: Purpose, stores: Iterable[Store]) -> QuerySet[TextRevision]:
    """The current texts of the reviews that `reviews_for` gives."""
    return TextRevision.objects.filter(is_current=True, review__in=reviews_for(purpose, stores))
