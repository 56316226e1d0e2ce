"""The copies of texts there: as ours are now, and gone when ours are or may not be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Store
from annotation.label_studio import configuration as names
from annotation.label_studio.client import Client
from annotation.label_studio.errors import LabelStudioError, NotThere
from annotation.label_studio.results import Said, code_points, prediction, read
from annotation.models import (
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
)
from annotation.prelabels import prelabels
from annotation.services.label_studio.applying import moment_of
from annotation.services.label_studio.connecting import client_for
from annotation.services.label_studio.sending import controls_of, data_of, with_keys
from annotation.services.remapping import moved, redacted_since
from privacy.redaction.offsets import OffsetMap
from reviews.models import Purpose, TextRevision
from reviews.selectors import reviews_for, revisions_for


def copies_count(review_ids: Sequence[int]) -> int:
    return LabelStudioTask.objects.filter(
        review_number__in=review_ids, tried_at__isnull=False
    ).count()


def copies_erase(review_ids: Sequence[int]) -> int:
    """Delete the tasks of these reviews, wherever they are. Safe to run again.

    What people said of them goes first. Raises LabelStudioError when a server does not answer: its
    tasks stay noted, and every exchange with it tries again.
    """
    tasks = LabelStudioTask.objects.filter(review_number__in=review_ids)
    LabelStudioAnswer.objects.filter(task__in=tasks).delete()
    by_server: dict[int, list[LabelStudioTask]] = {}
    for task in tasks.select_related("project__server"):
        by_server.setdefault(task.project.server_id, []).append(task)
    erased, failed = 0, None
    for found in by_server.values():
        try:
            with client_for(found[0].project.server) as client:
                erased += sum(_remove(task, client) for task in found)
        except LabelStudioError as error:
            failed = error
    if failed is not None:
        raise failed
    return erased


def texts_withdraw(*, project: LabelStudioProject, client: Client) -> int:
    """Delete there what was deleted here, or may not be labelled any more. Returns how many."""
    tried = project.tasks.exclude(tried_at=None)
    allowed = reviews_for(Purpose.LABEL, Store.objects.all())
    # Not "not in": among a million reviews the database would look through all for each task.
    kept = Exists(allowed.filter(pk=OuterRef("review_number")))
    lost = tried.filter(Q(item=None) | ~kept)
    # What somebody deleted there is no copy; its answers are remembered.
    return sum(_remove(task, client) for task in lost.exclude(state=LabelStudioTask.State.GONE))


def notes_forget(*, server: LabelStudioServer) -> None:
    """What people said there of reviews that are gone goes, also where the task went earlier."""
    gone = LabelStudioTask.objects.filter(
        project__server=server, state=LabelStudioTask.State.GONE, item=None, revision=None
    )
    gone.delete()


def _remove(task: LabelStudioTask, client: Client) -> int:
    """Its text goes there, then our note of it. Labels that were given go with their review."""
    project = task.project.remote_id
    remote = [task.remote_id] if task.remote_id is not None else []
    if project is not None and task.state != LabelStudioTask.State.SENT and task.tried_at:
        # Sent by a try whose end nobody saw, perhaps.
        try:
            pages = list(client.tasks(project, [with_keys([str(task.key)])], fields="task_only"))
        except NotThere:
            pages = []
        remote = [int(one["id"]) for page in pages for one in page]
    for pk in remote:
        try:
            if str(client.task(pk).get("data", {}).get(names.KEY)) == str(task.key):
                client.task_delete(pk)
        except NotThere:
            continue
    task.delete()
    return 1


def texts_renew(*, project: LabelStudioProject, client: Client) -> int:
    """Replace texts that were redacted anew, or that their shopper changed. Returns how many.

    What people marked there goes along with a text that was redacted anew.
    """
    sent = project.tasks.filter(state=LabelStudioTask.State.SENT, item__isnull=False)
    behind = sent.filter(revision=None) | sent.exclude(revision__is_current=True)
    tasks = list(behind.select_related("revision", "item__review__product", "item__batch"))
    if not tasks:
        return 0
    current = {
        one.review_id: one
        for one in revisions_for(Purpose.LABEL, Store.objects.all()).filter(
            review__in=[task.review_number for task in tasks]
        )
    }
    return sum(
        _renew(task, current[task.review_number], client)
        for task in tasks
        if task.review_number in current
    )


def _renew(task: LabelStudioTask, new: TextRevision, client: Client) -> int:
    assert task.item is not None  # noqa: S101 - the query leaves the others out
    assert task.remote_id is not None  # noqa: S101 - it was sent
    try:
        there = client.task(task.remote_id)
    except NotThere:
        return 0
    data = there.get("data", {})
    if str(data.get(names.KEY)) != str(task.key):
        return 0
    old = task.revision
    steps = redacted_since(old) if old is not None else []
    if old is not None and steps and steps[-1].pk == new.pk and data.get("text") == old.text:
        maps = [OffsetMap.from_list(one.offset_map or []) for one in steps]
        for one in there.get("annotations", []):
            result = _carried(one.get("result"), old.text, new.text, maps)
            made = client.annotation_update(int(one["id"]), result=result)
            _carried_note(task, new, one, made)
    client.task_update(task.remote_id, data=data_of(task, new, task.item.review.product))
    _guess_again(task, new, client, there)
    task.revision = new
    task.save(update_fields=["revision"])
    return 1


def _carried_note(
    task: LabelStudioTask, new: TextRevision, before: Mapping[str, Any], made: Mapping[str, Any]
) -> None:
    """That we changed it, and nobody else: what it says stands among our labels already, brought
    over with the text, and it is as old as it was."""
    known = task.answers.exclude(state=LabelStudioAnswer.State.DELETED).filter(
        remote_id=int(before["id"]),
        remote_updated_at=moment_of(before["updated_at"]),
        settled=True,
    )
    said = read(made.get("result"), new.text)
    for answer in known:
        # The comment was redacted when it came in.
        said.comment = Said.from_json(answer.said).comment
        answer.said, answer.revision = said.to_json(), new
        answer.remote_updated_at = moment_of(made["updated_at"])
        answer.save(update_fields=["said", "revision", "remote_updated_at"])


def _carried(result: Any, old: str, new: str, maps: Sequence[OffsetMap]) -> Any:
    if not isinstance(result, list):
        return result
    found = []
    for item in result:
        value = item.get("value") if isinstance(item, dict) else None
        if isinstance(value, dict) and "start" in value and "end" in value:
            place = code_points(old, int(value["start"]), int(value["end"]), value.get("text"))
            if place is not None:
                for step in maps:
                    place, _ = moved(step, *place)
                start, end = place
                value = value | {"start": start, "end": end, "text": new[start:end]}
                value.pop("globalOffsets", None)
                item = item | {"value": value}
        found.append(item)
    return found


def _guess_again(
    task: LabelStudioTask, new: TextRevision, client: Client, there: dict[str, Any]
) -> None:
    """Pre-labels were about the text before; those about the new one come when there are some."""
    for one in there.get("predictions", []):
        client.prediction_delete(int(one["id"]))
    assert task.item is not None and task.remote_id is not None  # noqa: S101, PT018
    if task.item.batch.shows_answers and (known := prelabels([new.pk]).get(new.pk)):
        guess = prediction(known, new.text, controls_of(task.item.batch))
        if guess is not None:
            client.prediction_create(task.remote_id, guess)
