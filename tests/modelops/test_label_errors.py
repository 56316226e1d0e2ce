"""Labels that look like mistakes: planted ones are found, and what a lead decided stays."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from annotation.models import Adjudication, Annotation, Choice, Question, Suspect
from annotation.selectors.settling import suspects_open
from annotation.services.suspects import suspects_store
from benchmarks.support.starter import plant, starter_set
from modelops.ml.label_errors import doubts
from modelops.ml.spec import Example
from modelops.selectors.labels import labelled_rows
from modelops.services.label_check import ranked_of
from modelops.splitting import near_identical
from taxonomy.questions import QUESTIONS

from .conftest import Store
from .test_labelled_rows import answer


def test_half_of_the_planted_mistakes_are_in_the_first_tenth_of_the_queue() -> None:
    rows = starter_set()
    groups = near_identical([row.text for row in rows])
    found = planted = 0
    for question in QUESTIONS:
        made = plant(rows, question.key, share=0.05, seed=2)
        queue = doubts(made.examples, made.question, groups)
        assert len(queue) == len(rows)
        shown = {one.at for one in queue[: len(queue) // 10] if one.is_likelier}
        found += len(made.wrong & shown)
        planted += len(made.wrong)
    # Drawn blindly it would be a tenth of them.
    assert found >= planted / 2


@pytest.mark.django_db
def test_the_queue_holds_the_mistake_and_not_what_a_lead_decided(
    cast: SimpleNamespace, store_reviews: Store
) -> None:
    good = [f"质量很好，非常满意，第{at}次买了，好用" for at in range(60)]
    bad = [f"太差了，失望，第{at}天就坏了，不好用" for at in range(60)]
    revisions = store_reviews([*good, *bad], products=40)
    for at, revision in enumerate(revisions):
        answer(revision, cast.ann, "positive" if at < 60 else "negative")
    wrong, decided = revisions[7], revisions[70]
    for revision, key in ((wrong, "negative"), (decided, "positive")):
        Annotation.objects.filter(revision=revision).update(
            choice=Choice.objects.get(question__key="sentiment", key=key)
        )
    sentiment = Question.objects.get(key="sentiment", active=True)
    Adjudication.objects.create(
        revision=decided,
        question=sentiment,
        choice=Choice.objects.get(question=sentiment, key="positive"),
        decided_by=cast.max,
    )
    rows = labelled_rows(["sentiment"]).rows
    # Each text on its own: they were written to be alike.
    ranked = ranked_of(rows, "sentiment", list(range(len(rows))))
    suspects_store(question="sentiment", found=ranked)
    queue = list(suspects_open([cast.lanting]))
    assert (queue[0].revision, queue[0].choice.key) == (wrong, "negative")
    assert queue[0].suggested.key == "positive"
    assert decided.pk not in {one.revision_id for one in queue}
    # A tenth would be twelve; what the model agrees with is none of its business.
    assert len(queue) < 12
    Suspect.objects.filter(pk=queue[0].pk).update(state="kept")
    suspects_store(question="sentiment", found=ranked)
    assert wrong.pk not in {one.revision_id for one in suspects_open([cast.lanting])}


def test_too_few_labels_make_no_queue() -> None:
    from modelops.ml.spec import QuestionSpec

    few = [Example(str(at), "好", "zh", {"sentiment": "positive"}) for at in range(20)]
    assert doubts(few, QuestionSpec("sentiment", ("positive", "negative")), range(20)) == []
