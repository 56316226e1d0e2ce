"""A test that is changed while people take it, and what its pages show."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import Role, User
from annotation.frames import BadBatch
from annotation.models import (
    Batch,
    BatchItem,
    QualificationAnswer,
    SamplingDesign,
)
from annotation.selectors.assignments import batches_open
from annotation.selectors.qualification import tests_seen as seen_by
from annotation.services.answering import Given, answer_save
from annotation.services.assigning import items_take
from annotation.services.gold import gold_set
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
from privacy.models import AuditEntry
from privacy.people import REVIEW, Place, Subject
from tests import shop
from tests.analytics import factories
from tests.annotation.qualification.doing import answer, attempt, change, made_test, signed_in, work

pytestmark = pytest.mark.django_db


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
    with pytest.raises(BadBatch, match="rules has no reviews of Northway:"):
        batch_guard(actor=cast.max, batch=elsewhere, tests=[test.qualification])
    wanted = QualificationWanted(name="both", reviews=2, attempts=2, guards_all=True)
    with pytest.raises(BadBatch, match="who has Northway alone could not take the test"):
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
