from __future__ import annotations

from celery import shared_task

from reviews.services.lapsing import consent_lapse as lapse


@shared_task(name="reviews.tasks.consent_lapse")
def consent_lapse() -> None:
    """Hourly: cells are added up again without the reviews whose consent ran out."""
    lapse()
