"""Files of labels are not kept for ever, neither those written nor those sent; nor is how long
anybody took to label."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import (
    Annotation,
    Assignment,
    LabelExport,
    LabelImport,
    LabelStudioAnswer,
)
from annotation.services.label_exports import (
    export_path,
    import_path,
    label_exports_remove,
    label_files_folder,
)
from common.models import Job
from privacy.retention import RetentionClass

EXPORTS = "label_exports"
_STILL_COMING = timedelta(hours=1)  # since anything was written to a file that is not whole
_UNFINISHED = (".in", ".part")


def exports_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Exports made before, with their files, and files that belong to none.

    A file that was sent and that no job will read, as it was cancelled before it began, goes with
    the next run whatever the rule is: it may hold anything. So does what a killed worker had begun
    to write.
    """
    found = list(LabelExport.objects.filter(created_at__lt=before))
    kept = {export_path(one).name for one in LabelExport.objects.exclude(state="gone")}
    waiting = LabelImport.objects.filter(
        state=LabelImport.State.WAITING, job__state__in=(Job.State.QUEUED, Job.State.RUNNING)
    )
    kept |= {import_path(one).name for one in waiting}
    coming = (timezone.now() - _STILL_COMING).timestamp()
    lost = [
        path
        for path in label_files_folder().iterdir()
        if path.name not in kept
        and path.stat().st_mtime < (coming if path.suffix in _UNFINISHED else before.timestamp())
    ]
    if dry:
        return len(found) + len(lost)
    label_exports_remove(found)
    for path in lost:
        path.unlink(missing_ok=True)
    LabelExport.objects.filter(pk__in=[one.pk for one in found]).delete()
    return len(found) + len(lost)


def imports_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Notes of imports, with what was told of their lines."""
    found = LabelImport.objects.filter(created_at__lt=before)
    count = found.count()
    if not dry:
        found.delete()
    return count


def times_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """How long somebody took for an answer, and with how many keys; the answer stays."""
    found = (
        Annotation.objects.filter(created_at__lt=before, seconds_spent__isnull=False),
        Assignment.objects.filter(ended_at__lt=before).exclude(
            seconds_spent=None, keys_pressed=None
        ),
        LabelStudioAnswer.objects.filter(remote_created_at__lt=before, seconds_spent__isnull=False),
    )
    if dry:
        return sum(some.count() for some in found)
    answers, assignments, remote = found
    return (
        answers.update(seconds_spent=None)
        + assignments.update(seconds_spent=None, keys_pressed=None)
        + remote.update(seconds_spent=None)
    )


CLASSES = (
    RetentionClass("label_times", _("How long people took to label"), 180, times_expire),
    RetentionClass(EXPORTS, _("Exports of labels"), 7, exports_expire),
    RetentionClass("label_imports", _("Notes of imports of labels"), 90, imports_expire),
)
