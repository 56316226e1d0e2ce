"""Answers on their way while a set changes, and those to be given anew."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotation.models import (
    Annotation,
    AnnotationSource,
    AnswerBefore,
    Batch,
    LabelImport,
    Mention,
    Question,
)
from annotation.selectors.audit_days import audit_labels
from annotation.selectors.label_set_preview import question_active
from annotation.services.answering import BadAnswer
from annotation.services.assigning import items_take
from annotation.services.audit import audit_batch
from annotation.services.batches import Frame, Wanted, batch_create
from annotation.services.counting import items_recount
from annotation.services.label_imports import (
    label_import_job,
    label_import_run,
    label_import_start,
)
from annotation.services.label_options import Options
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from annotation.services.labels import GivenLabels, labels_store
from annotation.services.questions import questions_seed
from annotation.services.relabelling import relabelling_open
from common.jobs import JobContext
from common.services import job_claim
from modelops.selectors.labels import labelled_rows
from reviews.models import Review
from tests.analytics import factories
from tests.annotation.label_sets.world import (
    FRESH,
    MERGE,
    RENAME,
    SENTIMENTS,
    SPLIT,
    answer,
    answers_by_choice,
    label,
)

pytestmark = pytest.mark.django_db


def test_answers_of_a_split_choice_teach_nothing_until_given_anew(cast: SimpleNamespace) -> None:
    reviews = label(cast, 10, people=1)
    Mention.objects.create(
        revision=reviews[3].revisions.get(), annotator=cast.ann, start=0, end=4, kind="issue"
    )
    label_set_change(actor=cast.max, question="sentiment", changes=[SPLIT])
    taught = Counter(
        row.answers.get("sentiment") for row in labelled_rows(["sentiment", "purchase_intent"]).rows
    )
    assert taught == {"positive": 6, "neutral": 2, None: 2}
    batch = Batch.objects.get(relabelling__isnull=False)
    assert batch.state == "draft"
    assert set(batch.items.values_list("review_id", flat=True)) == {reviews[3].pk, reviews[8].pk}
    assert list(batch.annotators.all()) == [cast.ann]
    relabelling_open(actor=cast.max, batch=batch)
    for taken in items_take(actor=cast.ann, batch=batch, count=5):
        answer(cast.ann, taken.pk, {"sentiment": "angry"})
    assert answers_by_choice("sentiment", 2)["angry"] == 2
    assert answers_by_choice("sentiment", 1) == {}
    assert AnswerBefore.objects.filter(why="relabelled", choice__key="negative").count() == 2
    assert Mention.objects.count() == 1  # nobody was asked for mentions again
    assert items_take(actor=cast.ann, batch=batch) == []


def test_an_answer_from_a_page_of_before_is_mapped_or_refused(cast: SimpleNamespace) -> None:
    for _ in range(2):
        factories.review(cast.lanting)
    batch = batch_create(
        actor=None, name="half done", frame=Frame([cast.lanting]), size=2, seed=1,
        wanted=Wanted(questions=["sentiment", "purchase_intent"]),
    )  # fmt: skip
    first, second = items_take(actor=cast.ann, batch=batch, count=2)
    label_set_change(actor=cast.max, question="purchase_intent", changes=[MERGE])
    label_set_change(actor=cast.max, question="sentiment", changes=[SPLIT])
    answer(cast.ann, first.pk, {"sentiment": "positive", "purchase_intent": "will_not"})
    assert answers_by_choice("purchase_intent", 2) == {"not_yet": 1}
    with pytest.raises(BadAnswer, match="negative") as refused:
        answer(cast.ann, second.pk, {"sentiment": "negative", "purchase_intent": "none"})
    assert refused.value.field == "sentiment"
    assert Annotation.objects.filter(item=second.item).count() == 0  # nothing half done


def test_a_file_with_old_keys_is_read_as_what_they_became(cast: SimpleNamespace) -> None:
    reviews = [factories.review(cast.lanting) for _ in range(2)]
    label_set_change(actor=None, question="purchase_intent", changes=[MERGE])
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    stored = labels_store(
        actor=None, annotator=cast.ann, source=AnnotationSource.FILE,
        labels=[
            GivenLabels(reviews[0].pk, {"purchase_intent": "considering"}),
            GivenLabels(reviews[1].pk, {"sentiment": "negative"}),
        ],
    )  # fmt: skip
    assert stored == 1
    assert answers_by_choice("purchase_intent", 2) == {"not_yet": 1}


def test_an_update_of_the_product_leaves_a_changed_set_alone(cast: SimpleNamespace) -> None:
    label_set_change(actor=None, question="sentiment", changes=[RENAME])
    questions_seed()
    now = Question.objects.get(key="sentiment", active=True)
    assert now.version == 2
    assert now.choices.get(key="positive").name_zh == "满意"


def test_an_answer_chosen_in_a_set_that_was_taken_back_goes_back_as_the_others_did(
    cast: SimpleNamespace,
) -> None:
    """Sealed for days in a page of version 2, sent when version 1 is asked again."""
    for _ in range(3):
        factories.review(cast.lanting)
    batch = batch_create(
        actor=None, name="half done", frame=Frame([cast.lanting]), size=3, seed=1,
        wanted=Wanted(questions=["sentiment", "purchase_intent"]),
    )  # fmt: skip
    items = items_take(actor=cast.ann, batch=batch, count=3)
    keeps_a_key = MERGE | {"into": MERGE["into"] | {"key": "will_not"}}  # type: ignore[operator]
    changes = [
        label_set_change(actor=None, question="sentiment", changes=[SPLIT]),
        label_set_change(actor=None, question="purchase_intent", changes=[keeps_a_key]),
    ]
    for change in changes:
        label_set_undo(actor=None, change=change)
    new = {"sentiment": 2, "purchase_intent": 2}
    answer(cast.ann, items[0].pk, {"sentiment": "angry", "purchase_intent": "want"}, sets=new)
    assert answers_by_choice("sentiment", 1) == {"negative": 1}
    merged = {"sentiment": "positive", "purchase_intent": "will_not"}
    with pytest.raises(BadAnswer, match="will_not"):  # or "considering": nobody can tell
        answer(cast.ann, items[1].pk, merged, sets=new)
    answer(cast.ann, items[1].pk, merged, sets={"purchase_intent": 1})
    assert answers_by_choice("purchase_intent", 1) == {"want": 1, "will_not": 1}
    with pytest.raises(BadAnswer, match="no such version"):
        answer(cast.ann, items[2].pk, merged, sets={"purchase_intent": 9})


def _file(cast: SimpleNamespace, tmp_path: Path, rows: list[dict[str, Any]]) -> LabelImport:
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in rows), "utf-8")
    found = label_import_start(
        actor=cast.max, file=SimpleUploadedFile("labels.jsonl", path.read_bytes()),
        format_key="jsonl", stores=[cast.lanting], options=Options(annotator="ann"), dry_run=False,
    )  # fmt: skip
    job = job_claim(job_id=label_import_job(found).pk, owner="test")
    assert job is not None
    label_import_run(JobContext(job))
    found.refresh_from_db()
    return found


def test_a_label_file_of_an_older_set_is_read_as_what_its_answers_became(
    cast: SimpleNamespace, tmp_path: Path
) -> None:
    reviews = label(cast, 4, people=0)
    label_set_change(actor=None, question="purchase_intent", changes=[MERGE])
    label_set_change(actor=None, question="sentiment", changes=[RENAME, SPLIT])
    gone = label_set_change(actor=None, question="sentiment", changes=[FRESH])
    label_set_undo(actor=None, change=gone)
    said = [
        {"sentiment": "positive", "purchase_intent": "will_not"},
        {"sentiment": "正面"},  # as it was called before
        {"sentiment": "negative"},  # split: nobody can tell
        {"sentiment": "positive"},  # chosen in a set that was taken back
    ]
    versions = [{"sentiment": 1, "purchase_intent": 1}, {}, {"sentiment": 1}, {"sentiment": 3}]
    found = _file(
        cast,
        tmp_path,
        [
            {"text": one.revisions.get().text, "answers": answers, "versions": of}
            for one, answers, of in zip(reviews, said, versions, strict=True)
        ],
    )
    assert answers_by_choice("sentiment", 2) == {"positive": 2}
    assert answers_by_choice("purchase_intent", 2) == {"not_yet": 1}
    told = found.problems.order_by("line").values_list("line", "reason", "refused")
    assert list(told) == [(3, "other_version", True), (4, "other_version", True)]


def test_a_file_may_give_anew_what_a_change_left_open(
    cast: SimpleNamespace, tmp_path: Path
) -> None:
    reviews = label(cast, 4, people=1)  # the last one is negative
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    text = reviews[3].revisions.get().text
    found = _file(cast, tmp_path, [{"text": text, "answers": {"sentiment": "angry"}}])
    assert found.counts["created"] == 1
    assert answers_by_choice("sentiment", 1) == {}
    assert answers_by_choice("sentiment", 2)["angry"] == 1
    assert AnswerBefore.objects.filter(why="relabelled", choice__key="negative").count() == 1


def test_audit_labels_of_a_day_wait_until_all_of_it_is_given_anew(cast: SimpleNamespace) -> None:
    """What is left of a day when one answer was split is no sample of that day."""
    reviews = label(cast, 5, people=0)
    Review.objects.update(created_at=timezone.now() - timedelta(days=2))
    batch = audit_batch()
    question = question_active("sentiment")
    for at, review in enumerate(reviews):
        item = batch.items.create(review=review, inclusion_probability=0.1)
        revision = review.revisions.get()
        item.assignments.create(
            annotator=cast.ann, revision=revision, state="answered", ended_at=timezone.now(),
            taken_at=timezone.now(), taken_until=timezone.now(),
        )  # fmt: skip
        items_recount(item_ids=[item.pk])
        Annotation.objects.create(
            revision=revision, question=question, item=item, annotator=cast.ann,
            choice=question.choices.get(key=SENTIMENTS[at]), source=AnnotationSource.PAGE,
        )  # fmt: skip
    assert len(audit_labels([cast.lanting]).labels) == 5
    label_set_change(actor=cast.max, question="sentiment", changes=[SPLIT | {"models": "angry"}])
    assert audit_labels([cast.lanting]).labels == []
    again = relabelling_open(actor=cast.max, batch=Batch.objects.get(relabelling__isnull=False))
    for taken in items_take(actor=cast.ann, batch=again, count=5):
        answer(cast.ann, taken.pk, {"sentiment": "let_down"})
    given = Counter(one.choices for one in audit_labels([cast.lanting]).labels)
    assert given == {("positive",): 3, ("neutral",): 1, ("let_down",): 1}
