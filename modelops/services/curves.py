"""Whether more labels would help: a learning curve of the labels there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from common.jobs import JobContext, JobFailed
from common.models import Job
from common.services import job_create
from modelops.errors import NothingLabelled
from modelops.ml.learning_curve import Progress
from modelops.ml.spec import QuestionSpec
from modelops.models import LearningCurve, Snapshot
from modelops.selectors.active import active_plan
from modelops.selectors.curves import KIND, CurveRow, curve_rows, versions_scored
from modelops.selectors.models import champion
from modelops.selectors.questions import question_specs, questions_trained
from modelops.services.figures import finite
from modelops.services.locks import one_at_a_time
from modelops.services.snapshots import snapshot_from_annotations
from modelops.services.training import answers_gone

BASE = "e5-small"
MORE = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
"""Labelled reviews more of which the gain is foretold, besides what the active plan waits for."""
KEPT = 20
_MOST = 40_000  # rows that are looked at, for the sake of memory


@transaction.atomic
def curve_start(*, actor: Any, snapshot: Snapshot | None = None) -> Job:
    """Write down a look at the labels of `snapshot`; without one, at all labels there are now.

    The one that is under way, where there is one. The caller wakes the worker (queue `training`).
    """
    one_at_a_time("modelops.learning_curve")
    open_ones = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return open_ones.first() or job_create(
        actor=actor, kind=KIND, arguments={"snapshot": snapshot.pk if snapshot else None}
    )


def curve_run(context: JobContext) -> dict[str, Any]:
    """Do it. Safe to begin again: a job has one curve. Raises JobFailed."""
    context.stage("preparing")
    snapshot = _snapshot(context)
    specs = question_specs(
        [key for key in questions_trained(champion()) if key in snapshot.counts["labels"]]
    )
    if older := answers_gone(snapshot, [spec.key for spec in specs]):
        raise JobFailed(older)
    rows = _some(curve_rows(snapshot))
    if not rows:
        raise JobFailed(str(NothingLabelled(_NOTHING)))
    content = _measured(context, snapshot, rows, specs)
    curve = _stored(context.job, snapshot, content)
    return {"curve": curve.pk, "rows": len(rows)}


_NOTHING = "There is no labelled text that may be learned from: label reviews first."


def _snapshot(context: JobContext) -> Snapshot:
    wanted = context.arguments["snapshot"]
    if wanted is not None:
        snapshot = Snapshot.objects.filter(pk=wanted).first()
        if snapshot is None:
            raise JobFailed(f"Snapshot {wanted} is gone; make a new one.")
        return snapshot
    try:
        return snapshot_from_annotations(
            actor=context.job.actor, questions=questions_trained(champion())
        )
    except NothingLabelled:
        raise JobFailed(_NOTHING) from None


def _some(rows: list[CurveRow]) -> list[CurveRow]:
    if len(rows) <= _MOST:
        return rows
    kept = np.random.default_rng(17).choice(len(rows), _MOST, replace=False)
    return [rows[at] for at in sorted(kept.tolist())]


def _measured(
    context: JobContext, snapshot: Snapshot, rows: Sequence[CurveRow], specs: list[QuestionSpec]
) -> dict[str, Any]:
    from modelops.ml.curve_features import curve_features
    from modelops.ml.forecast import Labelled, forecast

    vectors = _vectors(context, rows)
    langs = [row.language for row in rows]
    features = curve_features([row.text for row in rows], langs, vectors)
    counts, wanted = snapshot.counts, active_plan().new_labels
    found: dict[str, Any] = {}
    context.stage("learning from parts of the labels", 100)
    for at, spec in enumerate(specs):
        index = {choice: place for place, choice in enumerate(spec.choices)}
        data = Labelled(
            features,
            np.array([index.get(row.answers.get(spec.key, ""), -1) for row in rows], np.int64),
            [row.group for row in rows],
            langs,
            np.array([row.is_dev for row in rows], bool),
            len(spec.choices),
            counts["train"] / counts["rows"],
        )
        told = forecast(data, [*MORE, wanted], _part(context, at, len(specs)))
        found[spec.key] = told | {"versions": versions_scored(spec)}
    return {
        "questions": found,
        "order": list(found),  # as the columns of JSON keep none
        "wanted": wanted,
        "rows": len(rows),
        "by": "words" if vectors is None else f"words and {BASE}",
    }


def _part(context: JobContext, at: int, parts: int) -> Progress:
    """Progress of part `at` of `parts`, in hundredths of the stage."""

    def progress(done: int, total: int) -> None:
        context.progress(100 * (at * total + done) // (total * parts))

    return progress


def _vectors(context: JobContext, rows: Sequence[CurveRow]) -> Any:
    """By the base model where it is installed; words alone are good enough without. Not by the
    champion, which has learned from these very labels."""
    from modelops.ml.errors import BaseModelUnavailable
    from modelops.ml.label_errors import base_vectors

    context.stage("reading texts", len(rows))
    try:
        return base_vectors(
            [row.text for row in rows],
            BASE,
            settings.VERBATIM_HOME.folder("bases"),
            context.progress,
        )
    except BaseModelUnavailable:
        return None


@transaction.atomic
def _stored(job: Job, snapshot: Snapshot, content: dict[str, Any]) -> LearningCurve:
    curve, _ = LearningCurve.objects.update_or_create(
        job=job,
        defaults={
            "snapshot": snapshot,
            "snapshot_hash": snapshot.content_hash,
            "content": finite(content),
        },
    )
    kept = LearningCurve.objects.values_list("pk", flat=True)[:KEPT]
    LearningCurve.objects.exclude(pk__in=list(kept)).delete()
    return curve
