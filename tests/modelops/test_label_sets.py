"""Models trained before the choices of a question changed."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Question
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from annotation.services.questions import questions_seed
from modelops.errors import BadTrainingRequest, PromotionRefused, UnknownQuestion
from modelops.ml.spec import Example
from modelops.models import AnalysisWork, Prediction
from modelops.selectors.questions import questions_active
from modelops.services import ledger
from modelops.services.analysis import analyse_batch
from modelops.services.evaluation import examples_score
from modelops.services.predicting import lines_predict
from modelops.services.promotion import model_promote
from modelops.services.training import training_start
from modelops.services.translating import model_now, translation_for
from tests.modelops.ml import tiny

from .conftest import Register, Store

pytestmark = pytest.mark.django_db

MERGE = {
    "op": "merge",
    "choices": ["neutral", "negative"],
    "into": {"key": "rest", "name_en": "the rest", "name_zh": "其余", "polarity": -1},
}
SPLIT = {
    "op": "split",
    "choice": "negative",
    "into": [
        {"key": "let_down", "name_en": "let down", "name_zh": "失望", "polarity": -1},
        {"key": "angry", "name_en": "angry", "name_zh": "愤怒", "polarity": -1},
    ],
}


@pytest.fixture(autouse=True)
def seeded(db: None) -> None:
    questions_seed()


def version(key: str) -> Question:
    return Question.objects.get(key=key, active=True)


def test_an_older_model_answers_in_merged_choices(register: Register, store_reviews: Store) -> None:
    model = register(state="champion")
    texts = [example.text for example in tiny.reviews(12, 5)]
    revisions = store_reviews(texts)
    ledger.work_add(model=model, revisions=ledger.revisions_to_analyse(model))
    analyse_batch(model, 6)
    label_set_change(actor=None, question="sentiment", changes=[MERGE])
    while analyse_batch(model).done:
        pass
    rows = Prediction.objects.filter(question=version("sentiment")).select_related("choice")
    assert {row.revision_id for row in rows} == {one.pk for one in revisions}
    said = dict(zip((one.pk for one in revisions), model_now(model).predict(texts), strict=True))
    for row in rows:  # carried over, or answered since: the same either way
        answer = said[row.revision_id].answers["sentiment"]
        assert row.choice.key == answer.label
        assert row.probabilities == pytest.approx(list(answer.probabilities.values()), abs=1e-4)
        assert sum(row.probabilities) == pytest.approx(1)
    assert set(rows.values_list("choice__key", flat=True)) == {"positive", "rest"}
    # Labels of before are read as what they became, so that a score says something.
    examples = [Example("1", "很好", "zh", {"sentiment": "negative"})]
    assert examples_score(model=model, questions=["sentiment"], examples=examples)["sentiment"]["n"]


def test_a_split_question_is_passed_by_and_the_others_go_on(
    register: Register, store_reviews: Store
) -> None:
    model = register(state="champion")
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    store_reviews(["很好喜欢", "坏了退货"])
    ledger.work_add(model=model, revisions=ledger.revisions_to_analyse(model))
    assert analyse_batch(model).done == 2
    answered = Prediction.objects.filter(model=model).values_list("question__key", flat=True)
    assert list(answered) == ["product_demand"] * 2
    line = [json.dumps({"id": 1, "text": "很好"}).encode()]
    with pytest.raises(UnknownQuestion, match="negative"):
        list(lines_predict(model=model, lines=line))
    [said] = model_now(model).predict(["很好"])
    assert set(said.answers) == {"product_demand"}


def test_the_page_of_the_champion_says_what_it_cannot_answer(
    register: Register, cast: SimpleNamespace, client: Client
) -> None:
    model = register(state="champion")
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    client.force_login(cast.max)
    for name, arguments in (("model", [model.pk]), ("label-sets", [])):
        assert (
            "no longer asked for (negative)"
            in client.get(reverse(name, args=arguments)).content.decode()
        )


def test_after_undo_the_champion_answers_what_came_in_meanwhile(
    register: Register, store_reviews: Store
) -> None:
    model = register(state="champion")
    change = label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    store_reviews(["很好喜欢"])
    ledger.work_add(model=model, revisions=ledger.revisions_to_analyse(model))
    analyse_batch(model)
    label_set_undo(actor=None, change=change)
    assert AnalysisWork.objects.get().state == "todo"
    analyse_batch(model)
    assert Prediction.objects.filter(question=version("sentiment")).count() == 1


def test_a_rule_for_models_keeps_the_question_answered(register: Register) -> None:
    model = register()
    label_set_change(actor=None, question="sentiment", changes=[SPLIT | {"models": "angry"}])
    found = model_now(model)
    assert found.translation.lost == {}
    assert found.translation.moved["sentiment"]["negative"] == "angry"


def test_the_way_leads_over_several_changes(register: Register) -> None:
    trained = [one for one in model_now(register()).inner.questions if one.key == "sentiment"]
    label_set_change(actor=None, question="sentiment", changes=[MERGE])
    again = {
        "op": "merge",
        "choices": ["rest", "positive"],
        "into": {"key": "any", "name_en": "any", "name_zh": "任何", "polarity": 0},
    }
    fresh = {"op": "add", "key": "no", "name_en": "no", "name_zh": "无", "polarity": 0}
    label_set_change(actor=None, question="sentiment", changes=[again, fresh])
    moved = translation_for(trained).moved["sentiment"]
    assert moved == {"positive": "any", "neutral": "any", "negative": "any"}


def test_a_model_of_the_old_set_is_not_promoted_and_its_snapshot_not_learned_from(
    register: Register,
) -> None:
    model = register()
    label_set_change(actor=None, question="sentiment", changes=[SPLIT])
    with pytest.raises(PromotionRefused, match="no longer asked for"):
        model_promote(actor=None, model=model)
    rule = {"op": "retire", "choice": "positive", "people": "neutral"}
    label_set_change(actor=None, question="sentiment", changes=[rule])
    with pytest.raises(BadTrainingRequest, match="positive"):
        training_start(actor=None, snapshot=model.run.snapshot, questions=["sentiment"])
    assert len(questions_active()) == 3
