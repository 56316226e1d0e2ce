"""A set changes while others store what people say: nothing is left in the set before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from annotation.label_set_plan import BadChange
from annotation.models import Annotation, AnnotationSource, Batch, Question, Suspect
from annotation.selectors.label_set_preview import planned, preview, question_active
from annotation.services.assigning import items_take
from annotation.services.gold import gold_remove, gold_set
from annotation.services.label_options import Options
from annotation.services.label_set_lock import one_change, sets_change
from annotation.services.label_set_prepare import set_prepare
from annotation.services.label_sets import label_set_change
from annotation.services.label_storing import fitting_store
from annotation.services.settling import Decision, answers_settle, settling_undo
from annotation.services.suspects import Ranked, suspects_store
from modelops.models import ModelVersion, Prediction
from tests.analytics import factories
from tests.annotation.label_sets.world import (
    MERGE,
    RENAME,
    SPLIT,
    answer,
    answers_by_choice,
    label,
)

pytestmark = pytest.mark.django_db


@contextmanager
def somebody_changes_a_set() -> Iterator[None]:
    """From another connection, until the end."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_begin).result()
        try:
            yield
        finally:
            pool.submit(_end).result()


def _begin() -> None:
    transaction.set_autocommit(False)
    sets_change()


def _end() -> None:
    transaction.rollback()
    connection.close()


def _settle(cast: SimpleNamespace, one: SimpleNamespace) -> None:
    answers_settle(
        actor=cast.max, stores=[cast.lanting], revision_id=one.revision.pk,
        decisions={"sentiment": Decision("neutral")},
    )  # fmt: skip


def _answer(cast: SimpleNamespace, one: SimpleNamespace) -> None:
    answer(cast.ann, one.taken.pk, {"sentiment": "positive", "purchase_intent": "none"})


DOORWAYS: list[Callable[[SimpleNamespace, SimpleNamespace], Any]] = [
    _answer,
    _settle,
    lambda cast, one: settling_undo(actor=cast.max, stores=[cast.lanting]),
    lambda cast, one: gold_set(
        actor=cast.max, review=one.review, answers={"sentiment": "positive"}
    ),
    lambda cast, one: gold_remove(actor=cast.max, review=one.review),
    lambda cast, one: suspects_store(question="sentiment", found=[]),
    lambda cast, one: fitting_store(
        actor=cast.max, fitting=[], options=Options(), stores=[cast.lanting],
        redact=lambda texts: texts,
    ),
]  # fmt: skip


@pytest.mark.parametrize("store", DOORWAYS)
def test_whoever_stores_an_answer_waits_for_a_change_that_is_under_way(
    cast: SimpleNamespace, store: Callable[[SimpleNamespace, SimpleNamespace], Any]
) -> None:
    cast.max.is_superuser = True
    cast.max.save()
    review = factories.review(cast.lanting)
    batch = Batch.objects.create(name="b", design="given", state="open")
    batch.items.create(review=review)
    [taken] = items_take(actor=cast.ann, batch=batch)
    one = SimpleNamespace(review=review, revision=review.revisions.get(), taken=taken)
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '100ms'")
    with somebody_changes_a_set(), pytest.raises(OperationalError), transaction.atomic():
        store(cast, one)
    store(cast, one)  # and does not once it is over


def test_what_was_ranked_in_the_set_before_is_passed_over(cast: SimpleNamespace) -> None:
    revision = factories.review(cast.lanting).revisions.get()
    found = [Ranked(revision.pk, "positive", gone, 0.1, 1, 1) for gone in ("joy", "negative")]
    assert suspects_store(question="sentiment", found=found) == 1
    assert Suspect.objects.get().suggested.key == "negative"


def test_two_changes_are_not_made_at_once(cast: SimpleNamespace) -> None:
    with ThreadPoolExecutor(1) as pool:
        held = one_change()
        pool.submit(held.__enter__).result()
        with pytest.raises(BadChange, match="Another change"):
            label_set_change(actor=None, question="sentiment", changes=[RENAME])
        pool.submit(held.__exit__, None, None, None).result()
        pool.submit(lambda: connection.close()).result()
    label_set_change(actor=None, question="sentiment", changes=[RENAME])


def test_what_a_change_that_died_had_made_ready_is_taken_away_by_the_next(
    cast: SimpleNamespace,
) -> None:
    label(cast, 20)
    before = question_active("purchase_intent")
    left, _marks = set_prepare(before, planned(before, [MERGE]), lambda ready, of: None)
    assert Prediction.objects.filter(question=left).count() == 20
    assert preview(before, [MERGE])["becomes"] == 2  # nobody sees it
    made = label_set_change(actor=None, question="purchase_intent", changes=[MERGE])
    assert made.after.version == 2
    assert Prediction.objects.filter(question=made.after).count() == 20
    assert not Question.objects.filter(pk=left.pk).exists()


def test_a_refused_change_leaves_nothing_behind(cast: SimpleNamespace) -> None:
    label(cast, 20)
    seen = preview(question_active("purchase_intent"), [MERGE])

    def meanwhile(ready: int, of: int) -> None:
        Annotation.objects.filter(question__key="purchase_intent").first().delete()  # type: ignore[union-attr]

    with pytest.raises(BadChange, match="numbers have changed"):
        label_set_change(
            actor=None, question="purchase_intent", changes=[MERGE],
            expect=seen["fingerprint"], said=meanwhile,
        )  # fmt: skip
    assert Question.objects.filter(key="purchase_intent").count() == 1
    assert Prediction.objects.filter(question__key="purchase_intent").count() == 20


def test_what_comes_in_while_a_change_is_made_ready_goes_the_same_way(
    cast: SimpleNamespace,
) -> None:
    """With "or more" answers of people and models that came in since the look stop nothing."""
    reviews = label(cast, 20, people=1)
    question = question_active("purchase_intent")
    seen = preview(question, [MERGE])
    late = reviews[:5]
    Prediction.objects.filter(revision__review__in=late, question=question).delete()
    choice = question.choices.get(key="will_not")

    def meanwhile(ready: int, of: int) -> None:
        model = ModelVersion.objects.get()
        for one in late:
            Prediction.objects.get_or_create(
                revision=one.revisions.get(), question=question, model=model,
                defaults={"choice": choice, "probabilities": [0, 0, 1, 0]},
            )  # fmt: skip
            Annotation.objects.get_or_create(
                revision=one.revisions.get(), question=question, annotator=cast.max,
                defaults={"choice": choice, "source": AnnotationSource.PAGE},
            )  # fmt: skip

    made = label_set_change(
        actor=None, question="purchase_intent", changes=[MERGE], expect=seen["fingerprint"],
        or_more=True, said=meanwhile,
    )  # fmt: skip
    assert made.counts["totals"]["carried"] == 25
    assert answers_by_choice("purchase_intent", 2).total() == 25
    assert made.counts["models"]["carried"] == 20
    assert Prediction.objects.filter(question=made.after).count() == 20
    with pytest.raises(BadChange, match="numbers have changed"):
        label_set_change(
            actor=None, question="sentiment", changes=[RENAME], or_more=True,
            expect=preview(question_active("sentiment"), [SPLIT])["fingerprint"],
        )  # fmt: skip
