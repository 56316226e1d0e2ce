"""Taking a change back, and what was decided before and since."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from accounts.models import User
from annotation.label_set_plan import BadChange
from annotation.models import (
    Adjudication,
    Annotation,
    AnnotationSource,
    AnswerBefore,
    Batch,
    GoldAnswer,
    Question,
)
from annotation.selectors.label_set_preview import preview, question_active
from annotation.services.assigning import items_take
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from annotation.services.relabelling import relabelling_open
from annotation.services.settling import Decision, answers_settle
from reviews.models import TextRevision
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


def test_after_undo_answers_given_since_go_back_where_one_choice_is_meant(
    cast: SimpleNamespace,
) -> None:
    reviews = label(cast, 4, people=1)
    rule = SPLIT | {"people": "angry"}
    change = label_set_change(actor=cast.max, question="sentiment", changes=[rule])
    new = Question.objects.get(key="sentiment", active=True)
    for review, key in ((reviews[0], "let_down"), (reviews[1], "positive")):
        Annotation.objects.create(
            revision=review.revisions.get(), question=new, choice=new.choices.get(key=key),
            annotator=cast.max, source=AnnotationSource.PAGE,
        )  # fmt: skip
    done = label_set_undo(actor=cast.max, change=change)
    assert done == {"restored": 4, "mapped": 2, "left": 0}
    assert answers_by_choice("sentiment", 1) == {"positive": 3, "neutral": 1, "negative": 2}
    with pytest.raises(BadChange, match="last change"):
        label_set_undo(actor=cast.max, change=change)


def test_settled_and_gold_answers_follow_and_come_back(cast: SimpleNamespace) -> None:
    """What leads decided about the old set holds in the new one, as far as it leads there."""
    reviews = label(cast, 8)
    lead = User.objects.create_user("lead")
    question = question_active("sentiment")
    revisions = TextRevision.objects.filter(review__in=reviews).order_by("pk")
    for at, revision in enumerate(revisions):
        choice = question.choices.get(key=("positive", "negative")[at % 2])
        said = {"revision": revision, "question": question, "choice": choice}
        Adjudication.objects.create(**said, decided_by=lead)
        GoldAnswer.objects.create(**said, set_by=lead)
    foreseen = preview(question, [RENAME, SPLIT])

    change = label_set_change(actor=lead, question="sentiment", changes=[RENAME, SPLIT])

    assert foreseen["decided"] == {"settled": 4, "settled_left": 4, "gold": 4, "gold_left": 4}
    assert change.counts["decided"] == foreseen["decided"]
    for model in (Adjudication, GoldAnswer):
        now = model.objects.filter(question__key="sentiment", question__active=True)
        assert set(now.values_list("choice__key", flat=True)) == {"positive"}
        assert now.count() == 4
        assert model.objects.filter(question=question).count() == 8
    new = question_active("sentiment")
    Adjudication.objects.create(
        revision=revisions[1], question=new, choice=new.choices.get(key="angry"), decided_by=lead
    )

    label_set_undo(actor=lead, change=change)

    back = Adjudication.objects.filter(question__active=True, replaced_at=None)
    assert Counter(back.values_list("choice__key", flat=True)) == {"positive": 4, "negative": 4}


def test_a_later_decision_outweighs_the_one_before_also_after_undo(cast: SimpleNamespace) -> None:
    [review, *_] = label(cast, 2)
    lead = User.objects.create_user("lead")
    revision, old = review.revisions.get(), question_active("sentiment")
    Adjudication.objects.create(
        revision=revision, question=old, choice=old.choices.get(key="positive"), decided_by=lead
    )
    change = label_set_change(actor=lead, question="sentiment", changes=[RENAME])
    lead.roles, lead.is_superuser = [], True
    lead.save()
    answers_settle(
        actor=lead, stores=[cast.lanting], revision_id=revision.pk,
        decisions={"sentiment": Decision("neutral")},
    )  # fmt: skip
    label_set_undo(actor=lead, change=change)
    now = Adjudication.objects.get(question__active=True, replaced_at=None)
    assert now.choice.key == "neutral"


def test_answers_that_cannot_go_back_are_given_anew_in_a_batch(cast: SimpleNamespace) -> None:
    """Of two choices that were merged nobody but the person can tell which is meant."""
    reviews = label(cast, 4, people=1)
    change = label_set_change(actor=cast.max, question="purchase_intent", changes=[MERGE])
    late = factories.review(cast.lanting)
    new = Question.objects.get(key="purchase_intent", active=True)
    Annotation.objects.create(
        revision=late.revisions.get(), question=new, choice=new.choices.get(key="not_yet"),
        annotator=cast.ann, source=AnnotationSource.PAGE,
    )  # fmt: skip

    done = label_set_undo(actor=cast.max, change=change)

    assert done == {"restored": len(reviews), "mapped": 0, "left": 1}
    batch = Batch.objects.get(relabelling__isnull=False)
    assert batch.state == "draft"
    assert list(batch.items.values_list("review_id", flat=True)) == [late.pk]
    relabelling_open(actor=cast.max, batch=batch)
    [taken] = items_take(actor=cast.ann, batch=batch, count=5)
    answer(cast.ann, taken.pk, {"purchase_intent": "considering"})
    assert answers_by_choice("purchase_intent", 1)["considering"] == 2
    assert answers_by_choice("purchase_intent", 2) == {}
    assert AnswerBefore.objects.get(why="relabelled").choice.key == "not_yet"
