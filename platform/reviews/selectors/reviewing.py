"""Who looks after redaction, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from accounts.models import Role, Store
from accounts.selectors import has_role
from common.environment import BadSetting
from common.models import Job
from common.selectors import jobs_open
from reviews.models import Doubt, RedactionCase, Review, Source
from reviews.selectors.listing import with_current_text


def reviewer_roles() -> list[Role]:
    """The roles that were given the queue. Raises BadSetting for one that is none."""
    try:
        return [Role(name) for name in settings.VERBATIM_REDACTION_REVIEWERS]
    except ValueError as error:
        raise BadSetting(
            f"VERBATIM_REDACTION_REVIEWERS: {error}; use {', '.join(Role.values)}"
        ) from None


def may_review_doubts(person: Any) -> bool:
    """The review queue: the privacy officer's, and that of the roles that were given it."""
    return has_role(person, Role.PRIVACY_OFFICER, *reviewer_roles())


def doubts_open(stores: Iterable[Store]) -> QuerySet[Doubt]:
    """What waits in these stores, oldest first. Whatever a review may be used for, it is there:
    it is about protecting who wrote it."""
    return (
        Doubt.objects.filter(state=Doubt.State.OPEN, review__store__in=stores)
        .select_related("review__source__store", "revision", "created_by")
        .order_by("pk")
    )


def reviews_to_protect(stores: Iterable[Store]) -> QuerySet[Review]:
    """The reviews of these stores with their current text, whatever they may be used for: for
    the officer, who looks into what a person asks or what redaction did."""
    return with_current_text(Review.objects.filter(store__in=stores))


def doubts_decided(stores: Iterable[Store]) -> QuerySet[Doubt]:
    return (
        Doubt.objects.filter(review__store__in=stores, decided_at__isnull=False)
        .select_related("decided_by")
        .order_by("-decided_at")
    )


def doubt_counts(stores: Iterable[Store]) -> dict[str, int]:
    """How many are in each state."""
    found = Doubt.objects.filter(review__store__in=stores).order_by()
    counts = dict(found.values_list("state").annotate(n=Count("id")))
    return {state: counts.get(state, 0) for state in Doubt.State.values}


def sources_with_policies(stores: Iterable[Store]) -> QuerySet[Source]:
    return (
        Source.objects.filter(store__in=stores)
        .select_related("store", "policy__changed_by")
        .annotate(n=Count("reviews"))
        .order_by("store__key", "key")
    )


def cases(stores: Iterable[Store] | None = None) -> QuerySet[RedactionCase]:
    """Test cases from decisions on reviews of `stores`; None: all, also those of no review."""
    found = RedactionCase.objects.order_by("pk")
    return found if stores is None else found.filter(doubt__review__store__in=stores)


def originals_kept(source: Source) -> int:
    """How many stored reviews of `source` have a sealed original."""
    return source.reviews.filter(sealed_original__isnull=False).count()


def open_job_about(source: Source) -> Job | None:
    """The job that is redacting stored reviews of `source`, or waits to."""
    return (
        jobs_open()
        .filter(kind="redact_stored", arguments__sources__contains=[source.pk])
        .order_by("pk")
        .first()
    )
