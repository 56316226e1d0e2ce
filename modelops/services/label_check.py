"""The labels are looked through: what several answers come to, and which look like mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from annotation.selectors.settling import adjudicated
from annotation.services.consensus import consensus_refresh
from annotation.services.suspects import Ranked, suspects_store
from common.jobs import JobContext
from common.models import Job
from common.services import job_create
from modelops.labelled import LabelledRow
from modelops.selectors.labels import labelled_rows
from modelops.selectors.questions import question_specs
from modelops.splitting import near_identical
from taxonomy.questions import QUESTIONS

KIND = "check_labels"
BASE = "e5-small"
SHARE = 0.1
"""Of the labels, how many may be put into the queue: the least believed tenth."""


def label_check_start(*, actor: Any) -> Job:
    """Write down a look through all labels. The caller wakes the worker (queue `training`)."""
    open_ones = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return open_ones.first() or job_create(actor=actor, kind=KIND, arguments={})


def label_check_run(context: JobContext) -> dict[str, Any]:
    """Do it. Safe to begin again: each question's queue is replaced as a whole."""
    context.stage("weighing answers")
    weighed = consensus_refresh()
    rows = labelled_rows([question.key for question in QUESTIONS]).rows
    if not rows:
        return {"weighed": weighed, "suspects": 0, "looked_at": 0}
    vectors = _vectors(context, rows)
    context.stage("looking at labels", len(QUESTIONS))
    groups = near_identical([row.text for row in rows])
    suspects = labels = 0
    for done, question in enumerate(QUESTIONS):
        context.progress(done)
        found = ranked_of(rows, question.key, groups, vectors)
        labels += sum(question.key in row.answers for row in rows)
        suspects += suspects_store(question=question.key, found=found)
    return {
        "weighed": weighed,
        "suspects": suspects,
        "looked_at": labels,
        "by": "words" if vectors is None else f"words and {BASE}",
    }


def ranked_of(
    rows: Sequence[LabelledRow], question: str, groups: Sequence[int], vectors: Any = None
) -> list[Ranked]:
    """Of the least believed tenth of the labels of `question` those of which another choice is
    more probable. What a lead decided is left alone, but learned from."""
    from modelops.ml.label_errors import doubts
    from modelops.ml.spec import Example

    [spec] = question_specs([question])
    examples = [
        Example(str(at), row.text, row.language, row.answers) for at, row in enumerate(rows)
    ]
    decided = adjudicated([row.revision_id for row in rows if row.revision_id is not None])
    every = [(rows[one.at].revision_id, one) for one in doubts(examples, spec, groups, vectors)]
    looked_at = [
        (pk, one) for pk, one in every if pk is not None and question not in decided.get(pk, {})
    ]
    return [
        Ranked(pk, one.given, one.suggested, one.score, rank, len(looked_at))
        for rank, (pk, one) in enumerate(looked_at[: round(len(looked_at) * SHARE)], start=1)
        if one.is_likelier
    ]


def _vectors(context: JobContext, rows: Sequence[LabelledRow]) -> Any:
    """By the base model where it is installed; word counts alone are good enough without."""
    from modelops.ml.errors import BaseModelUnavailable
    from modelops.ml.label_errors import base_vectors

    context.stage("reading texts", len(rows))
    try:
        return base_vectors(
            [row.text for row in rows],
            BASE,
            settings.VERBATIM_HOME.folder("bases"),
            lambda done, total: context.progress(done, total),
        )
    except BaseModelUnavailable:
        return None
