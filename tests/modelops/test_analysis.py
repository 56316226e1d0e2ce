from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from common.home import CHECKOUT
from modelops import tasks
from modelops.ml.errors import ArtefactCorrupt
from modelops.models import AnalysisWork, ModelVersion, PredictedMention, Prediction
from modelops.selectors import work_counts, work_parked
from modelops.services.analysis import Outcome, analyse_batch, analyse_until
from modelops.services.inference import model_open, models_folder
from modelops.services.ledger import work_add_missing, work_retry_parked
from modelops.services.promotion import model_promote
from modelops.signals import predictions_stored
from reviews.models import Review, TextRevision
from reviews.signals import reviews_stored
from tests.modelops.ml import tiny

from .conftest import POISON, QUESTIONS, Register, Store

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def news() -> Iterator[list[list[int]]]:
    """The review ids of each `predictions_stored` that was sent meanwhile."""
    heard: list[list[int]] = []

    def hear(sender: object, review_ids: list[int], model_id: int, **more: object) -> None:
        assert transaction.get_connection().in_atomic_block
        heard.append(review_ids)

    predictions_stored.connect(hear)
    try:
        yield heard
    finally:
        predictions_stored.disconnect(hear)


def all_of(model: ModelVersion) -> dict[str, int]:
    return analyse_until(model, lambda totals: True)


def answered_once(model: ModelVersion, revisions: list[TextRevision]) -> bool:
    pairs = sorted(
        Prediction.objects.filter(model=model).values_list("revision_id", "question__key")
    )
    return pairs == sorted((r.pk, key) for r in revisions for key in QUESTIONS)


def test_a_stored_review_is_queued_and_answered(register: Register, store_reviews: Store) -> None:
    model = register(state="champion")
    examples = tiny.reviews(20, 7)
    revisions = store_reviews([example.text for example in examples])
    left_out = store_reviews(["默认"], left_out="default_text")
    stored = [*revisions, *left_out]
    with transaction.atomic():
        reviews_stored.send(
            sender=Review,
            review_ids=[r.review_id for r in stored],
            revision_ids=[r.pk for r in stored],
        )
    with news() as heard:
        tasks.analyse()
    assert [sorted(batch) for batch in heard] == [[r.review_id for r in revisions]]
    assert answered_once(model, revisions)


def test_what_is_stored_is_what_the_model_said(register: Register, store_reviews: Store) -> None:
    model = register()
    examples = tiny.reviews(20, 7)
    revisions = store_reviews([example.text for example in examples])
    model = model_promote(actor=None, model=model)
    all_of(model)
    right = 0
    for revision, example, said in zip(
        revisions, examples, model_open(model).predict([e.text for e in examples]), strict=True
    ):
        for row in Prediction.objects.filter(revision=revision).select_related("question"):
            answer = said.answers[row.question.key]
            keys = row.question.choices.values_list("key", flat=True)
            found = dict(zip(keys, row.probabilities, strict=True))
            assert found == pytest.approx(answer.probabilities, abs=1e-4)
            assert row.choice.key == answer.label
        right += said.answers["sentiment"].label == example.answers["sentiment"]
        marks = PredictedMention.objects.filter(revision=revision)
        assert {(m.start, m.end, m.kind, m.scope) for m in marks} == {
            (m.start, m.end, m.kind, m.scope) for m in said.mentions
        }
    assert right >= 15


def test_news_of_reviews_without_a_champion_waits_for_one(
    register: Register, store_reviews: Store
) -> None:
    revisions = store_reviews(["很好"])
    reviews_stored.send(
        sender=Review, review_ids=[revisions[0].review_id], revision_ids=[revisions[0].pk]
    )
    assert not AnalysisWork.objects.exists()
    model = model_promote(actor=None, model=register())
    all_of(model)
    assert answered_once(model, revisions)


def test_the_sweep_finds_reviews_that_nobody_told_about(
    register: Register, store_reviews: Store
) -> None:
    model = register(state="champion")
    revisions = store_reviews(["很好", "太差"])
    tasks.sweep_unanalysed()
    assert work_counts(model) == {"todo": 2, "done": 0, "parked": 0}
    assert work_add_missing(model=model, tick=1) == 0
    all_of(model)
    assert answered_once(model, revisions)


def test_two_workers_at_once_answer_every_review_once(
    register: Register, store_reviews: Store
) -> None:
    model = register()
    revisions = store_reviews([e.text for e in tiny.reviews(120, 8)])
    model = model_promote(actor=None, model=model)
    totals: list[int] = []

    def work() -> None:
        try:
            done = 0
            while (outcome := analyse_batch(model, 8)) != Outcome():
                done += outcome.done
            totals.append(done)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    with news() as heard:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sum(totals) == 120
    assert sorted(pk for batch in heard for pk in batch) == sorted(r.review_id for r in revisions)
    assert answered_once(model, revisions)


@pytest.mark.faults
def test_reviews_survive_workers_that_are_killed(register: Register, store_reviews: Store) -> None:
    model = register()
    revisions = store_reviews([e.text for e in tiny.reviews(1500, 9)])
    model = model_promote(actor=None, model=model)
    for batches in (1, 2):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.modelops.worker", connection.settings_dict["NAME"]],
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform"},
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        for _ in range(batches):
            assert worker.stdout.readline().strip().isdigit()
        worker.kill()
        worker.wait(10)
    counts = work_counts(model)
    assert counts["done"] > 0
    assert counts["todo"] > 0, "both workers were done before they were killed"
    all_of(model)
    assert work_counts(model) == {"todo": 0, "done": 1500, "parked": 0}
    assert answered_once(model, revisions)


def test_the_one_guilty_review_is_parked_and_the_others_are_answered(
    register: Register, store_reviews: Store
) -> None:
    model = register(poisonous=True)
    texts = [e.text for e in tiny.reviews(40, 10)]
    texts[17] = f"很好{POISON}13812345678"
    revisions = store_reviews(texts)
    model = model_promote(actor=None, model=model)
    all_of(model)
    [parked] = work_parked(model)
    assert parked.revision_id == revisions[17].pk
    assert parked.attempts == 3
    assert parked.error
    assert "很好" not in parked.error
    assert "138" not in parked.error
    assert answered_once(model, [r for r in revisions if r.pk != revisions[17].pk])
    assert work_retry_parked(model=model) == 1
    all_of(model)
    assert work_counts(model)["parked"] == 1


def test_a_review_that_workers_died_on_is_tried_in_a_process_of_its_own(
    register: Register, store_reviews: Store
) -> None:
    model = register(poisonous=True)
    innocent, guilty, after = store_reviews(["很好", POISON, "太差"])
    model = model_promote(actor=None, model=model)
    AnalysisWork.objects.update(attempts=3)
    all_of(model)
    assert answered_once(model, [innocent, after])
    assert [work.revision_id for work in work_parked(model)] == [guilty.pk]


def test_a_revision_that_is_no_longer_current_or_allowed_is_closed_without_an_answer(
    register: Register, store_reviews: Store
) -> None:
    model = register()
    old, withdrawn, kept = store_reviews(["很好", "太差", "一般"])
    model = model_promote(actor=None, model=model)
    TextRevision.objects.filter(pk=old.pk).update(is_current=False)
    Review.objects.filter(pk=withdrawn.review_id).update(purposes=["label"])
    totals = all_of(model)
    assert totals == {"done": 1, "closed": 2, "parked": 0}
    assert answered_once(model, [kept])


def test_a_broken_artefact_stops_the_work_and_parks_nothing(
    register: Register, store_reviews: Store
) -> None:
    model = register("broken")
    store_reviews(["很好"])
    model = model_promote(actor=None, model=model)
    model.artefact_hash = "0" * 64
    with pytest.raises(ArtefactCorrupt):
        analyse_batch(model)
    (models_folder() / model.artefact / "model.onnx").unlink()
    with pytest.raises(ArtefactCorrupt, match=r"model.onnx is missing"):
        analyse_batch(model)
    assert AnalysisWork.objects.get().attempts == 0
