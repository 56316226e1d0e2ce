"""Hidden gold: what a lead settles, and what people answer there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from annotation.models import Assignment, AuditRate, Batch, BatchItem, GoldAnswer, SamplingDesign
from annotation.selectors.assignments import gold_free
from annotation.selectors.blindness import is_blind
from annotation.selectors.gold import gold_pairs
from annotation.selectors.labelling import batches_listed, shown
from annotation.selectors.progress import progress
from annotation.services.answering import Given, answer_save, item_skip
from annotation.services.assigning import items_take
from annotation.services.audit import audit_batch
from annotation.services.counting import items_recount
from annotation.services.gold import BadGold, gold_remove, gold_set
from annotation.services.labels import GivenMention
from annotation.services.questions import questions_seed
from annotation.views.label_json import item_json
from reviews.signals import revisions_replaced
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


def test_gold_is_handed_out_at_about_the_rate_and_once_to_each(cast: SimpleNamespace) -> None:
    batch = batch_with([gold_review(cast) for _ in range(30)], rate=0.2)
    for _ in range(60):
        BatchItem.objects.create(batch=batch, review=factories.review(cast.lanting))
    orders = {}
    for person in (cast.ann, cast.max):
        seen: list[int] = []
        while taken := items_take(actor=person, batch=batch):
            [one] = taken
            Assignment.objects.filter(pk=one.pk).update(state="answered", ended_at=one.taken_at)
            items_recount(item_ids=[one.item_id])
            seen.append(one.item_id)
            if len(seen) == 30:
                break
        orders[person] = seen
        assert len(seen) == len(set(seen)) == 30
    gold = set(batch.items.filter(is_gold=True).values_list("pk", flat=True))
    places = {
        person: [at for at, pk in enumerate(seen) if pk in gold] for person, seen in orders.items()
    }
    # A rate of .2 over 60: 12, give or take five standard errors.
    assert 0 < sum(map(len, places.values())) < 28
    assert places[cast.ann] != places[cast.max]
    plain = Assignment.objects.filter(item__is_gold=False).count()
    assert progress([batch], [cast.lanting])[batch.pk]["ended"] == plain
    assert progress([batch], [cast.lanting])[batch.pk]["wanted"] == 60


def test_what_is_left_falls_by_one_with_every_answer(cast: SimpleNamespace) -> None:
    batch = batch_with([gold_review(cast) for _ in range(4)], rate=0.4)
    for _ in range(8):
        BatchItem.objects.create(batch=batch, review=factories.review(cast.lanting))
    left, ended = [], []
    while True:
        [listed] = batches_listed(cast.ann)
        left.append(listed.left)
        ended.append(listed.ended)
        assert listed.ended <= listed.wanted
        taken = items_take(actor=cast.ann, batch=batch)
        if not taken:
            break
        given = Given({"sentiment": "negative", "purchase_intent": "none"}, client_ms=1)
        answer_save(actor=cast.ann, assignment_id=taken[0].pk, given=given, redact=str)
    assert left == list(range(left[0], -1, -1))
    assert ended == list(range(left[0] + 1))
    assert left[0] >= 8
    assert BatchItem.objects.filter(is_gold=False, ended=1).count() == 8


def test_gold_looks_like_any_other_review(cast: SimpleNamespace, client: Any) -> None:
    review = gold_review(cast)
    batch = batch_with([review])
    other = BatchItem.objects.create(batch=batch, review=factories.review(cast.lanting))
    taken = [
        Assignment.objects.create(
            item=item,
            annotator=cast.ann,
            revision=item.review.revisions.get(is_current=True),
            taken_at="2026-03-10T00:00Z",
            taken_until="2126-03-10T00:00Z",
        )
        for item in (batch.items.get(is_gold=True), other)
    ]
    one, plain = (item_json(found) for found in shown(taken))
    different = {key for key in one if one[key] != plain[key]}
    assert one.keys() == plain.keys()
    assert different == {"id", "revision", "text"}


def test_nobody_sees_what_others_answered_about_gold_that_they_may_still_get(
    cast: SimpleNamespace,
) -> None:
    review = gold_review(cast)
    item = batch_with([review]).items.get()
    taken = Assignment.objects.create(
        item=item,
        annotator=cast.max,
        revision=review.revisions.get(is_current=True),
        taken_at="2026-03-10T00:00Z",
        taken_until="2126-03-10T00:00Z",
    )
    given = Given({"sentiment": "negative", "purchase_intent": "none"}, client_ms=1)
    answer_save(actor=cast.max, assignment_id=taken.pk, given=given, redact=str)
    assert is_blind(cast.ann, review)
    Batch.objects.update(state="closed")
    assert not is_blind(cast.ann, review)


def test_gold_that_is_taken_back_is_given_to_nobody_else(cast: SimpleNamespace) -> None:
    review = gold_review(cast)
    batch = batch_with([review])
    now = timezone.now()
    assert gold_free(cast.ann, batch, now).count() == 1
    gold_remove(actor=cast.max, review=review)
    assert gold_free(cast.ann, batch, now).count() == 0


def test_gold_goes_along_when_its_text_is_redacted_anew(cast: SimpleNamespace) -> None:
    review = gold_review(cast)
    spans = [GivenMention(8, 13, "issue", "product"), GivenMention(15, 30, "improve", "product")]
    gold_set(actor=cast.max, review=review, answers={}, mentions=spans)
    before = review.revisions.get(is_current=True)
    # "the lid" became a placeholder that is one code point longer.
    new = factories.revise(review, "[NAME_1] leaks, make it tighter")
    new.offset_map = [[0, 7, 0, 8]]
    new.save()
    revisions_replaced.send(sender=None, pairs=[(before.pk, new.pk)])
    gold = GoldAnswer.objects.get()
    assert gold.revision == new
    texts = [new.text[one["start"] : one["end"]] for one in gold.mentions]
    assert texts == ["leaks", "make it tighter"]
