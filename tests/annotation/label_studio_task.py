"""A task at a Label Studio server, shown as its lists show it, without a server."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from annotation.models import (
    Annotation,
    Batch,
    BatchItem,
    LabelStudioAnswer,
    LabelStudioProject,
    LabelStudioServer,
    LabelStudioTask,
)
from annotation.services.label_studio.accounts import people_refresh, person_of
from annotation.services.label_studio.applying import task_apply
from annotation.services.label_studio.settling import item_settle
from annotation.services.questions import questions_seed
from tests import shop
from tests.analytics import factories

TEXT = "屏幕😀很好，希望加无线充电"
GOOD = {"sentiment": "positive", "purchase_intent": "none"}
ANN, NOBODY = 11, 12


def result(mentions: Any = (), **answers: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"from_name": key, "to_name": "text", "type": "choices", "value": {"choices": [choice]}}
        for key, choice in answers.items()
    ]
    for at, (start, end, kind) in enumerate(mentions):
        value = {"start": start, "end": end, "labels": [kind], "text": TEXT[start:end]}
        one = {"id": f"r{at}", "from_name": "mentions", "to_name": "text", "type": "labels"}
        found.append(one | {"value": value})
    return found


def annotation(pk: int, at: int = 0, by: int = ANN, **more: Any) -> dict[str, Any]:
    """As a list of tasks shows it; `at` minutes after ten."""
    return {
        "id": pk,
        "completed_by": by,
        "updated_by": by,
        "created_at": "2026-11-23T10:00:00.000001Z",
        "updated_at": f"2026-11-23T10:{at:02d}:00.000001Z",
        "was_cancelled": False,
        "lead_time": 4.0,
        "result": result(**GOOD),
        **more,
    }


@pytest.fixture
def shown(cast: SimpleNamespace) -> SimpleNamespace:
    """A task at a server, whose accounts are ann's and somebody's."""
    questions_seed()
    cast.ann.email = "Ann@Example.com"
    cast.ann.save()
    review = factories.review(cast.lanting)
    shop.write(review, TEXT)
    batch = Batch.objects.create(name="may", design="uniform", state="open", overlap=2)
    item = BatchItem.objects.create(batch=batch, review=review, wanted_answers=2)
    server = LabelStudioServer.objects.create(
        name="labels", url="https://labels.example.com", our_url="https://us.example.com"
    )
    server.stores.set([cast.lanting])
    project = LabelStudioProject.objects.create(
        server=server, batch=batch, remote_id=3, state="open", configuration_hash="0"
    )
    task = LabelStudioTask.objects.create(
        project=project, item=item, review_number=review.pk, remote_id=7, state="sent",
        revision=review.revisions.get(),
    )  # fmt: skip
    emails = [{"id": ANN, "email": "ann@example.com"}, {"id": NOBODY, "email": "new@example.com"}]
    listed = SimpleNamespace(users=lambda: emails)
    people_refresh(server=server, client=listed)  # type: ignore[arg-type]

    def see(*annotations: dict[str, Any], text: str = TEXT, number: int = 7) -> None:
        seen = {
            "id": number,
            "data": {"text": text, "verbatim_item": str(task.key)},
            "updated_at": "2026-11-23T11:00:00.000001Z",
            "annotations": list(annotations),
        }
        task_apply(
            task_id=task.pk,
            seen=seen,
            person=lambda remote: person_of(server, remote),
            redact=lambda words: words.replace("13812345678", "[PHONE_1]"),
            account="bot@example.com",
        )
        item_settle(item_id=item.pk)

    return SimpleNamespace(
        see=see, item=item, task=task, server=server, project=project, batch=batch, review=review,
        listed=listed,
    )  # fmt: skip


def labels(person: User) -> dict[str, str]:
    return dict(
        Annotation.objects.filter(annotator=person).values_list("question__key", "choice__key")
    )


def problems() -> list[str]:
    living = LabelStudioAnswer.objects.exclude(state="deleted")
    return sorted(living.exclude(problem="").values_list("problem", flat=True))
