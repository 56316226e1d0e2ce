"""Imports as people look at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Store
from common.models import Job
from reviews.models import ImportBatch, Review, Source, Upload


def imports_for(stores: Iterable[Store]) -> QuerySet[ImportBatch]:
    """The imports into `stores`, newest first, with their source, store, job and person."""
    return (
        ImportBatch.objects.filter(source__store__in=stores)
        .select_related("source__store", "job", "actor")
        .order_by("-id")
    )


def uploads_for(stores: Iterable[Store]) -> QuerySet[Upload]:
    """Files sent for `stores` that are still here, with source and store."""
    return Upload.objects.filter(source__store__in=stores).select_related("source__store")


def _going() -> QuerySet[ImportBatch]:
    """Imports that run or are done, not those that were given up."""
    over = Q(job__state__in=[Job.State.FAILED, Job.State.CANCELLED])
    running = Q(state=ImportBatch.State.RUNNING) & ~over
    return ImportBatch.objects.filter(
        running | Q(state=ImportBatch.State.DONE), dry_run=False
    ).order_by("-id")


def import_under_way(upload_id: UUID) -> ImportBatch | None:
    """The import of an upload that is still here."""
    return _going().filter(upload=upload_id).first()


def import_from(path: str) -> ImportBatch | None:
    """The import of the file that lay at `path`, whose upload is gone when the import is done."""
    return _going().filter(job__arguments__path=path).first()


def sources_for(stores: Iterable[Store]) -> QuerySet[Source]:
    return Source.objects.filter(store__in=stores).select_related("store").order_by("key")


def rejection_reasons(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """(reason, field, rows) of `batch`, the commonest first."""
    return list(
        batch.rejections.values_list("reason", "field")
        .annotate(n=Count("id"))
        .order_by("-n", "reason", "field")
    )


def import_that_brought(review: Review) -> ImportBatch | None:
    """The import that was running when `review` came in, as far as times can tell."""
    during = Q(finished_at__isnull=True) | Q(finished_at__gte=review.created_at)
    return (
        ImportBatch.objects.filter(
            during,
            dry_run=False,
            source=review.source_id,
            started_at__lte=review.created_at,
            created__gt=0,
        )
        .order_by("-started_at")
        .first()
    )


def cleaned_lately(source: Source, imports: int = 20) -> dict[str, int]:
    """Rows that each cleaning rule changed or marked in the last `imports` of `source`."""
    found: Counter[str] = Counter()
    newest = ImportBatch.objects.filter(source=source, dry_run=False).order_by("-id")[:imports]
    for cleaned in newest.values_list("cleaned", flat=True):
        found.update(cleaned)
    return dict(found)
