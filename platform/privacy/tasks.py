from __future__ import annotations

import logging

from celery import shared_task

from common import doorway
from privacy.services.auditing import audit_link
from privacy.services.checking import check_request
from privacy.services.erasing import erasures_replay
from privacy.services.exporting import audit_head_export
from privacy.services.retaining import retention_run
from privacy.services.rotating import rotation_request_due

_LOG = logging.getLogger("verbatim.privacy")


@shared_task(name="privacy.tasks.link_audit")
def link_audit() -> None:
    """Link what a process that died right after its commit left waiting."""
    audit_link()


@shared_task(name="privacy.tasks.export_audit_head")
def export_audit_head() -> None:
    """Daily: how far does the trail go, and is it whole."""
    audit_head_export()
    job = check_request(actor=None)
    if job is not None:
        doorway.wake(job)


@shared_task(name="privacy.tasks.replay_erasures")
def replay_erasures() -> None:
    """Daily: finish erasures that a crash, or a restore nobody told of, left undone."""
    done = erasures_replay(actor=None)
    if done.replayed:
        _LOG.warning("%d erasures of the ledger were done again", done.replayed)
    if done.waiting:
        _LOG.info("%d erasures were running and left alone until tomorrow", done.waiting)


@shared_task(name="privacy.tasks.rotate_keys")
def rotate_keys() -> None:
    """Daily: new master key when the old one is as old as the settings say."""
    job = rotation_request_due()
    if job is not None:
        doorway.wake(job)


@shared_task(name="privacy.tasks.retention_daily")
def retention_daily() -> None:
    """Daily: what was kept as long as it may be goes."""
    retention_run(actor=None)
