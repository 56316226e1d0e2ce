"""Hidden gold: what a lead settles, and what people answer there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import Assignment, AuditRate, Batch, BatchItem, GoldAnswer, SamplingDesign
from annotation.selectors.gold import gold_pairs
from annotation.services.answering import Given, answer_save, item_skip
from annotation.services.audit import audit_batch
from annotation.services.gold import BadGold, gold_remove, gold_set
from annotation.services.labels import GivenMention
from annotation.services.questions import questions_seed
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_by_itself(db: None) -> None:
    """The audit sample would take some of the reviews away."""
    AuditRate.objects.update(rate=0)


def gold_review(cast: SimpleNamespace, **answers: str) -> Any:
    questions_seed()
    review = factories.review(cast.lanting)
    shop.write(review, "the lid leaks, make it tighter")
    gold_set(actor=cast.max, review=review, answers=answers or {"sentiment": "negative"})
    return review


def batch_with(gold: list[Any], plain: int = 0, rate: float = 0.5, **fields: Any) -> Batch:
    batch = Batch.objects.create(
        **{
            "name": "may",
            "design": SamplingDesign.UNIFORM,
            "state": "open",
            "gold_rate": rate,
            **fields,
        }
    )
    for review in gold:
        BatchItem.objects.create(batch=batch, review=review, is_gold=True)
    return batch


def test_what_people_answered_stands_beside_what_is_right(cast: SimpleNamespace) -> None:
    review = gold_review(cast, sentiment="negative", purchase_intent="none")
    batch = batch_with([review])
    item = batch.items.get()
    revision = review.revisions.get(is_current=True)
    for person, sentiment in ((cast.ann, "negative"), (cast.max, "neutral")):
        taken = Assignment.objects.create(
            item=item,
            annotator=person,
            revision=revision,
            taken_at="2026-03-10T00:00Z",
            taken_until="2126-03-10T00:00Z",
        )
        answer_save(
            actor=person,
            assignment_id=taken.pk,
            given=Given({"sentiment": sentiment, "purchase_intent": "want"}, client_ms=1),
            redact=str,
        )
    found = {
        (who, question, gold, given) for who, question, gold, given, _ in gold_pairs([cast.lanting])
    }
    assert found == {
        (cast.ann.pk, "sentiment", "negative", "negative"),
        (cast.ann.pk, "purchase_intent", "none", "want"),
        (cast.max.pk, "sentiment", "negative", "neutral"),
        (cast.max.pk, "purchase_intent", "none", "want"),
    }
    ended = Assignment.objects.get(annotator=cast.ann).ended_at
    [first, *_] = gold_pairs([cast.lanting], annotator_id=cast.ann.pk, batch=batch)
    assert first.ended_at == ended
    assert list(gold_pairs([cast.lanting], until=ended)) == []
    assert list(gold_pairs([cast.northway])) == []
    taken = Assignment.objects.get(annotator=cast.ann)
    skipped = Given({}, client_ms=2)
    item_skip(actor=cast.ann, assignment_id=taken.pk, reason="spam", given=skipped)
    assert {pair.annotator_id for pair in gold_pairs([cast.lanting])} == {cast.max.pk}
    factories.revise(review, "the shopper wrote something else")
    assert list(gold_pairs([cast.lanting], annotator_id=cast.ann.pk)) == []


def test_gold_is_set_by_leads_on_reviews_that_may_be_labelled(cast: SimpleNamespace) -> None:
    review = gold_review(cast)
    spans = [GivenMention(15, 30, "improve", "product")]
    gold_set(actor=cast.max, review=review, answers={"sentiment": "negative"}, mentions=spans)
    demand = GoldAnswer.objects.get(question__key="product_demand")
    assert (demand.choice.key, demand.mentions[0]["end"]) == ("improve", 30)
    audited, elsewhere = factories.review(cast.lanting), factories.review(cast.lanting)
    BatchItem.objects.create(batch=audit_batch(), review=audited)
    elsewhere.purposes = ["analyse"]
    elsewhere.save()
    good = {"sentiment": "negative"}
    bad: list[tuple[str, dict[str, Any]]] = [
        ("review", {"review": audited}),
        ("review", {"review": elsewhere}),
        ("answers", {"answers": {}}),
        ("answers", {"answers": {"mood": "fine"}}),
        ("sentiment", {"answers": {"sentiment": "fine"}}),
        ("mentions", {"mentions": [GivenMention(0, 99, "improve", "product")]}),
        ("note", {"note": "x" * 1001}),
    ]
    for field, change in bad:
        with pytest.raises(BadGold) as refused:
            gold_set(**{"actor": cast.max, "review": review, "answers": good, **change})
        assert refused.value.field == field
    for person in (cast.ann, cast.mia):
        with pytest.raises(PermissionError):
            gold_set(actor=person, review=review, answers=good)
    assert gold_remove(actor=cast.max, review=review) == 2
