"""What of the house itself is not kept for ever: jobs, kept answers, sessions, logs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import IdempotencyKey
from common.models import Job
from privacy.models import PersonRequest, RetentionRun
from privacy.retention import RetentionClass
from privacy.services.archives import archives_remove, exports_folder


def _rows(found: QuerySet, dry: bool) -> int:
    return found.count() if dry else found.delete()[0]


def jobs_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Jobs that ended before."""
    return _rows(Job.objects.filter(finished_at__lt=before), dry)


def answers_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Answers kept for requests that may be sent again."""
    return _rows(IdempotencyKey.objects.filter(created_at__lt=before), dry)


def sessions_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Sessions that ran out before."""
    return _rows(Session.objects.filter(expire_date__lt=before), dry)


def exports_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Archives made for people, and half-written ones."""
    found = list(PersonRequest.objects.exclude(archive="").filter(closed_at__lt=before))
    known = {one.archive for one in PersonRequest.objects.exclude(archive="")}
    lost = [
        path
        for path in exports_folder().iterdir()
        if path.name not in known and path.stat().st_mtime < before.timestamp()
    ]
    if dry:
        return len(found) + len(lost)
    for path in lost:
        path.unlink(missing_ok=True)
    return archives_remove(found) + len(lost)


def requests_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Closed requests with their certificates."""
    return _rows(PersonRequest.objects.filter(closed_at__lt=before), dry)


def runs_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    return _rows(RetentionRun.objects.filter(started_at__lt=before), dry)


def log_ins_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """What was noted of people signing in, and of changes to accounts."""
    found = [AccessAttempt, AccessFailureLog, AccessLog]
    count = sum(_rows(rows.objects.filter(attempt_time__lt=before), dry) for rows in found)
    return count + _rows(LogEntry.objects.filter(action_time__lt=before), dry)


def logs_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Log files of the data folder that nobody has written to since, and emptied large ones."""
    root: Path = settings.VERBATIM_HOME.root
    gone = 0
    for path in sorted(root.rglob("*.log")):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            gone += 1
            if not dry:
                path.unlink(missing_ok=True)
    return gone


CLASSES = (
    RetentionClass("exports", _("Archives made for people"), 7, exports_expire),
    RetentionClass("requests", _("Closed requests of people"), 3 * 366, requests_expire),
    RetentionClass("jobs", _("Jobs that are over"), 90, jobs_expire),
    RetentionClass("api_answers", _("Answers kept for repeated API requests"), 1, answers_expire),
    RetentionClass("sessions", _("Sessions that ran out"), 0, sessions_expire),
    RetentionClass("retention_runs", _("Notes of daily removals"), 3 * 366, runs_expire),
    RetentionClass("log_ins", _("Notes of people signing in"), 180, log_ins_expire),
    RetentionClass("logs", _("Log files"), 30, logs_expire),
)
