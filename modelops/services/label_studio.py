"""What Label Studio asks our champion for: answers about its tasks, and a training."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from annotation.label_studio import configuration as names
from annotation.label_studio.results import prediction
from annotation.models import Annotation, LabelStudioServer, LabelStudioTask
from annotation.prelabels import Prelabel
from common import text_service
from common.models import Job
from modelops.selectors.questions import questions_active
from modelops.services.locks import one_at_a_time
from modelops.services.snapshots import snapshot_from_annotations
from modelops.services.training import KIND, training_start
from privacy.services import audit_record

MOST_TASKS = 2000
_AT_ONCE = 50  # texts in one request to the text service
_LONGEST = 20_000  # characters; the text service reads no more
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONTROL = re.compile(r"""<(?:Choices|Labels)\b[^>]*?\sname=["']([^"']+)["']""")


def tasks_predict(
    *, server: LabelStudioServer, tasks: Sequence[Any], config: str
) -> list[dict[str, Any]]:
    """A prediction for each task, in order; an empty one where there is nothing to say.

    Of our own tasks only those whose batch shows answers get one: who labels unaided stays so.
    `config`: the project's labelling configuration; nothing is said for what it does not ask.
    Raises TextServiceUnavailable, TextServiceRefused.
    """
    controls = _CONTROL.findall(config)
    hidden = _unaided(server, tasks)
    texts: dict[int, str] = {}
    for place, task in enumerate(tasks):
        data = task.get("data") if isinstance(task, Mapping) else None
        text = data.get(names.TEXT) if isinstance(data, Mapping) else None
        if isinstance(text, str) and 0 < len(text) <= _LONGEST and _key(task) not in hidden:
            texts[place] = text
    found: list[dict[str, Any]] = [{"result": [], "score": 0.0} for _ in tasks]
    places = list(texts)
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        said = text_service.analyze([texts[place] for place in some])
        for place, one in zip(some, said["results"], strict=True):
            guess = prediction(_prelabel(said["model"], texts[place], one), texts[place], controls)
            found[place] = guess or found[place] | {"model_version": said["model"]}
    return found


def _key(task: Any) -> str:
    data = task.get("data") if isinstance(task, Mapping) else None
    return str(data.get(names.KEY, "")) if isinstance(data, Mapping) else ""


def _unaided(server: LabelStudioServer, tasks: Sequence[Any]) -> set[str]:
    keys = [key for key in map(_key, tasks) if _UUID.fullmatch(key)]
    ours = LabelStudioTask.objects.filter(
        project__server=server, project__batch__shows_answers=False
    )
    found = ours.filter(key__in=keys).values_list("key", flat=True)
    return {str(key) for key in found}


def _prelabel(model: str, text: str, said: Mapping[str, Any]) -> Prelabel:
    # Offsets are of the redacted text; where more was taken out they fit no more.
    fits = said["text"] == text
    return Prelabel(
        model=model,
        answers={
            key: (one["label"], one["probabilities"].get(one["label"], 0.0))
            for key, one in said["answers"].items()
        },
        mentions=list(said["mentions"]) if fits else [],
    )


@transaction.atomic
def training_ask(*, server: LabelStudioServer) -> tuple[Job, bool]:
    """A training on all labels there are, and whether it is a new one: not two at a time.

    Raises NothingLabelled, BadTrainingRequest.
    """
    one_at_a_time("label_studio.training")
    going = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING]).first()
    if going is not None:
        return going, False
    labelled = Annotation.objects.values_list("question__key", flat=True).distinct()
    wanted = [one.key for one in questions_active() if one.key in set(labelled)]
    snapshot = snapshot_from_annotations(actor=None, questions=wanted, name="label studio")
    asked = [key for key in wanted if key in snapshot.counts.get("labels", {})]
    job = training_start(actor=None, snapshot=snapshot, questions=asked)
    audit_record(
        actor=None,
        action="label_studio.train",
        object_type="label_studio_server",
        object_id=server.pk,
        details={"job": job.pk, "snapshot": snapshot.pk},
    )
    return job, True
