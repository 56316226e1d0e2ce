"""Drawing a batch."""

from __future__ import annotations

import json
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Role, User
from annotation.models import AuditRate, Batch, BatchItem
from annotation.services.audit import audit_batch
from annotation.services.batches import BadBatch, Frame, Wanted, batch_create
from annotation.services.questions import questions_seed
from common.commands import CommandFailure
from tests.analytics import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_by_itself(db: None) -> None:
    """The audit sample would take some of the reviews away."""
    AuditRate.objects.update(rate=0)


def drawn(batch: Batch) -> list[int]:
    return sorted(batch.items.values_list("review_id", flat=True))


def test_each_review_of_the_frame_has_the_same_known_chance(cast: SimpleNamespace) -> None:
    questions_seed()
    kept = [factories.review(cast.lanting, "2026-03-10") for _ in range(10)]
    audited = factories.review(cast.lanting)
    BatchItem.objects.create(batch=audit_batch(), review=audited, inclusion_probability=0.1)
    factories.review(cast.lanting, left_out="spam")
    factories.review(cast.lanting, duplicate_of=kept[0])
    factories.review(cast.lanting, language="zh")
    factories.review(cast.lanting, "2026-04-01")
    factories.review(cast.northway)
    from datetime import date

    frame = Frame([cast.lanting], languages=["en"], until=date(2026, 3, 10))
    made: dict[str, Any] = {"actor": cast.max, "frame": frame, "size": 4}
    one = batch_create(**made, name="one", seed=7, wanted=Wanted(overlap=2))
    again = batch_create(**made, name="again", seed=7)
    other = batch_create(**made, name="other", seed=8)
    assert one.frame_size == 10
    assert set(one.items.values_list("inclusion_probability", "wanted_answers")) == {(0.4, 2)}
    assert drawn(one) == drawn(again) != drawn(other)
    assert set(drawn(one)) <= {review.pk for review in kept}
    whole = batch_create(**{**made, "size": 99}, name="whole", seed=1)
    assert set(whole.items.values_list("inclusion_probability", flat=True)) == {1.0}


def test_what_cannot_be_drawn_is_named(cast: SimpleNamespace) -> None:
    questions_seed()
    factories.review(cast.lanting)
    frame = Frame([cast.lanting])
    elsewhere = User.objects.create_user(username="eve", roles=[Role.ANNOTATOR])
    elsewhere.stores.set([cast.northway])
    batch_create(actor=None, name="one", frame=frame, size=1, seed=1)
    bad: list[tuple[str, dict[str, Any]]] = [
        ("name", {"name": "one"}),
        ("name", {"name": " one "}),
        ("name", {"name": "Audit"}),
        ("name", {"name": "starter-dev"}),
        ("annotator", {"wanted": Wanted(annotators=[cast.mia])}),
        ("annotator", {"wanted": Wanted(annotators=[elsewhere])}),
        ("size", {"size": 0}),
        ("overlap", {"wanted": Wanted(overlap=0)}),
        ("questions", {"wanted": Wanted(questions=["mood"])}),
        ("frame", {"frame": Frame([cast.northway])}),
    ]
    for field, change in bad:
        with pytest.raises(BadBatch) as refused:
            batch_create(
                **{"actor": None, "name": "two", "frame": frame, "size": 1, "seed": 1, **change}
            )
        assert refused.value.field == field
    assert Batch.objects.count() == 1


def test_the_command_draws_and_says_where_to_label(cast: SimpleNamespace) -> None:
    questions_seed()
    factories.review(cast.lanting)
    out = StringIO()
    call_command("make_batch", " may ", "--store", "lanting", "--size", "5", "--json", stdout=out)
    assert json.loads(out.getvalue())["reviews"] == 1
    assert Batch.objects.get().name == "may"
    with pytest.raises(CommandFailure, match="annotator: mia may not label"):
        call_command("make_batch", "june", "--annotator", "mia")
    with pytest.raises(CommandFailure, match="--store: there is no nowhere"):
        call_command("make_batch", "june", "--store", "nowhere")
