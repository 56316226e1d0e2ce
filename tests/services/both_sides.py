"""What the server says and what we say, side by side."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    LabelStudioProject,
    LabelStudioServer,
    Mention,
)
from annotation.services.label_studio.connecting import client_for
from annotation.services.label_studio.pushing import project_start
from annotation.services.label_studio.sending import project_send
from modelops.models import ModelVersion
from tests import shop
from tests.analytics import factories
from tests.services.labelstudio import Server
from tests.services.people import admin

TEXTS = (
    "屏幕很好😀，但是希望增加无线充电功能。电池一般。",
    "Great phone 👍🏽, but please add a headphone jack. Will buy again.",
    "ＡＢＣ全角 works fine, 客服态度差 [PHONE_1] 😡",
)


def make_batch(cast: SimpleNamespace, size: int, **fields: Any) -> Batch:
    """Reviews with the champion's answers, in texts that browsers and Python count differently."""
    champion = ModelVersion.objects.filter(state="champion").first() or factories.model_version()
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


def predictions(server: Server, project: LabelStudioProject) -> list[dict[str, Any]]:
    """The tasks with their predictions, which an export only numbers."""
    with admin(server) as client:
        asked: dict[str, Any] = {"project": project.remote_id, "page_size": 1000, "fields": "all"}
        found: list[dict[str, Any]] = client.get("/api/tasks", params=asked).json()["tasks"]
    return found


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
