"""What of the reviews is not kept for ever: each class, and how what is too old goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.purposes import LegalBasis
from privacy.retention import RetentionClass
from reviews.models import RejectedRow, Review, Shopper, Source
from reviews.services.erasing import shoppers_remove, uploads_left_remove
from reviews.services.removing import reviews_remove

_AT_ONCE = 1000  # reviews in one transaction


def source_scopes(stores: Sequence[Store] | None) -> dict[str, str]:
    """`source:ID` by what people call it, of `stores` (None: of all)."""
    sources = Source.objects.select_related("store").order_by("store__key", "key")
    if stores is not None:
        sources = sources.filter(store__in=stores)
    return {f"source:{one.pk}": f"{one.store.key} / {one.key}" for one in sources}


def _of_sources(scope: str, but: list[str], field: str) -> Q:
    if scope:
        return Q(**{field: int(scope.removeprefix("source:"))})
    return ~Q(**{f"{field}__in": [int(one.removeprefix("source:")) for one in but]})


def _in_bunches(found: QuerySet[Review]) -> int:
    gone = 0
    while ids := list(found.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            gone += reviews_remove(review_ids=ids)
            shoppers_remove(Shopper.objects.filter(reviews__isnull=True))
    return gone


def reviews_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Reviews posted before (stored before, where the day is not known)."""
    found = Review.objects.alias(at=Coalesce("posted_at", "created_at")).filter(
        _of_sources(scope, but, "source"), at__lt=before
    )
    return found.count() if dry else _in_bunches(found)


def consent_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Reviews held by consent alone, which ran out before."""
    found = Review.objects.filter(
        _of_sources(scope, but, "source"),
        legal_basis=LegalBasis.CONSENT,
        consent_until__lt=before,
    )
    return found.count() if dry else _in_bunches(found)


def originals_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Sealed originals of reviews stored before; the redacted text stays."""
    found = Review.objects.filter(
        _of_sources(scope, but, "source"), sealed_original__isnull=False, created_at__lt=before
    )
    if dry:
        return found.count()
    return found.update(sealed_original=None, seal_key_version=None)


def rejects_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Rejected rows of imports begun before; how many they were stays with the import."""
    found = RejectedRow.objects.filter(
        _of_sources(scope, but, "batch__source"), batch__started_at__lt=before
    )
    return found.count() if dry else found.delete()[0]


def uploads_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Files that an import left behind."""
    return uploads_left_remove(before.timestamp(), dry=dry)


CLASSES = (
    RetentionClass("reviews", _("Reviews"), None, reviews_expire, source_scopes),
    RetentionClass(
        "consent", _("Reviews whose consent has run out"), 30, consent_expire, source_scopes
    ),
    RetentionClass("originals", _("Sealed originals"), 180, originals_expire, source_scopes),
    RetentionClass("rejects", _("Rejected rows of imports"), 30, rejects_expire, source_scopes),
    RetentionClass("uploads", _("Uploaded files"), 1, uploads_expire),
)
