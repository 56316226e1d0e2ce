"""Waking the workers for analysis. Losing a message does no harm: a sweep sends another."""

from __future__ import annotations

from celery import current_app
from django.db import transaction

# Seconds; less than a spell of work. A message that waited for longer found every worker busy,
# perhaps with this very work: dropping it keeps wake-ups from piling up in front of other tasks.
_EXPIRES = 14


def analysis_send() -> None:
    """Send the wake-up now."""
    current_app.send_task("modelops.tasks.analyse", queue="default", expires=_EXPIRES)


def analysis_wake() -> None:
    """Wake a worker once the transaction is committed; a broker that is down stops nobody."""
    transaction.on_commit(analysis_send, robust=True)
