"""Sending what is written down as to be sent. Begun again after a kill it doubles nothing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Store
from annotation.label_studio import configuration as names
from annotation.label_studio.client import Client
from annotation.label_studio.errors import NotThere
from annotation.label_studio.results import prediction
from annotation.models import (
    Batch,
    LabelStudioProject,
    LabelStudioTask,
)
from annotation.prelabels import Prelabel, prelabels
from annotation.services.label_studio.hooks import hook_ensure
from annotation.services.label_studio.pushing import questions_of
from reviews.models import Product, Purpose, TextRevision
from reviews.selectors import revisions_for

CHUNK = 200  # tasks in one import
SETTLE = 20.0  # seconds after which an import that we lost sight of is over
_LONGEST_TITLE = 50
_KEYS = 50  # of tasks in one question: proxies refuse an address of more than 8 KB

Progress = Callable[[int, int], None]


def project_send(
    *, project: LabelStudioProject, client: Client, progress: Progress = lambda done, total: None
) -> int:
    """Make the project there, with its webhook, and send what waits. Returns how many went.

    `progress` gets tasks sent and tasks in all. Hold the project's lock. Raises LabelStudioError.
    """
    config = names.configuration(questions_of(project.batch))
    _ensure_project(project, client, config)
    hook_ensure(project, client)
    waiting = project.tasks.filter(state=LabelStudioTask.State.WAITING).order_by("pk")
    total, sent = waiting.count(), 0
    while tasks := list(waiting.select_related("item__review__product")[:CHUNK]):
        before = total - waiting.count()
        sent += _send_some(project, client, tasks)
        progress(before + len(tasks), total)
    project.state = LabelStudioProject.State.OPEN
    project.save(update_fields=["state"])
    return sent


def _ensure_project(project: LabelStudioProject, client: Client, config: str) -> None:
    if project.remote_id is not None:
        return
    key = str(project.key)
    # A project that was made by a try whose end nobody saw.
    there = next((one for one in client.projects() if key in (one.get("description") or "")), None)
    if there is None:
        there = client.project_create(
            title=_title(project.batch.name),
            description=f"Verbatim, batch {project.batch_id}. Keep this mark: {key}",
            label_config=config,
            maximum_annotations=project.batch.overlap,
            show_skip_button=True,
            enable_empty_annotation=False,
        )
    project.remote_id = int(there["id"])
    project.save(update_fields=["remote_id"])


def _title(name: str) -> str:
    """The server wants 3 to 50 characters."""
    return (name if len(name) >= 3 else f"Verbatim {name}")[:_LONGEST_TITLE]


def _send_some(
    project: LabelStudioProject, client: Client, tasks: Sequence[LabelStudioTask]
) -> int:
    assert project.remote_id is not None  # noqa: S101 - made before
    tried = [task for task in tasks if task.tried_at is not None]
    if tried:
        _adopt(project.remote_id, client, tried)
    ready, left = _ready([task for task in tasks if task.state == LabelStudioTask.State.WAITING])
    if left:
        # They may not be labelled any more, or are gone; nothing of them is there.
        LabelStudioTask.objects.filter(pk__in=[task.pk for task in left]).delete()
    if not ready:
        return 0
    known = _known(project.batch, [revision for _, revision in ready])
    controls = controls_of(project.batch)
    payload = [_payload(task, revision, known, controls) for task, revision in ready]
    pks = [task.pk for task, _ in ready]
    LabelStudioTask.objects.filter(pk__in=pks).update(tried_at=timezone.now())
    ids = client.tasks_import(project.remote_id, payload)
    for (task, revision), remote, sent in zip(ready, ids, payload, strict=True):
        task.remote_id, task.revision, task.state = remote, revision, LabelStudioTask.State.SENT
        task.model = sent["predictions"][0]["model_version"] if sent.get("predictions") else ""
    fields = ["remote_id", "revision", "state", "model"]
    LabelStudioTask.objects.bulk_update([task for task, _ in ready], fields, batch_size=CHUNK)
    _take_back_erased([task for task, _ in ready], client)
    return len(ready)


def _take_back_erased(tasks: Sequence[LabelStudioTask], client: Client) -> None:
    """Whose review was erased while its text was on the way: nobody remembers the task any more."""
    kept = set(
        LabelStudioTask.objects.filter(pk__in=[one.pk for one in tasks]).values_list(
            "pk", flat=True
        )
    )
    for task in tasks:
        if task.pk not in kept and task.remote_id is not None:
            with contextlib.suppress(NotThere):
                client.task_delete(task.remote_id)


def _adopt(remote_project: int, client: Client, tried: Sequence[LabelStudioTask]) -> None:
    """Find what an earlier try has sent after all. An import that is still going on is waited for:
    it must not come in behind our back."""
    last = max(task.tried_at for task in tried if task.tried_at is not None)
    wait = (last + timedelta(seconds=SETTLE) - timezone.now()).total_seconds()
    if wait > 0:
        time.sleep(min(wait, SETTLE))
    wanted = {str(task.key): task for task in tried}
    for there in _with_keys(remote_project, client, list(wanted)):
        task = wanted.pop(str(there["data"].get(names.KEY)), None)
        if task is None:
            continue
        task.remote_id, task.state = int(there["id"]), LabelStudioTask.State.SENT
        texts = TextRevision.objects.filter(review=task.review_number).order_by("-number")
        task.revision = next((one for one in texts if one.text == there["data"]["text"]), None)
        task.save(update_fields=["remote_id", "state", "revision"])


def _with_keys(
    remote_project: int, client: Client, keys: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(keys), _KEYS):
        wanted = with_keys(keys[start : start + _KEYS])
        for page in client.tasks(remote_project, [wanted], fields="task_only"):
            yield from page


def with_keys(keys: Any) -> dict[str, Any]:
    """The filter for the tasks with these numbers of ours."""
    name = f"filter:tasks:data.{names.KEY}"
    return {"filter": name, "operator": "in_list", "type": "List", "value": list(keys)}


def _ready(
    tasks: Sequence[LabelStudioTask],
) -> tuple[list[tuple[LabelStudioTask, TextRevision]], list[LabelStudioTask]]:
    """Those that may be sent, with their text as it stands now, and the others."""
    reviews = [task.review_number for task in tasks if task.item is not None]
    current = {
        one.review_id: one
        for one in revisions_for(Purpose.LABEL, Store.objects.all()).filter(review__in=reviews)
    }
    ready, left = [], []
    for task in tasks:
        revision = current.get(task.review_number) if task.item is not None else None
        if revision is None:
            left.append(task)
        else:
            ready.append((task, revision))
    return ready, left


def _known(batch: Batch, revisions: Sequence[TextRevision]) -> dict[int, Prelabel]:
    """The champion's answers, where the batch shows them: the audit sample never does."""
    return prelabels([one.pk for one in revisions]) if batch.shows_answers else {}


def controls_of(batch: Batch) -> list[str]:
    keys = [question.key for question in questions_of(batch)]
    return [*keys, names.MENTIONS, names.SCOPE] if names.DEMAND in keys else keys


def _payload(
    task: LabelStudioTask,
    revision: TextRevision,
    known: dict[int, Prelabel],
    controls: Sequence[str],
) -> dict[str, Any]:
    item = task.item
    assert item is not None  # noqa: S101 - `_ready` left the others out
    review = item.review
    meta = {names.KEY: str(task.key), "batch": item.batch_id, "language": review.language}
    sent: dict[str, Any] = {"data": data_of(task, revision, review.product), "meta": meta}
    if revision.pk in known:
        guess = prediction(known[revision.pk], revision.text, controls)
        sent |= {"predictions": [guess]} if guess else {}
    return sent


def data_of(
    task: LabelStudioTask, revision: TextRevision, product: Product | None
) -> dict[str, str]:
    """What people see of a review there: its redacted text, and the product it is about."""
    both = [product.name_en, product.name_zh] if product is not None else []
    about = " · ".join(dict.fromkeys(name for name in both if name)) or "—"
    return {"text": revision.text, "about": about, names.KEY: str(task.key)}
