"""What of the reviews is not kept for ever: each class, and how what is too old goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.purposes import LegalBasis
from privacy.retention import RetentionClass
from privacy.services.locking import store_lock
from reviews.models import RejectedRow, Review, Shopper, Source
from reviews.services import uploads
from reviews.services.erasing import shoppers_remove
from reviews.services.following import followers_of
from reviews.services.keys_unused import keys_drop, keys_of
from reviews.services.removing import reviews_remove

_AT_ONCE = 1000  # rows in one transaction


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


def _in_bunches(found: QuerySet[Any], store: str, take: Callable[[QuerySet[Any]], int]) -> int:
    """`take` out what was `found`, a bunch a transaction; returns how many it says went.

    `store`: from a row to its store, whose lock is held alone meanwhile: imports beside have
    either stored what they found here, or look for it afterwards. "" needs none.
    """
    gone = after = 0
    names = ["pk", store] if store else ["pk"]
    # Onwards by key, so that no row is looked at twice.
    while bunch := list(found.filter(pk__gt=after).order_by("pk").values(*names)[:_AT_ONCE]):
        after = bunch[-1]["pk"]
        with transaction.atomic():
            for one in sorted({row[store] for row in bunch} if store else ()):
                store_lock(one, alone=True)
            # Once more by what makes it old: it may have changed before the lock was ours.
            gone += take(found.filter(pk__in=[row["pk"] for row in bunch]))
    return gone


def _reviews_go(actor: Any, reviews: QuerySet[Review]) -> int:
    """Reviews, the shoppers who leave with them, and the keys of both."""
    found = set(reviews.values_list("pk", flat=True))
    going = Review.objects.filter(pk__in=found | followers_of(found), shopper__isnull=False)
    rows = list(going.values_list("shopper_id", "sealed_original"))
    gone = reviews_remove(actor=actor, review_ids=found)
    shoppers = _idle().filter(pk__in={shopper for shopper, _ in rows})
    keys = keys_of(blob for _, blob in rows) | _uids(shoppers)
    shoppers_remove(shoppers)
    keys_drop(actor=actor, keys=keys)
    return gone


def _idle() -> QuerySet[Shopper]:
    """Shoppers without a review, and without a wish that has to hold when they come back."""
    return Shopper.objects.filter(reviews__isnull=True, restricted=False, objected=[])


def _uids(shoppers: QuerySet[Shopper]) -> set[UUID]:
    return {uid for uid in shoppers.values_list("uid", flat=True) if uid is not None}


def _old_reviews(actor: Any, found: QuerySet[Review]) -> int:
    return _in_bunches(found, "store_id", lambda rows: _reviews_go(actor, rows))


def reviews_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Reviews posted before (stored before, where the day is not known)."""
    found = Review.objects.alias(at=Coalesce("posted_at", "created_at")).filter(
        _of_sources(scope, but, "source"), at__lt=before
    )
    return found.count() if dry else _old_reviews(actor, found)


def consent_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Reviews held by consent alone, which ran out before."""
    found = Review.objects.filter(
        _of_sources(scope, but, "source"),
        legal_basis=LegalBasis.CONSENT,
        consent_until__lt=before,
    )
    return found.count() if dry else _old_reviews(actor, found)


def originals_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Sealed originals of reviews stored before; the redacted text stays."""
    found = Review.objects.filter(
        _of_sources(scope, but, "source"), sealed_original__isnull=False, created_at__lt=before
    )

    def take(rows: QuerySet[Review]) -> int:
        keys = keys_of(rows.values_list("sealed_original", flat=True))
        gone = rows.update(sealed_original=None, seal_key_version=None)
        keys_drop(actor=actor, keys=keys)
        return gone

    return found.count() if dry else _in_bunches(found, "store_id", take)


def rejects_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Rejected rows of imports begun before; how many they were stays with the import."""
    found = RejectedRow.objects.filter(
        _of_sources(scope, but, "batch__source"), batch__started_at__lt=before
    )

    def take(rows: QuerySet[RejectedRow]) -> int:
        keys = keys_of(rows.values_list("sealed_content", flat=True))
        gone = rows.delete()[0]
        keys_drop(actor=actor, keys=keys)
        return gone

    return found.count() if dry else _in_bunches(found, "", take)


def shoppers_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Shoppers whose last review was deleted, by whatever way, and the keys of their originals."""

    def take(rows: QuerySet[Shopper]) -> int:
        keys = _uids(rows)
        gone = shoppers_remove(rows)
        keys_drop(actor=actor, keys=keys)
        return gone

    return _idle().count() if dry else _in_bunches(_idle(), "store_id", take)


def uploads_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Uploads that nobody imported, and files that an import left behind."""
    return uploads.uploads_expire(before=before, dry=dry)


CLASSES = (
    RetentionClass("reviews", _("Reviews"), None, reviews_expire, source_scopes),
    RetentionClass(
        "consent", _("Reviews whose consent has run out"), 30, consent_expire, source_scopes
    ),
    RetentionClass("originals", _("Sealed originals"), 180, originals_expire, source_scopes),
    RetentionClass("rejects", _("Rejected rows of imports"), 30, rejects_expire, source_scopes),
    RetentionClass("shoppers", _("Shoppers without a review"), 0, shoppers_expire),
    RetentionClass("uploads", _("Uploaded files"), 1, uploads_expire),
)
