from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from common import jobs, runner
from common.models import Job
from common.services import job_cancel
from modelops.errors import BadTrainingRequest
from modelops.labelled import LabelledRow
from modelops.models import ModelVersion, Snapshot, TrainingRun
from modelops.services.inference import model_open
from modelops.services.snapshots import snapshot_create
from modelops.services.training import training_run, training_start
from tests.modelops.ml import tiny

from .conftest import Register

pytestmark = pytest.mark.django_db(transaction=True)

KNOBS = {"epochs": 2, "lr": 3e-3, "head_lr": 1e-2, "frozen_layers": 1, "threads": 1}
Start = Callable[..., Job]


@pytest.fixture
def snapshot(db: None) -> Snapshot:
    rows = [
        LabelledRow(
            e.text, e.lang, {k: v for k, v in e.answers.items() if v}, tuple(e.mentions or [])
        ).in_split("dev" if at % 5 == 0 else "train")
        for at, e in enumerate(tiny.reviews(120, 31))
    ]
    return snapshot_create(
        actor=None,
        rows=rows,
        questions=["sentiment", "product_demand"],
        name="made",
        origin="annotations",
    )


@pytest.fixture
def start(cast: SimpleNamespace, snapshot: Snapshot, base: Path) -> Start:
    def start(**changes: Any) -> Job:
        wanted: dict[str, Any] = {
            "snapshot": snapshot,
            "questions": ["sentiment", "product_demand"],
            "name": "made",
            "base": str(base),
            "config": KNOBS,
        }
        return training_start(actor=cast.max, **(wanted | changes))

    return start


def test_a_training_makes_numbered_versions_that_can_answer(start: Start) -> None:
    done = [runner.run_job(start().pk) for _ in range(2)]
    results = [job.result for job in done if job is not None]
    assert [result["model"] for result in results] == ["made-1", "made-2"]
    assert results[0]["metrics"] == results[1]["metrics"], "same rows, knobs and seed"
    model = ModelVersion.objects.get(name="made", number=2)
    assert model.state == "candidate"
    assert model.card.startswith("# Model card")
    [said] = model_open(model).predict(["很好喜欢"])
    assert set(said.answers) == {"sentiment", "product_demand"}
    assert model.run.finished_at is not None
    assert model.run.log, "each epoch is told"
    assert not (settings.VERBATIM_HOME.root / "jobs" / str(done[1].pk)).exists()  # type: ignore[union-attr]


def test_a_job_taken_up_after_its_version_was_registered_makes_no_second_one(start: Start) -> None:
    job = start()
    first = runner.run_job(job.pk)
    assert first is not None
    again = training_run(jobs.JobContext(first))
    assert again["model"] == first.result["model"]
    assert ModelVersion.objects.count() == TrainingRun.objects.count() == 1


def test_a_cancelled_training_registers_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Progress is written at most once a second; the tiny model trains faster than that.
    monkeypatch.setattr(jobs, "_WRITE_EVERY", 0.0)
    job = start(config=KNOBS | {"epochs": 50})
    stage = jobs.JobContext.stage

    def cancel_when_training(context: jobs.JobContext, name: str, total: int = 0) -> None:
        stage(context, name, total)
        if name == "training":
            job_cancel(actor=None, job=context.job)

    monkeypatch.setattr(jobs.JobContext, "stage", cancel_when_training)
    done = runner.run_job(job.pk)
    assert done is not None
    assert done.state == Job.State.CANCELLED
    assert done.total > 0
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base": "no-such-base"}, "No base model 'no-such-base'"),
        ({"family": "seq2seq"}, "Use the family encoder"),
    ],
)
def test_a_training_that_cannot_work_fails_with_what_to_do(
    start: Start, changes: dict[str, Any], message: str
) -> None:
    done = runner.run_job(start(**changes).pk)
    assert done is not None
    assert done.state == Job.State.FAILED
    assert message in done.error


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Grand Modèle"}, "cannot be a model's name"),
        ({"family": "lstm"}, "no model family 'lstm'"),
        ({"config": {"epoch": 3}}, "no training option 'epoch'"),
        ({"config": {"epochs": 0}}, "epochs and batch_size must be 1 or more"),
        ({"questions": ["purchase_intent"]}, "has no label for purchase_intent"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_at_once(
    start: Start, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadTrainingRequest, match=message):
        start(**changes)
    assert not Job.objects.exists()


def test_promotion_is_asked_for_and_refused_by_the_gate_in_the_same_words(
    start: Start, register: Register
) -> None:
    wide = register(state="champion")
    done = runner.run_job(start(questions=["sentiment"], promote=True).pk)
    assert done is not None
    promotion = done.result["promotion"]
    assert promotion["promoted"] is False
    assert promotion["reasons"][-1] == {"code": "unanswered", "question": "product_demand"}
    assert "does not answer product_demand, which the champion answers" in promotion["message"]
    wide.refresh_from_db()
    assert wide.state == "champion"


@pytest.mark.parametrize(("unseen", "promoted"), [(True, False), (False, True)])
def test_nobody_looking_a_version_worse_than_the_champion_is_not_put_in_charge(
    start: Start, register: Register, monkeypatch: pytest.MonkeyPatch, unseen: bool, promoted: bool
) -> None:
    before = register(state="champion")
    scores = iter([0.80, 0.75])

    def scored(*, questions: list[str], **more: Any) -> dict[str, Any]:
        value = next(scores)
        return {key: {"n": 24, "macro_f1": value} for key in questions}

    monkeypatch.setattr("modelops.services.rivals.examples_score", scored)
    monkeypatch.setattr("modelops.services.promotion.promotion_problems", lambda model: [])
    done = runner.run_job(start(promote=True, unseen=unseen).pk)
    assert done is not None
    promotion = done.result["promotion"]
    assert promotion["promoted"] is promoted
    if unseen:
        assert {one["code"] for one in promotion["reasons"]} == {"worse"}
        assert "0.750 lies below the 0.800 of the champion" in promotion["message"]
    before.refresh_from_db()
    assert (before.state == "champion") is unseen
