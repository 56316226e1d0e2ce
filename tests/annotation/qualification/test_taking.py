"""A test before real work: made from gold, taken on the labelling page, kept apart from labels."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.urls import reverse

from annotation.frames import BadBatch
from annotation.models import (
    Annotation,
    Batch,
    BatchItem,
    Mention,
    QualificationAnswer,
    QualificationAttempt,
    SamplingDesign,
)
from annotation.selectors.assignments import batches_open
from annotation.selectors.gold import gold_pairs
from annotation.selectors.labelling import batches_listed
from annotation.selectors.progress import progress
from annotation.selectors.qualification import tests_seen as seen_by
from annotation.services.answering import BadAnswer, Given, item_skip
from annotation.services.assigning import items_take
from annotation.services.qualifying import (
    NoAttempt,
    QualificationWanted,
    attempt_begin,
    batch_guard,
    qualification_create,
)
from modelops.selectors.labels import labelled_rows
from tests import shop
from tests.analytics import factories
from tests.annotation.qualification.doing import answer, attempt, made_test, signed_in, work

pytestmark = pytest.mark.django_db


def test_a_batch_is_closed_until_its_test_is_passed(cast: SimpleNamespace) -> None:
    batch, test = work(cast), made_test(cast)
    batch_guard(actor=cast.max, batch=batch, tests=[test.qualification])
    assert list(batches_open(cast.ann)) == []
    assert items_take(actor=cast.ann, batch=batch) == []
    [seen] = seen_by(cast.ann)
    assert (seen.opens, seen.left, seen.passed) == ([batch], 2, None)
    attempt_begin(actor=cast.ann, test=test.qualification)
    assert [one.name for one in batches_listed(cast.ann)] == []
    ended = attempt(cast.ann, test, "negative", "negative")
    assert (ended.right, ended.asked, ended.passed) == (2, 2, True)
    assert batch in batches_open(cast.ann)
    assert len(items_take(actor=cast.ann, batch=batch)) == 1
    with pytest.raises(NoAttempt, match="passed it already"):
        attempt_begin(actor=cast.ann, test=test.qualification)


def test_a_test_can_guard_every_batch_of_its_stores(cast: SimpleNamespace) -> None:
    batch = work(cast)
    made_test(cast, guards_all=True)
    assert items_take(actor=cast.ann, batch=batch) == []
    assert batch in batches_open(cast.max), "who sets what is right needs no test"
    Batch.objects.filter(design="test").update(state="closed")
    assert batch in batches_open(cast.ann), "a closed test could be passed by nobody"


def test_who_fails_tries_again_with_other_reviews_as_often_as_allowed(
    cast: SimpleNamespace,
) -> None:
    test = made_test(cast)
    first = attempt(cast.ann, test, "negative", "positive")
    assert (first.right, first.asked, first.passed) == (1, 2, False)
    second = attempt(cast.ann, test, "positive", "negative")
    assert second.number == 2
    assert not set(first.items) & set(second.items)
    with pytest.raises(NoAttempt, match="used all attempts"):
        attempt_begin(actor=cast.ann, test=test.qualification)


def test_a_skipped_review_is_wrong_and_an_ended_attempt_stays_as_it_is(
    cast: SimpleNamespace,
) -> None:
    test = made_test(cast)
    attempt_begin(actor=cast.ann, test=test.qualification)
    one, other = items_take(actor=cast.ann, batch=test, count=5)
    answer(cast.ann, one, "positive")
    answer(cast.ann, one, "negative", at=2)
    item_skip(actor=cast.ann, assignment_id=other.pk, reason="other", given=Given({}, client_ms=1))
    ended = QualificationAttempt.objects.get()
    assert (ended.right, ended.asked, ended.passed) == (1, 2, False)
    with pytest.raises(BadAnswer, match="over"):
        answer(cast.ann, one, "neutral", at=3)
    given = dict(QualificationAnswer.objects.values_list("item", "choice__key"))
    assert given == {one.item_id: "negative", other.item_id: None}


def test_its_answers_are_no_labels_and_no_progress(cast: SimpleNamespace) -> None:
    test = made_test(cast)
    attempt(cast.ann, test, "negative", "positive")
    assert QualificationAnswer.objects.count() == 2
    assert not Annotation.objects.exists()
    assert not Mention.objects.exists()
    assert labelled_rows(["sentiment"]).rows == []
    assert list(gold_pairs([cast.lanting])) == []
    assert progress([test], [cast.lanting])[test.pk]["wanted"] == 0


def test_hidden_gold_is_never_learned_from(cast: SimpleNamespace) -> None:
    review = factories.review(cast.lanting)
    revision = shop.write(review, "the lid leaks")
    batch = Batch.objects.create(
        name="may", design=SamplingDesign.UNIFORM, state="open", questions=["sentiment"]
    )
    item = BatchItem.objects.create(batch=batch, review=review)
    taken = items_take(actor=cast.ann, batch=batch)[0]
    answer(cast.ann, taken, "negative")
    Annotation.objects.exclude(question__key="sentiment").delete()
    assert [one.answers for one in labelled_rows(["sentiment"]).rows] == [
        {"sentiment": "negative"}
    ], revision
    BatchItem.objects.filter(pk=item.pk).update(is_gold=True)
    assert labelled_rows(["sentiment"]).rows == []


def test_too_little_gold_and_unsound_wishes_are_refused(cast: SimpleNamespace) -> None:
    with pytest.raises(BadBatch, match="4 reviews with gold answers are needed and there are 3"):
        made_test(cast, gold=3)
    assert not Batch.objects.filter(design="test").exists()
    for name, value in (("pass_mark", 0), ("attempts", 0), ("reviews", 0), ("name", " ")):
        with pytest.raises(BadBatch) as refused:
            made_test(cast, gold=0, **{name: value})
        assert refused.value.field == name
    with pytest.raises(PermissionError):
        qualification_create(
            actor=cast.ann, stores=[cast.lanting], wanted=QualificationWanted(name="x")
        )


def test_reviews_that_were_labelled_before_are_not_in_a_test(cast: SimpleNamespace) -> None:
    test = made_test(cast, gold=4)
    batch = work(cast)
    for item in test.items.all()[:3]:
        BatchItem.objects.create(batch=batch, review=item.review)
    for taken in items_take(actor=cast.ann, batch=batch, count=4):
        answer(cast.ann, taken, "neutral")
    with pytest.raises(NoAttempt, match="too few reviews"):
        attempt_begin(actor=cast.ann, test=test.qualification)


def test_the_labelling_page_reveals_nothing_and_the_result_page_everything(
    cast: SimpleNamespace,
) -> None:
    ann, test = signed_in(cast.ann), made_test(cast, gold=2, attempts=1)
    batch = work(cast)
    batch_guard(actor=cast.max, batch=batch, tests=[test.qualification])
    start = ann.get(reverse("label")).content.decode()
    assert "Test: rules" in start
    assert "may" in start
    begun = ann.post(reverse("test-begin", args=[test.pk]), follow=True)
    assert begun.redirect_chain == [(reverse("label-batch", args=[test.pk]), 302)]
    taken = ann.post(
        reverse("label-take", args=[test.pk]), {"count": 5}, content_type="application/json"
    ).json()
    assert len(taken["items"]) == 2
    for one in taken["items"]:
        assert one["given"] is None
        assert "gold" not in json.dumps(one)
        assert "negative" not in json.dumps(one)
        sent = ann.post(
            reverse("label-answer", args=[test.pk, one["id"]]),
            {"answers": {"sentiment": "positive"}, "client_ms": 1, "revision": one["revision"]},
            content_type="application/json",
        )
        assert sent.json().keys() == {"id", "state", "client_ms"}
    over = ann.post(
        reverse("label-take", args=[test.pk]), {"count": 5}, content_type="application/json"
    )
    assert over.json()["items"] == []
    ended = QualificationAttempt.objects.get()
    address = reverse("test-result", args=[ended.pk])
    assert address in ann.get(reverse("label-batch", args=[test.pk])).content.decode()
    result = ann.get(address).content.decode()
    assert "Not passed this time" in result
    assert "0 of 2 answers are right" in result
    assert "<dd>positive</dd>" in result
    assert "<strong>negative</strong>" in result
    assert ">the</mark>" not in result, "nothing was marked"
    assert 'class="v-note"' in result, "the clause of the right choice"
    assert "No attempt is left" in ann.get(reverse("label")).content.decode()
    lead = signed_in(cast.max)
    assert lead.get(address).status_code == 200
    assert address in lead.get(reverse("batch", args=[test.pk])).content.decode()
    assert signed_in(cast.bob).get(address).status_code == 404
