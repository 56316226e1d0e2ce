from __future__ import annotations

from celery import shared_task

from common import doorway
from reviews.services import inbox, uploads


@shared_task(name="reviews.tasks.look_into_inbox")
def look_into_inbox() -> None:
    """Import what was laid into the watched folder."""
    for job in inbox.inbox_look():
        doorway.wake(job)


@shared_task(name="reviews.tasks.expire_uploads")
def expire_uploads() -> None:
    """Remove files that somebody sent and nobody imported."""
    uploads.uploads_expire()
