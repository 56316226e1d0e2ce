from __future__ import annotations

import logging

from celery import shared_task

from analytics import services

_LOG = logging.getLogger(__name__)
_REFRESH_FOR = 60  # seconds; well under the broker's visibility timeout


@shared_task(name="analytics.tasks.refresh_rollups")
def refresh_rollups() -> None:
    """Add up the dirty cells; what is left after a minute waits for the next round."""
    services.rollups_refresh(seconds=_REFRESH_FOR, wait=False)


@shared_task(name="analytics.tasks.prove_rollups")
def prove_rollups() -> None:
    """Nightly: raw rows against cells. A difference is an error, and is repaired."""
    proof = services.rollups_prove()
    if proof.holds:
        return
    _LOG.error(
        "rollup cells differ from their raw rows: %d day cells, %d month cells; marked again",
        len(proof.days),
        len(proof.months),
    )
    services.proof_mark(proof=proof)
