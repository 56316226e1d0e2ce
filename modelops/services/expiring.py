"""What of the models is not kept for ever."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.models import Job
from modelops.models import ModelVersion, PredictedMention, Prediction
from privacy.retention import RetentionClass


def answers_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Answers of versions that are retired, and were promoted (or made) before."""
    old = [
        model.pk
        for model in ModelVersion.objects.filter(state=ModelVersion.State.RETIRED)
        if (model.promoted_at or model.created_at) < before
    ]
    count = 0
    for rows in (Prediction, PredictedMention):
        found = rows._default_manager.filter(model__in=old)
        count += found.count() if dry else found.delete()[0]
    return count


def scratch_expire(actor: Any, scope: str, but: list[str], before: datetime, dry: bool) -> int:
    """Folders of trainings that ended before and left their checkpoints behind."""
    gone = 0
    folder: Path = settings.VERBATIM_HOME.folder("jobs")
    for path in sorted(folder.iterdir()):
        job = Job.objects.filter(pk=int(path.name)).first() if path.name.isdigit() else None
        if (job is not None and not job.over) or path.stat().st_mtime >= before.timestamp():
            continue
        gone += 1
        if not dry:
            shutil.rmtree(path, ignore_errors=True)
    return gone


CLASSES = (
    RetentionClass("answers", _("Answers of retired models"), 180, answers_expire),
    RetentionClass("scratch", _("Working files of trainings"), 2, scratch_expire),
)
