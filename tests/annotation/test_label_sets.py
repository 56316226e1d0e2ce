"""Changing the choices of a question while a project runs: what is foretold is what happens."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from analytics.selectors.indices import index_rows
from analytics.services import rollups_refresh
from annotation.label_set_plan import BadChange
from annotation.models import (
    Adjudication,
    Annotation,
    AnnotationSource,
    AnswerBefore,
    AuditRate,
    Batch,
    Choice,
    GoldAnswer,
    LabelSetChange,
    Mention,
    Question,
)
from annotation.selectors.label_set_preview import preview, question_active
from annotation.services.answering import BadAnswer, Given, answer_save
from annotation.services.assigning import items_take
from annotation.services.batches import Frame, Wanted, batch_create
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from annotation.services.labels import GivenLabels, labels_store
from annotation.services.questions import questions_seed
from annotation.services.relabelling import relabelling_open
from modelops.labelled import LabelledRow
from modelops.models import Prediction, Snapshot
from modelops.selectors.labels import labelled_rows
from modelops.services.snapshots import snapshot_from_annotations
from privacy.models import AuditEntry
from reviews.models import Review, Source, TextRevision
from tests.analytics import factories

pytestmark = pytest.mark.django_db

RENAME = {"op": "rename", "choice": "positive", "name_en": "pleased", "name_zh": "满意"}
MERGE = {
    "op": "merge",
    "choices": ["considering", "will_not"],
    "into": {"key": "not_yet", "name_en": "not yet", "name_zh": "暂不购买", "polarity": -1},
}
SPLIT = {
    "op": "split",
    "choice": "negative",
    "into": [
        {"key": "let_down", "name_en": "let down", "name_zh": "失望", "polarity": -1},
        {"key": "angry", "name_en": "angry", "name_zh": "愤怒", "polarity": -1},
    ],
}
SENTIMENTS = ("positive", "positive", "neutral", "negative", "positive")
INTENTS = ("none", "want", "considering", "will_not")


@pytest.fixture(autouse=True)
def seeded(db: None) -> None:
    """The audit sample would take some of the reviews away."""
    AuditRate.objects.update(rate=0)
    questions_seed()


def label(cast: SimpleNamespace, n: int, people: int = 2) -> list[Review]:
    """`n` reviews, each with an answer to both questions by `people` people."""
    model = factories.model_version("small")
    source, _ = Source.objects.get_or_create(store=cast.lanting, key="file")
    reviews = Review.objects.bulk_create(
        Review(
            store=cast.lanting, source=source, external_id=f"bulk {at}", language="en",
            posted_at=factories.moment("2026-03-10"), content_hash=f"{at:064d}",
        )
        for at in range(n)
    )  # fmt: skip
    revisions = TextRevision.objects.bulk_create(
        TextRevision(
            review=one, number=1, text=f"text {at}", text_hash=f"{at}", redactor_version="1"
        )
        for at, one in enumerate(reviews)
    )
    choices = {
        (one.question.key, one.key): one
        for one in Choice.objects.filter(question__active=True)
        .order_by("order")
        .select_related("question")
    }
    rows, said = [], []
    for number, revision in enumerate(revisions):
        picked = {
            "sentiment": choices["sentiment", SENTIMENTS[number % len(SENTIMENTS)]],
            "purchase_intent": choices["purchase_intent", INTENTS[number % len(INTENTS)]],
        }
        for choice in picked.values():
            for person in (cast.ann, cast.max)[:people]:
                rows.append(
                    Annotation(
                        revision=revision, question=choice.question, choice=choice,
                        annotator=person, source=AnnotationSource.PAGE,
                    )
                )  # fmt: skip
            order = [key for question, key in choices if question == choice.question.key]
            said.append(
                Prediction(
                    revision=revision, question=choice.question, model=model, choice=choice,
                    probabilities=_shares(order, choice.key, number),
                )
            )  # fmt: skip
    Annotation.objects.bulk_create(rows)
    Prediction.objects.bulk_create(said)
    return reviews


def _shares(order: list[str], key: str, number: int) -> list[float]:
    """Sure, or so unsure that two others together outweigh the answer."""
    mine = 0.9 if number % 3 else 0.3
    rest = (1 - mine) / (len(order) - 1)
    return [mine if one == key else rest for one in order]


def answers_by_choice(question: str, version: int) -> Counter[str]:
    return Counter(
        Annotation.objects.filter(question__key=question, question__version=version).values_list(
            "choice__key", flat=True
        )
    )


def test_a_thousand_answers_go_where_the_preview_says(cast: SimpleNamespace) -> None:
    """1,000 answers to each question: renamed, merged and split. Snapshots stay, to the hash."""
    label(cast, 500)
    snapshot = snapshot_from_annotations(actor=None, questions=["sentiment", "purchase_intent"])
    frozen = _frozen(snapshot)
    written = Counter(
        Annotation.objects.values_list("annotator", "revision", "question__key", "choice__key")
    )
    foretold: dict[str, dict[str, Any]] = {}
    for question, change in (
        ("sentiment", [RENAME, SPLIT]),
        ("purchase_intent", [MERGE]),
    ):
        foretold[question] = preview(question_active(question), change)
        assert foretold[question]["totals"]["answers"] == 1000
        made = label_set_change(actor=cast.max, question=question, changes=change)
        assert made.counts == foretold[question]
    # People's answers, choice by choice.
    assert foretold["sentiment"]["totals"] == {"answers": 1000, "carried": 800, "relabel": 200}
    for question, seen in foretold.items():
        after = answers_by_choice(question, 2)
        assert {one["key"]: one["answers"] for one in seen["after"]} == {
            one["key"]: after[one["key"]] for one in seen["after"]
        }
        assert sum(after.values()) == seen["totals"]["carried"]
    assert answers_by_choice("sentiment", 1) == {"negative": 200}
    assert answers_by_choice("purchase_intent", 2)["not_yet"] == 500
    # What models said: carried where every answer leads somewhere, else not at all.
    told = foretold["purchase_intent"]["models"]["versions"][0]
    stored = Counter(
        Prediction.objects.filter(question__key="purchase_intent", question__version=2).values_list(
            "choice__key", flat=True
        )
    )
    moved: Counter[str] = Counter()
    for _old, new, n in told["moves"]:
        moved[new] += n
    assert stored == moved
    assert sum(stored.values()) == 500
    assert any(old == "none" and new == "not_yet" for old, new, _n in told["moves"])
    assert not Prediction.objects.filter(question__key="sentiment", question__version=2).exists()
    # Every answer is kept as it was written, once: where it stands, or beside what it became.
    now = Counter(
        Annotation.objects.filter(question__version=1).values_list(
            "annotator", "revision", "question__key", "choice__key"
        )
    )
    kept = Counter(
        AnswerBefore.objects.values_list("annotator", "revision", "question__key", "choice__key")
    )
    assert now + kept == written
    assert _frozen(snapshot) == frozen
    assert AuditEntry.objects.filter(action="label_set.change", actor=cast.max).count() == 2
    # And all the way back.
    for change in LabelSetChange.objects.order_by("-pk"):
        label_set_undo(actor=cast.max, change=change)
    assert written == Counter(
        Annotation.objects.values_list("annotator", "revision", "question__key", "choice__key")
    )
    assert set(Question.objects.filter(active=True).values_list("version", flat=True)) == {1}


def _frozen(snapshot: Snapshot) -> list[Any]:
    rows = [
        LabelledRow(
            text=one.text, language=one.language, answers=one.answers, split=one.split,
            mentions=None if one.mentions is None else tuple(map(tuple, one.mentions)),
        ).row_hash
        for one in snapshot.items.order_by("pk")
    ]  # fmt: skip
    return [Snapshot.objects.get(pk=snapshot.pk).content_hash, rows]


def test_figures_go_on_over_a_merge(cast: SimpleNamespace) -> None:
    model = factories.model_version("small")
    for answer in ("want", "considering", "considering", "will_not"):
        factories.answered(model, cast.lanting, purchase_intent=answer)
    rollups_refresh()
    before = index_rows("purchase_intent", "all", stores=[cast.lanting])[0]
    seen = preview(question_active("purchase_intent"), [MERGE])
    label_set_change(actor=cast.max, question="purchase_intent", changes=[MERGE])
    at_once = index_rows("purchase_intent", "all", stores=[cast.lanting])[0]
    rollups_refresh()
    after = index_rows("purchase_intent", "all", stores=[cast.lanting])[0]
    assert before.counts == {"want": 1, "considering": 2, "will_not": 1, "none": 0}
    assert after.counts == at_once.counts == {"want": 1, "not_yet": 3, "none": 0}
    told = seen["models"]["versions"][0]["index"]
    assert (told["before"]["value"], told["after"]["value"]) == (0, -0.5)


def test_a_new_polarity_moves_the_index_and_nothing_else(cast: SimpleNamespace) -> None:
    label(cast, 20)
    change = [{"op": "polarity", "choice": "neutral", "polarity": -1}]
    seen = preview(question_active("sentiment"), change)
    assert seen["index"]["before"]["value"] == pytest.approx((24 - 8) / 40)
    assert seen["index"]["after"]["value"] == pytest.approx((24 - 16) / 40)
    label_set_change(actor=None, question="sentiment", changes=change)
    assert answers_by_choice("sentiment", 2) == {"positive": 24, "neutral": 8, "negative": 8}
    assert Choice.objects.get(question__version=1, key="neutral").polarity == 0


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
        _answer(cast.ann, taken.pk, {"sentiment": "angry"})
    assert answers_by_choice("sentiment", 2)["angry"] == 2
    assert answers_by_choice("sentiment", 1) == {}
    assert AnswerBefore.objects.filter(why="relabelled", choice__key="negative").count() == 2
    assert Mention.objects.count() == 1  # nobody was asked for mentions again
    assert items_take(actor=cast.ann, batch=batch) == []


def _answer(person: User, assignment: int, answers: dict[str, str], ms: int = 1) -> None:
    answer_save(
        actor=person, assignment_id=assignment, given=Given(answers, client_ms=ms),
        redact=lambda text: text,
    )  # fmt: skip


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
    _answer(cast.ann, first.pk, {"sentiment": "positive", "purchase_intent": "will_not"})
    assert answers_by_choice("purchase_intent", 2) == {"not_yet": 1}
    with pytest.raises(BadAnswer, match="negative") as refused:
        _answer(cast.ann, second.pk, {"sentiment": "negative", "purchase_intent": "none"})
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


def test_numbers_that_moved_since_the_look_stop_the_change(cast: SimpleNamespace) -> None:
    label(cast, 5)
    seen = preview(question_active("sentiment"), [RENAME])
    Annotation.objects.filter(question__key="sentiment").first().delete()
    with pytest.raises(BadChange, match="numbers have changed"):
        label_set_change(
            actor=None, question="sentiment", changes=[RENAME], expect=seen["fingerprint"]
        )
    assert Question.objects.filter(key="sentiment").count() == 1


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


BAD: list[tuple[str, list[Any], str]] = [
    ("sentiment", [], "empty"),
    ("sentiment", [{"op": "melt"}], "op"),
    ("sentiment", ["add"], "op"),
    ("sentiment", [RENAME | {"colour": "red"}], "colour"),
    ("sentiment", [RENAME | {"choice": "joy"}], "joy"),
    ("sentiment", [{"op": "rename", "choice": "positive"}], "name_en"),
    ("sentiment", [{"op": "polarity", "choice": "positive", "polarity": 1}], "already"),
    ("sentiment", [{"op": "polarity", "choice": "positive", "polarity": True}], "polarity"),
    ("sentiment", [MERGE | {"choices": ["positive"]}], "two"),
    ("sentiment", [SPLIT | {"into": SPLIT["into"][:1]}], "two"),  # type: ignore[index]
    ("sentiment", [MERGE | {"choices": [{}, []]}], "two"),
    ("sentiment", [RENAME | {"choice": {}}], "no choice"),
    ("sentiment", [RENAME | {"name_en": "\ud800"}], "characters"),
    ("sentiment", [SPLIT | {"people": "positive"}], "people"),
    ("sentiment", [SPLIT, RENAME | {"choice": "negative"}], "twice"),
    ("sentiment", [{"op": "add", "key": "Über", "name_en": "a", "name_zh": "a"}], "key"),
    ("sentiment", [{"op": "add", "key": "neutral", "name_en": "a", "name_zh": "a"}], "neutral"),
    ("sentiment", [RENAME | {"name_en": "NEUTRAL"}], "same"),
    (
        "sentiment",
        [{"op": "retire", "choice": "neutral"}, {"op": "retire", "choice": "negative"}],
        "leave 1",
    ),
    ("purchase_intent", [{"op": "retire", "choice": "none"}], "none"),
    ("product_demand", [{"op": "retire", "choice": "keep"}], "follows from the kinds"),
]


@pytest.mark.parametrize(("question", "changes", "told"), BAD)
def test_what_cannot_be_is_refused_in_plain_words(
    question: str, changes: list[Any], told: str
) -> None:
    with pytest.raises(BadChange, match=told):
        label_set_change(actor=None, question=question, changes=changes)
    assert Question.objects.filter(key=question).count() == 1


def test_a_key_never_gets_another_meaning(cast: SimpleNamespace) -> None:
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    back = {"op": "add", "key": "negative", "name_en": "bad", "name_zh": "差", "polarity": -1}
    with pytest.raises(BadChange, match="another key"):
        label_set_change(actor=None, question="sentiment", changes=[back])


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
