"""A test before real work: made from gold, taken on the labelling page, kept apart from labels."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from annotation.frames import BadBatch
from annotation.models import (
    Annotation,
    Assignment,
    AuditRate,
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
from annotation.services.answering import BadAnswer, Given, answer_save, item_skip
from annotation.services.assigning import items_take
from annotation.services.gold import gold_set
from annotation.services.guidelines import guideline_seed
from annotation.services.label_sets import label_set_change
from annotation.services.labels import GivenMention
from annotation.services.people import person_erase, person_export, person_find
from annotation.services.qualifying import (
    NoAttempt,
    QualificationWanted,
    attempt_begin,
    batch_guard,
    qualification_create,
)
from annotation.services.questions import questions_seed
from annotation.services.requalifying import qualification_change
from modelops.selectors.labels import labelled_rows
from privacy.models import AuditEntry
from privacy.people import REVIEW, Place, Subject
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_by_itself(db: None) -> None:
    AuditRate.objects.update(rate=0)
    questions_seed()
    guideline_seed()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def made_test(cast: SimpleNamespace, gold: int = 4, **wanted: Any) -> Batch:
    for _ in range(gold):
        review = factories.review(cast.lanting)
        shop.write(review, "the lid leaks, make it tighter")
        gold_set(actor=cast.max, review=review, answers={"sentiment": "negative"})
    asked = {"name": "rules", "reviews": 2, "attempts": 2, "questions": ["sentiment"], **wanted}
    return qualification_create(
        actor=cast.max, stores=[cast.lanting], wanted=QualificationWanted(**asked)
    )


def work(cast: SimpleNamespace) -> Batch:
    batch = Batch.objects.create(
        name="may", design=SamplingDesign.UNIFORM, state="open", questions=["sentiment"]
    )
    BatchItem.objects.create(batch=batch, review=factories.review(cast.lanting))
    return batch


def answer(person: Any, taken: Assignment, sentiment: str, at: int = 1) -> None:
    given = Given(
        {"sentiment": sentiment}, mentions=[GivenMention(0, 3, "issue", "product")], client_ms=at
    )
    answer_save(actor=person, assignment_id=taken.pk, given=given, redact=str)


def attempt(person: Any, batch: Batch, *sentiments: str) -> QualificationAttempt:
    begun = attempt_begin(actor=person, test=batch.qualification)
    for sentiment in sentiments:
        [taken] = items_take(actor=person, batch=batch)
        answer(person, taken, sentiment)
    return QualificationAttempt.objects.get(pk=begun.pk)


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


def change(cast: SimpleNamespace, test: Batch, anew: bool = False, **wanted: Any) -> None:
    asked = {"name": test.name, "reviews": 2, "attempts": 2, **wanted}
    guards = asked.pop("guards", [])
    qualification_change(
        actor=asked.pop("actor", cast.max),
        batch=test,
        wanted=QualificationWanted(**asked),
        guards=guards,
        anew=anew,
    )


def test_results_stay_and_attempts_under_way_end_as_they_began_when_a_test_is_changed(
    cast: SimpleNamespace,
) -> None:
    test = made_test(cast, gold=6)
    failed = attempt(cast.ann, test, "negative", "positive")
    amy = User.objects.create_user(username="amy", roles=[Role.ANNOTATOR])
    amy.stores.set([cast.lanting])
    begun = attempt(amy, test, "negative")
    change(cast, test, pass_mark=50, reviews=1, attempts=3)
    failed.refresh_from_db()
    assert not failed.passed, "a lower mark makes nobody pass afterwards"
    [rest] = items_take(actor=amy, batch=test)
    answer(amy, rest, "positive")
    begun.refresh_from_db()
    assert (begun.asked, begun.right, begun.passed) == (2, 1, False), "80 were asked then"
    later = attempt(cast.ann, test, "negative")
    assert (len(later.items), later.mark, later.passed) == (1, 50, True)
    change(cast, test, pass_mark=100, attempts=1)
    later.refresh_from_db()
    assert later.passed, "nor does a higher one take it back"
    with pytest.raises(NoAttempt, match="used all attempts"):
        attempt_begin(actor=amy, test=test.qualification)
    change(cast, test, attempts=2)
    assert attempt(amy, test, "negative", "negative").passed
    assert AuditEntry.objects.filter(action="qualification.change").count() == 3


def test_everybody_can_be_asked_to_pass_anew(cast: SimpleNamespace) -> None:
    batch, test = work(cast), made_test(cast, guards_all=True)
    passed = attempt(cast.ann, test, "negative", "negative")
    assert batch in batches_open(cast.ann)
    change(cast, test, anew=True, guards=[cast.lanting])
    assert batch not in batches_open(cast.ann)
    [seen] = seen_by(cast.ann)
    assert (seen.left, seen.passed, seen.last) == (2, None, None)
    again = attempt(cast.ann, test, "negative", "negative")
    assert again.passed
    assert not set(again.items) & set(passed.items)
    assert batch in batches_open(cast.ann)
    old = signed_in(cast.ann).get(reverse("test-result", args=[passed.pk])).content.decode()
    assert "no longer counts" in old


def test_gold_set_since_is_put_into_the_stock_when_a_test_is_changed(
    cast: SimpleNamespace,
) -> None:
    test = made_test(cast, gold=4)
    with pytest.raises(BadBatch, match="6 reviews with gold answers are needed and there are 4"):
        change(cast, test, attempts=3)
    for _ in range(2):
        gold_set(
            actor=cast.max,
            review=factories.review(cast.lanting),
            answers={"sentiment": "negative"},
        )
    change(cast, test, attempts=3)
    assert test.items.count() == 6
    for person in (cast.ann, cast.bob):
        with pytest.raises(PermissionError):
            change(cast, test, actor=person)
    with pytest.raises(BadBatch, match="batch of this name"):
        change(cast, test, name=work(cast).name)


def test_nobody_is_shut_out_by_a_test_that_they_could_not_take(cast: SimpleNamespace) -> None:
    test = made_test(cast)
    elsewhere = Batch.objects.create(name="n", design=SamplingDesign.UNIFORM, state="open")
    BatchItem.objects.create(batch=elsewhere, review=factories.review(cast.northway))
    with pytest.raises(BadBatch, match="rules has no reviews of northway"):
        batch_guard(actor=cast.max, batch=elsewhere, tests=[test.qualification])
    wanted = QualificationWanted(name="both", reviews=2, attempts=2, guards_all=True)
    with pytest.raises(BadBatch, match="who has northway alone could not take the test"):
        qualification_create(actor=cast.max, stores=[cast.lanting, cast.northway], wanted=wanted)
    assert not Batch.objects.filter(name="both").exists()


def test_answers_given_before_the_choices_changed_are_judged_by_what_became_of_them(
    cast: SimpleNamespace,
) -> None:
    test = made_test(cast)
    begun = attempt(cast.ann, test, "negative")
    into = {"key": "not_good", "name_en": "not good", "name_zh": "不好", "polarity": -1}
    merge = {"op": "merge", "choices": ["neutral", "negative"], "into": into}
    label_set_change(actor=cast.max, question="sentiment", changes=[merge])
    [taken] = items_take(actor=cast.ann, batch=test)
    answer(cast.ann, taken, "positive")
    begun.refresh_from_db()
    assert (begun.right, begun.asked) == (1, 2)


def test_a_test_is_changed_on_its_page(cast: SimpleNamespace) -> None:
    test, lead = made_test(cast), signed_in(cast.max)
    attempt(cast.ann, test, "negative", "positive")
    url = reverse("test-change", args=[test.pk])
    assert url in lead.get(reverse("batch", args=[test.pk])).content.decode()
    assert "So far 0 passed, 1 did not, and 0 are at it" in lead.get(url).content.decode()
    asked = {"name": "new rules", "pass_mark": 70, "reviews": 2, "attempts": 2}
    refused = lead.post(url, {**asked, "reviews": 99})
    assert refused.status_code == 422
    assert "198 reviews with gold answers are needed" in refused.content.decode()
    lead.post(url, {**asked, "guards": [cast.lanting.pk]})
    test.refresh_from_db()
    kept = test.qualification
    assert (test.name, kept.pass_mark, kept.counts_from) == ("new rules", 70, None)
    assert list(kept.guards_stores.all()) == [cast.lanting]
    assert signed_in(cast.ann).get(url).status_code == 403
    assert lead.get(reverse("test-change", args=[work(cast).pk])).status_code == 404
    cast.max.stores.set([cast.northway])
    assert lead.get(url).status_code == 404


def test_the_result_shows_each_review_once_with_what_was_marked(cast: SimpleNamespace) -> None:
    review = factories.review(cast.lanting)
    shop.write(review, "[PERSON_1] says the lid leaks")
    right = {"sentiment": "negative", "product_demand": "none"}
    gold_set(actor=cast.max, review=review, answers=right)
    wanted = QualificationWanted(
        name="rules", reviews=1, attempts=1, questions=["sentiment", "product_demand"]
    )
    test = qualification_create(actor=cast.max, stores=[cast.lanting], wanted=wanted)
    begun = attempt_begin(actor=cast.ann, test=test.qualification)
    [taken] = items_take(actor=cast.ann, batch=test)
    wish = [GivenMention(20, 23, "improve", "product")]
    given = Given({"sentiment": "positive"}, mentions=wish, client_ms=1)
    answer_save(actor=cast.ann, assignment_id=taken.pk, given=given, redact=str)
    result = signed_in(cast.ann).get(reverse("test-result", args=[begun.pk])).content.decode()
    assert result.count("leaks") == 1
    assert ">lid</mark>" in result
    assert '<span class="v-chip">[PERSON_1]</span>' in result
    factories.revise(review, "another text that nobody marked")
    result = signed_in(cast.ann).get(reverse("test-result", args=[begun.pk])).content.decode()
    assert "</mark>" not in result


def test_a_shopper_is_given_and_rid_of_what_was_answered_about_them_in_tests(
    cast: SimpleNamespace,
) -> None:
    test = made_test(cast)
    ended = attempt(cast.ann, test, "negative", "positive")
    review = BatchItem.objects.get(pk=ended.items[1]).review
    subject = Subject([cast.lanting.pk], [], keys={REVIEW: [review.pk]})
    assert Place("Answers in tests", 1) in person_find(subject)
    [told] = dict(person_export(subject))["answers_in_tests"]
    assert (told["item__review_id"], told["choice__key"]) == (review.pk, "positive")
    assert Place("Answers in tests", 1) in person_erase(None, subject)
    assert QualificationAnswer.objects.count() == 1
    page = signed_in(cast.ann).get(reverse("test-result", args=[ended.pk]))
    assert "1 of 2 answers are right" in page.content.decode()


def test_leads_make_and_assign_a_test_on_pages(cast: SimpleNamespace) -> None:
    made_test(cast)
    batch, lead = work(cast), signed_in(cast.max)
    new = reverse("test-new")
    asked = {"name": "second", "pass_mark": 70, "reviews": 50, "attempts": 3}
    refused = lead.post(new, asked)
    assert refused.status_code == 422
    assert "150 reviews with gold answers are needed" in refused.content.decode()
    made = lead.post(new, {**asked, "reviews": 1})
    second = Batch.objects.get(name="second")
    assert made["Location"] == reverse("batch", args=[second.pk])
    lead.post(reverse("batch-tests", args=[batch.pk]), {"tests": [second.qualification.pk]})
    assert list(batch.needs.all()) == [second.qualification]
    assert "second" in lead.get(reverse("batch", args=[batch.pk])).content.decode()
    assert AuditEntry.objects.filter(action="qualification.guard").count() == 1
    ann = signed_in(cast.ann)
    assert ann.get(new).status_code == 403
    assert ann.post(reverse("batch-tests", args=[batch.pk])).status_code == 403
