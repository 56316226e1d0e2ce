"""Label Studio for real: afterwards both sides say the same of every item, whatever went wrong."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest

from accounts.models import Role, User
from annotation.label_studio.errors import LabelStudioError
from annotation.label_studio_tasks import woken
from annotation.models import (
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
)
from annotation.services.label_studio.checking import server_check
from annotation.services.label_studio.pulling import server_pull
from tests.services.both_sides import agree, make_batch, push, there
from tests.services.labelstudio import Server
from tests.services.people import Annotator, admin, chosen, marked
from tests.services.relay import Relay

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

# The whole minute of the promise takes a minute; a shorter stop shows the same.
STOP = float(os.environ.get("LABEL_STUDIO_STOP", "2"))


def wake_all() -> None:
    """What a worker does when webhooks have come."""
    for project in LabelStudioProject.objects.filter(wakeups__isnull=False).distinct():
        woken(project.pk)


def labellers(server: Server, cast: SimpleNamespace, mark: str) -> tuple[Annotator, Annotator]:
    found = []
    for name in ("ann", "eve"):
        user = User.objects.filter(username=name).first() or User.objects.create_user(
            username=name, roles=[Role.ANNOTATOR]
        )
        user.email = f"{name}-{mark}@example.com"
        user.save()
        user.stores.set([cast.lanting])
        found.append(Annotator(server, f"{name.title()}-{mark}@Example.com"))
    return found[0], found[1]


def test_200_reviews_stay_the_same_on_both_sides_through_everything(
    label_studio: Server, relay: Relay, cast: SimpleNamespace, connected: LabelStudioServer
) -> None:
    checked = {one["code"]: one["level"] for one in server_check(server=connected)}
    assert checked == dict.fromkeys(("reachable", "token_good", "hooks_come"), "good")
    ann, eve = labellers(label_studio, cast, "all")
    batch = make_batch(cast, 200)
    project = push(cast, connected, batch)
    seen = there(label_studio, project)
    assert len(seen) == 200
    assert {len(one["predictions"]) for one in seen.values()} == {1}
    assert push(cast, connected, batch).remote_id == project.remote_id
    assert len(there(label_studio, project)) == 200
    tasks = list(project.tasks.order_by("pk"))
    texts = {task.pk: task.revision.text for task in tasks}

    relay.mode = "drop_half"
    made: dict[tuple[str, int], int] = {}
    for at, task in enumerate(tasks[:40]):
        text, feeling = texts[task.pk], ("positive", "negative", "neutral")[at % 3]
        said = chosen(sentiment=feeling, purchase_intent="none")
        words = ("无线充电", "headphone jack", "客服态度差")[at % 3]
        kind, scope = ("add", "add", "issue")[at % 3], ("", "product", "service")[at % 3]
        spans = marked(text, words, kind, scope, utf16=at % 2 == 0)
        made["ann", at] = ann.answer(task.remote_id, said + spans)
        if at % 2:
            made["eve", at] = eve.answer(
                task.remote_id,
                chosen(sentiment="neutral", purchase_intent="want", product_demand="none"),
            )
    ann.answer(tasks[40].remote_id, [], was_cancelled=True)
    wake_all()
    assert relay.dropped > 20
    server_pull(server=connected)
    assert agree(label_studio, project) == 61

    relay.mode = "hold"
    other = chosen(sentiment="negative", purchase_intent="will_not")
    ann.edit(made["ann", 0], other)
    eve.edit(made["eve", 1], [], was_cancelled=True)
    ann.delete(made["ann", 2])
    label_studio_delete(label_studio, tasks[3])
    label_studio_delete(label_studio, tasks[199])
    ann.answer(tasks[50].remote_id, other)
    assert relay.deliver_twice_shuffled() >= 10
    wake_all()
    assert agree(label_studio, project) == 59
    assert LabelStudioTask.objects.filter(project=project, state="gone").count() == 2

    label_studio.stop()
    with pytest.raises(LabelStudioError):
        server_pull(server=connected)
    connected.refresh_from_db()
    assert connected.trouble == "not_reachable"
    time.sleep(STOP)
    label_studio.start()
    relay.mode = "drop_half"
    for task in tasks[60:70]:
        ann.answer(task.remote_id, other)
        eve.answer(task.remote_id, [], was_cancelled=True)
    server_pull(server=connected)
    connected.refresh_from_db()
    assert connected.trouble == ""
    assert agree(label_studio, project) == 79
    assert LabelStudioAnswer.objects.exclude(problem="").count() == 0
    before = LabelStudioAnswer.objects.count()
    server_pull(server=connected, whole=True)
    assert LabelStudioAnswer.objects.count() == before


def label_studio_delete(server: Server, task: LabelStudioTask) -> None:
    with admin(server) as client:
        assert client.delete(f"/api/tasks/{task.remote_id}/").status_code == 204
