from __future__ import annotations

from types import SimpleNamespace

import pytest

from modelops.errors import PromotionRefused, UnknownModel
from modelops.models import AnalysisWork
from modelops.selectors import champion, model_by_label
from modelops.services.analysis import analyse_until
from modelops.services.promotion import model_promote
from privacy.models import AuditEntry

from .conftest import Register, Store

pytestmark = pytest.mark.django_db


def test_a_candidate_that_lost_to_a_baseline_is_refused_with_figures(
    cast: SimpleNamespace, register: Register
) -> None:
    model = register(passed=False)
    with pytest.raises(PromotionRefused) as caught:
        model_promote(actor=cast.max, model=model)
    assert {reason["code"] for reason in caught.value.reasons} == {"lost"}
    first = caught.value.reasons[0]
    assert f"tiny-1 was not promoted: on {first['question']} ({first['language']}" in str(
        caught.value
    )
    assert f"{first['reference']:.3f} of the baseline {first['baseline']}" in str(caught.value)
    assert champion() is None


def test_a_candidate_without_any_comparison_is_refused(
    cast: SimpleNamespace, register: Register
) -> None:
    model = register()
    model.verdict = {"passed": False, "checks": []}
    model.save()
    with pytest.raises(PromotionRefused, match="compared with no baseline"):
        model_promote(actor=cast.max, model=model)


def test_a_champion_is_not_replaced_by_one_that_answers_less(
    cast: SimpleNamespace, register: Register
) -> None:
    register(state="champion")
    narrow = register()
    narrow.questions = ["sentiment"]
    narrow.save()
    with pytest.raises(PromotionRefused, match="does not answer product_demand"):
        model_promote(actor=cast.max, model=narrow)
    assert champion() == model_by_label("tiny-1")


def test_promoting_retires_the_champion_and_queues_every_current_review(
    cast: SimpleNamespace, register: Register, store_reviews: Store
) -> None:
    counted = store_reviews(["很好", "太差"])
    store_reviews(["此用户没有填写评价"], left_out="default_text")
    store_reviews(["bonjour"], language="fr")
    store_reviews(["不许"], purposes=["label"])
    first, second = register(), register()
    model_promote(actor=cast.max, model=first)
    work = AnalysisWork.objects.filter(model=first, state="todo")
    assert set(work.values_list("revision_id", flat=True)) == {r.pk for r in counted}
    model_promote(actor=cast.max, model=second)
    first.refresh_from_db()
    assert first.state == "retired"
    assert not AnalysisWork.objects.filter(model=first, state="todo").exists()
    assert AnalysisWork.objects.filter(model=second, state="todo").count() == 2
    trail = AuditEntry.objects.filter(action="model.promote").first()
    assert trail is not None
    assert (trail.actor_name, trail.object_id, trail.details["before"]) == (
        "max",
        "tiny-2",
        "tiny-1",
    )


def test_going_back_to_a_former_champion_keeps_its_answers(
    cast: SimpleNamespace, register: Register, store_reviews: Store
) -> None:
    store_reviews(["很好", "太差"])
    first, second = register(), register()
    model_promote(actor=cast.max, model=first)
    analyse_until(first, lambda totals: True)
    model_promote(actor=cast.max, model=second)
    model_promote(actor=cast.max, model=first)
    assert AnalysisWork.objects.filter(model=first, state="done").count() == 2
    assert not AnalysisWork.objects.filter(state="todo").exists()
    assert first.predictions.count() == 4


def test_force_passes_over_the_gate_and_leaves_a_trace(
    cast: SimpleNamespace, register: Register
) -> None:
    model_promote(actor=cast.max, model=register(passed=False), force=True)
    assert champion() == model_by_label("champion")
    trail = AuditEntry.objects.get(action="model.promote")
    assert trail.details["passed_over"][0]["code"] == "lost"


def test_an_unknown_model_is_told_with_what_there_is(register: Register) -> None:
    with pytest.raises(UnknownModel, match="No model was trained yet"):
        model_by_label("tiny-1")
    register()
    with pytest.raises(UnknownModel, match=r"There is no champion yet\. There are: tiny-1"):
        model_by_label("champion")
    with pytest.raises(UnknownModel, match=r"no model 'tiny-2'\. There are: tiny-1"):
        model_by_label("tiny-2")
    assert model_by_label("tiny-1").label == "tiny-1"
