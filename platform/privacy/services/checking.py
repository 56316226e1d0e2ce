"""Checking the audit trail as a job, whose result is kept and shown."""

from __future__ import annotations

import logging
from typing import Any

from common.models import Job
from common.services import job_create
from privacy.selectors import audit_verify
from privacy.selectors.audit import CHECK, check_runs
from privacy.services.auditing import audit_link

_LOG = logging.getLogger("verbatim.privacy")


def check_request(*, actor: Any) -> Job | None:
    """Write a check down; the caller wakes a worker. None while one waits or runs."""
    if check_runs():
        return None
    return job_create(actor=actor, kind=CHECK, arguments={})


def check_run() -> dict[str, Any]:
    """Link what waits, check everything; the finding as a job's result."""
    audit_link(wait=True)
    verdict = audit_verify()
    if verdict.broken is not None:
        _LOG.error("the audit trail is broken: %s", verdict.broken)
    return verdict.as_dict()
