"""Label Studio for real: afterwards both sides say the same of every item, whatever went wrong."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Role, User
from annotation.label_studio.errors import LabelStudioError
from annotation.label_studio_tasks import woken
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
    Mention,
)
from annotation.services.label_studio.checking import server_check
from annotation.services.label_studio.connecting import client_for, server_connect
from annotation.services.label_studio.pulling import server_pull
from annotation.services.label_studio.pushing import project_start
from annotation.services.label_studio.sending import project_send
from annotation.services.questions import questions_seed
from tests import shop
from tests.analytics import factories
from tests.services.labelstudio import TOKEN, Server
from tests.services.people import Annotator, admin, chosen, marked
from tests.services.relay import Relay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.slow]

TEXTS = (
    "屏幕很好😀，但是希望增加无线充电功能。电池一般。",
    "Great phone 👍🏽, but please add a headphone jack. Will buy again.",
    "ＡＢＣ全角 works fine, 客服态度差 [PHONE_1] 😡",
)
# The whole minute of the promise takes a minute; a shorter stop shows the same.
STOP = float(os.environ.get("LABEL_STUDIO_STOP", "2"))


@pytest.fixture
def relay(live_server: Any) -> Iterator[Relay]:
    found = Relay(live_server.url)
    yield found
    found.stop()


@pytest.fixture
def connected(
    label_studio: Server, relay: Relay, cast: SimpleNamespace, settings: Any
) -> LabelStudioServer:
    settings.VERBATIM_LABEL_STUDIO_PRIVATE = True
    questions_seed()
    return server_connect(
        actor=cast.max,
        name="labels",
        url=label_studio.url,
        our_url=relay.url,
        token=TOKEN,
        stores=[cast.lanting],
    )


def make_batch(cast: SimpleNamespace, size: int, **fields: Any) -> Batch:
    """Reviews with the champion's answers, in texts that browsers and Python count differently."""
    champion = factories.model_version(f"m{size}-{fields.get('name', '')}")
    batch = Batch.objects.create(
        **{"name": "may", "design": "uniform", "state": "open", "overlap": 2}
        | {"shows_answers": True, **fields}
    )
    for number in range(size):
        text = f"{number} {TEXTS[number % len(TEXTS)]}"
        review = factories.answered(champion, cast.lanting, sentiment="positive")
        shop.write(review, text)
        BatchItem.objects.create(
            batch=batch, review=review, inclusion_probability=0.5, wanted_answers=batch.overlap
        )
    return batch


def push(cast: SimpleNamespace, server: LabelStudioServer, batch: Batch) -> LabelStudioProject:
    project = project_start(actor=cast.max, server=server, batch=batch, stores=[cast.lanting])
    with client_for(server) as client:
        project_send(project=project, client=client)
    project.refresh_from_db()
    return project


def there(server: Server, project: LabelStudioProject) -> dict[str, dict[str, Any]]:
    """What the server itself says, by our number: its own export, not the requests we make."""
    with admin(server) as client:
        asked = {"exportType": "JSON", "download_all_tasks": "true"}
        found = client.get(f"/api/projects/{project.remote_id}/export", params=asked).json()
    keys = [one["data"]["verbatim_item"] for one in found]
    assert len(keys) == len(set(keys)), "a task is there twice"
    return dict(zip(keys, found, strict=True))


def people(server: Server) -> dict[int, str]:
    with admin(server) as client:
        return {one["id"]: one["email"] for one in client.get("/api/users/").json()}


def _said_there(one: dict[str, Any]) -> Any:
    if one["was_cancelled"]:
        return "skipped"
    answers: dict[str, str] = {}
    spans: list[tuple[str, str]] = []
    for item in one["result"]:
        if item["from_name"] == "mentions":
            spans.append((item["value"]["text"], item["value"]["labels"][0]))
        elif item["from_name"] in {"sentiment", "purchase_intent"}:
            answers[item["from_name"]] = item["value"]["choices"][0]
    return answers, sorted(spans)


def _said_here(assignment: Assignment) -> Any:
    if assignment.state == "skipped":
        return "skipped"
    labels = Annotation.objects.filter(item=assignment.item, annotator=assignment.annotator)
    assert set(labels.values_list("source", flat=True)) == {"label_studio"}
    answers = dict(labels.values_list("question__key", "choice__key"))
    assert set(answers) == {"sentiment", "purchase_intent", "product_demand"}
    del answers["product_demand"]
    spans = Mention.objects.filter(
        revision__review=assignment.item.review_id, annotator=assignment.annotator
    ).select_related("revision")
    return answers, sorted((m.revision.text[m.start : m.end], m.kind) for m in spans)


def agree(server: Server, project: LabelStudioProject) -> int:
    """Compare both sides item by item. Returns how many answers they agree on."""
    emails, seen = people(server), there(server, project)
    tasks = {str(task.key): task for task in project.tasks.filter(state="sent")}
    assert set(tasks) == set(seen)
    agreed = 0
    for key, one in seen.items():
        item = tasks[key].item
        wanted: dict[str, Any] = defaultdict(list)
        for annotation in one["annotations"]:
            wanted[emails[annotation["completed_by"]]].append(_said_there(annotation))
        here = {
            assignment.annotator.email: [_said_here(assignment)]
            for assignment in Assignment.objects.filter(item=item, ended_at__isnull=False)
        }
        assert here == dict(wanted), key
        agreed += len(here)
    gone = project.tasks.filter(state="gone").values("item")
    assert not Annotation.objects.filter(item__in=gone).exists()
    assert Annotation.objects.filter(item__batch=project.batch).count() == 3 * sum(
        1 for one in seen.values() for a in one["annotations"] if not a["was_cancelled"]
    )
    return agreed


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
