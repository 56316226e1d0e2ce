from __future__ import annotations

from celery import shared_task

from common import doorway
from privacy.services.retaining import retention_expire
from reviews import redacting
from reviews.services import inbox
from reviews.services.lapsing import consent_lapse as lapse
from reviews.services.upgrading import redact_after_upgrade


@shared_task(name="reviews.tasks.look_into_inbox")
def look_into_inbox() -> None:
    """Import what was laid into the watched folder."""
    for job in inbox.inbox_look():
        doorway.wake(job)


@shared_task(name="reviews.tasks.expire_uploads")
def expire_uploads() -> None:
    """Hourly, since files can be large: remove what was sent and not imported in its time."""
    retention_expire(actor=None, data_class="uploads")


@shared_task(name="reviews.tasks.consent_lapse")
def consent_lapse() -> None:
    """Hourly: cells are added up again without the reviews whose consent ran out."""
    lapse()


@shared_task(name="reviews.tasks.redact_after_upgrade", time_limit=300)
def redact_again_after_upgrade() -> None:
    """Once for each version of the rules: redact what was stored under an older one."""
    job = redact_after_upgrade(version=redacting.redactor_version())
    if job is not None:
        doorway.send(job)
