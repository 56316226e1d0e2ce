"""Active learning: what starts a training by itself, and what is proposed after it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Annotation, AuditRate, Batch, BatchItem, Choice, Question
from annotation.services.audit import audit_batch
from annotation.services.questions import questions_seed
from common.commands import CommandFailure
from common.models import Job
from common.runner import run_job
from modelops.labelled import LabelledRow
from modelops.models import ActivePlan, AnalysisWork, Prediction, Snapshot
from modelops.selectors.active import active_plan, outlook
from modelops.selectors.snapshots import examples_of
from modelops.services.active import BadPlan, Planned, active_plan_set, active_step
from modelops.services.snapshots import snapshot_create
from privacy.models import AuditEntry
from reviews.models import Review
from tests.analytics import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked(cast: SimpleNamespace) -> None:
    AuditRate.objects.update(rate=0)
    questions_seed()


def label(cast: SimpleNamespace, count: int, source: str = "page", audit: bool = False) -> None:
    held = audit_batch() if audit else Batch.objects.get_or_create(name="b", design="uniform")[0]
    for _ in range(count):
        review = factories.review(cast.lanting)
        chance = 0.1 if audit else None
        item = BatchItem.objects.create(batch=held, review=review, inclusion_probability=chance)
        Annotation.objects.create(
            revision=review.revisions.get(is_current=True),
            question=Question.objects.get(key="sentiment", active=True),
            choice=Choice.objects.filter(question__key="sentiment").first(),
            annotator=cast.ann,
            item=item,
            source=source,
        )


def plan(cast: SimpleNamespace, **more: Any) -> ActivePlan:
    wanted = Planned(**{"is_on": True, "new_labels": 5, "batch_size": 4, **more})
    return active_plan_set(actor=cast.max, wanted=wanted)


def kinds(jobs: list[Job]) -> list[str]:
    return [job.kind for job in jobs]


def ended(job: Job, state: str = "succeeded") -> None:
    """As if a worker had done the training."""
    Job.objects.filter(pk=job.pk).update(state=state, error="too few" if state == "failed" else "")


def test_enough_new_labels_start_one_training(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 4)
    assert active_step(actor=None) == []
    label(cast, 1)
    assert kinds(active_step(actor=None)) == ["train"]
    label(cast, 9)
    assert active_step(actor=None) == [], "one at a time"
    assert AuditEntry.objects.filter(action="active_plan.train").count() == 1


def test_what_is_off_starts_nothing(cast: SimpleNamespace) -> None:
    label(cast, 9)
    assert active_step(actor=None) == []
    plan(cast, is_on=False)
    assert active_step(actor=None) == []


def test_labels_of_the_audit_sample_and_of_the_samples_do_not_count(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 4)
    label(cast, 9, audit=True)
    label(cast, 9, source="starter")
    assert outlook(active_plan()).labelled == 4
    assert active_step(actor=None) == []


def test_a_week_with_any_new_label_starts_a_training(cast: SimpleNamespace) -> None:
    made = plan(cast)
    week_ago = timezone.now() - timedelta(days=7, minutes=1)
    ActivePlan.objects.filter(pk=made.pk).update(counted_at=week_ago)
    assert active_step(actor=None) == [], "nothing new was labelled"
    label(cast, 1)
    assert kinds(active_step(actor=None)) == ["train"]
    ActivePlan.objects.filter(pk=made.pk).update(proposes=False)
    label(cast, 1)
    assert active_step(actor=None) == [], "the week begins anew"


def proposal(cast: SimpleNamespace) -> Batch:
    [training] = active_step(actor=None)
    ended(training)
    if AnalysisWork.objects.exists():
        found = active_step(actor=None)
        assert kinds(found) == ["learning_curve"], "the model has not answered everything yet"
        AnalysisWork.objects.update(state="done")
    drawing = active_step(actor=None)[-1]
    assert drawing.kind == "draw_batch"
    Job.objects.filter(kind="learning_curve").update(state="succeeded")
    done = run_job(drawing.pk)
    assert done is not None
    assert done.state == "succeeded", done.error
    return Batch.objects.get(name=f"active-learning-{training.pk}")


def test_after_a_training_a_draft_with_known_chances_is_proposed(
    cast: SimpleNamespace,
) -> None:
    model = factories.model_version("good", "champion")
    plan(cast)
    label(cast, 5)
    for at in range(20):
        review = factories.review(cast.lanting)
        sure = 0.98 if at < 10 else 0.4
        question = Question.objects.get(key="sentiment", active=True)
        rest = (1 - sure) / 2
        Prediction.objects.create(
            revision=review.revisions.get(is_current=True),
            question=question,
            model=model,
            choice=question.choices.all()[0],
            probabilities=[sure, rest, rest],
        )
    foreign = factories.review(cast.northway)
    ActivePlan.objects.get().stores.set([cast.lanting])
    batch = proposal(cast)
    assert (batch.state, batch.design, batch.created_by) == ("draft", "uncertainty", cast.max)
    assert batch.frame_size == 25
    chances = list(batch.items.values_list("inclusion_probability", flat=True))
    assert len(chances) == 4
    assert all(chance and 0 < chance <= 1 for chance in chances)
    assert not batch.items.filter(review=foreign).exists()
    # What is labelled already comes by the uniform share alone: 4 of 25, a fifth of them.
    assert batch.design_options["least_chance"] == pytest.approx(0.2 * 4 / 25)


def test_never_two_drafts_wait_at_once(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    first = proposal(cast)
    assert first.design == "uniform", "no model has answered anything"
    label(cast, 5)
    [training] = active_step(actor=None)
    ended(training)
    assert kinds(active_step(actor=None)) == ["learning_curve"]
    first.state = "open"
    first.save()
    assert active_step(actor=None) == [], "the next one comes with the next training"
    label(cast, 5)
    assert proposal(cast).state == "draft"


def test_a_training_that_fails_proposes_nothing_and_says_why(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    ended(training, "failed")
    assert active_step(actor=None) == active_step(actor=None) == []
    assert active_plan().problem == "too few"
    label(cast, 5)
    assert kinds(active_step(actor=None)) == ["train"], "tried again with more labels"


def test_only_an_ml_engineer_sets_it_and_only_for_their_stores(cast: SimpleNamespace) -> None:
    with pytest.raises(BadPlan, match="Only an ML engineer"):
        active_plan_set(actor=cast.ann, wanted=Planned(is_on=True))
    cast.max.stores.set([cast.lanting])
    for bad in (
        {"stores": [cast.northway]},
        {"languages": ["fr"]},
        {"explored": 0.0},
        {"days": 0},
    ):
        with pytest.raises(BadPlan, match=next(iter(bad))):
            plan(cast, **bad)
    assert not ActivePlan.objects.exists()


def test_the_page_tells_when_the_next_training_comes(cast: SimpleNamespace) -> None:
    client = Client()
    client.force_login(cast.max, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("active-plan")
    asked = {"new_labels": 5, "days": 7, "batch_size": 10, "overlap": 1, "explored": 20}
    assert client.post(url, {**asked, "explored": 0}).status_code == 200
    assert not ActivePlan.objects.exists()
    assert client.post(url, {**asked, "is_on": "on"}).status_code == 302
    label(cast, 2)
    told = "The next training comes when 3 more reviews are labelled (2 of 5)"
    for page in (url, reverse("models")):
        assert told in client.get(page).content.decode()
    other = Client()
    other.force_login(cast.ann, backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(url).status_code == 403


def test_the_command_sets_and_tells(
    cast: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("active_learning", "--on", "--as", cast.max.username, "--new-labels", "3")
    assert active_plan().new_labels == 3
    assert Review.objects.count() == 0
    call_command("active_learning", "--off")
    assert not active_plan().is_on


def test_a_training_is_followed_by_one_look_whether_more_labels_help(
    cast: SimpleNamespace,
) -> None:
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    Job.objects.filter(pk=training.pk).update(state="succeeded")
    found = active_step(actor=None)
    assert kinds(found) == ["learning_curve", "draw_batch"]
    assert found[0].arguments == {"snapshot": training.arguments["snapshot"]}
    assert active_step(actor=None) == []


def test_nothing_is_begun_beside_a_training_that_somebody_asked_for(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    by_hand = Job.objects.create(kind="train", arguments={})
    assert active_step(actor=None) == []
    ended(by_hand)
    assert kinds(active_step(actor=None)) == ["train"]


def test_before_the_first_training_the_week_begins_with_the_first_label(
    cast: SimpleNamespace,
) -> None:
    plan(cast)
    label(cast, 1)
    assert active_step(actor=None) == []
    Annotation.objects.update(created_at=timezone.now() - timedelta(days=7, minutes=1))
    assert kinds(active_step(actor=None)) == ["train"]


def test_labels_brought_in_with_an_old_date_count_as_new(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    ended(training)
    ActivePlan.objects.update(proposes=False)
    label(cast, 3, source="file")
    Annotation.objects.filter(source="file").update(created_at=timezone.now() - timedelta(days=90))
    assert outlook(active_plan()).labelled == 3


def test_what_cannot_be_learned_from_does_not_count(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 6)
    first, second, third = BatchItem.objects.order_by("pk")[:3]
    BatchItem.objects.filter(pk=first.pk).update(is_gold=True)
    Review.objects.filter(pk=second.review_id).update(left_out="spam")
    Review.objects.filter(pk=third.review_id).update(language="fr")
    assert outlook(active_plan()).labelled == 3


@pytest.mark.parametrize(
    ("wanted", "origin", "asked"),
    [(True, "annotations", True), (False, "annotations", False), (True, "file", False)],
)
def test_a_version_is_put_in_charge_only_if_asked_and_never_over_one_from_a_file(
    cast: SimpleNamespace, wanted: bool, origin: str, asked: bool
) -> None:
    model = factories.model_version("good", "champion")
    Snapshot.objects.filter(pk=model.run.snapshot_id).update(origin=origin)
    plan(cast, promotes=wanted)
    label(cast, 5)
    found = active_step(actor=None)
    assert kinds(found) == ["train"], (active_plan().problem, outlook(active_plan()))
    training = found[0]
    assert training.arguments["promote"] is asked
    assert training.arguments["name"] == model.name


def test_a_proposal_that_fails_says_why_on_the_page(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    ended(training)
    [_curve, drawing] = active_step(actor=None)
    Job.objects.filter(pk=drawing.pk).update(
        state="failed", error="you may no longer see any of its stores"
    )
    client = Client()
    client.force_login(cast.max, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("active-plan")).content.decode()
    assert "you may no longer see any of its stores" in page


def test_while_a_proposal_is_drawn_no_second_one_is(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    ended(training)
    assert kinds(active_step(actor=None))[-1] == "draw_batch"
    label(cast, 5)
    [again] = active_step(actor=None)
    ended(again)
    assert "draw_batch" not in kinds(active_step(actor=None))


def test_a_training_that_a_new_label_set_overtook_is_begun_anew(cast: SimpleNamespace) -> None:
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    Snapshot.objects.update(counts={"labels": {"sentiment": {"gone": 5}}})
    done = run_job(training.pk)
    assert done is not None
    assert "was made before the choices of sentiment changed (gone)" in done.error
    label(cast, 1)
    assert active_step(actor=None) == []
    assert kinds(active_step(actor=None)) == ["train"], "without waiting for five more"


def test_a_question_that_is_no_longer_asked_stops_no_training(cast: SimpleNamespace) -> None:
    model = factories.model_version("good", "champion")
    model.questions = ["sentiment", "gone"]
    model.save()
    plan(cast)
    label(cast, 5)
    [training] = active_step(actor=None)
    assert training.arguments["questions"] == ["sentiment"]


def test_no_audit_label_reaches_a_training_on_any_path(cast: SimpleNamespace) -> None:
    label(cast, 6)
    label(cast, 3, audit=True)
    audited = set(audit_batch().items.values_list("review__revisions", flat=True))
    plan(cast)
    [training] = active_step(actor=None)
    snapshot = Snapshot.objects.get(pk=training.arguments["snapshot"])
    learned = set(snapshot.items.values_list("revision", flat=True))
    assert len(learned) == 6
    assert not learned & audited
    # One that is drawn for the audit after the snapshot was made: it is left out of the rows that
    # a training of this snapshot, an older one's replacement, or a learning curve reads.
    item = snapshot.items.filter(split="train").first()
    assert item is not None
    assert item.revision is not None
    before = len(examples_of(snapshot, "train"))
    BatchItem.objects.create(
        batch=audit_batch(), review=item.revision.review, inclusion_probability=0.1
    )
    assert len(examples_of(snapshot, "train")) == before - 1
    with pytest.raises(ValueError, match="audit sample"):
        snapshot_create(
            actor=None,
            rows=[
                LabelledRow(
                    "好", "zh", {"sentiment": "positive"}, split="train", revision_id=min(audited)
                )
            ],
            questions=["sentiment"],
            name="by hand",
            origin="annotations",
        )


def test_the_command_refuses_what_it_would_not_set(cast: SimpleNamespace) -> None:
    with pytest.raises(CommandFailure, match="--on or --off"):
        call_command("active_learning", "--new-labels", "3")
    with pytest.raises(CommandFailure, match="new_labels"):
        call_command("active_learning", "--on", "--as", cast.max.username, "--new-labels", "0")
    call_command("active_learning", "--on", "--as", cast.max.username, "--promote")
    assert active_plan().promotes
    call_command("active_learning", "--on", "--no-promote")
    assert not active_plan().promotes
