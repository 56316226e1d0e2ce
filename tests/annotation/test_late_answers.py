"""Answers that come late, twice, or about a text that became another one meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    Guideline,
    Mention,
    SamplingDesign,
)
from annotation.selectors.settling import adjudicated
from annotation.services.answering import Given, TakenByOthers, TextChanged, answer_save
from annotation.services.assigning import items_take
from annotation.services.guidelines import guideline_seed
from annotation.services.labels import GivenMention
from annotation.services.questions import questions_seed
from annotation.services.settling import Decision, answers_settle
from common.text_service import TextServiceUnavailable
from privacy.styles import replaced
from reviews.models import Doubt, Review, TextRevision
from reviews.services.revising import NewText, revisions_replace
from tests import shop
from tests.analytics import factories

ANSWERS = {"sentiment": "negative", "purchase_intent": "none"}
TEXT = "ask Zyx about the lid"
LID = GivenMention(18, 21, "issue", "product")


@pytest.fixture
def batch(cast: SimpleNamespace) -> Batch:
    questions_seed()
    guideline_seed()
    made = Batch.objects.create(name="may", design=SamplingDesign.UNIFORM, state="open")
    review = factories.review(cast.lanting)
    shop.write(review, TEXT)
    BatchItem.objects.create(batch=made, review=review, inclusion_probability=0.5)
    return made


def same(text: str) -> str:
    return text


def answer(person: User, taken: Assignment, **given: Any) -> Assignment:
    given = {"client_ms": 1, "revision": taken.revision_id, **given}
    return answer_save(
        actor=person, assignment_id=taken.pk, given=Given(ANSWERS, **given), redact=same
    )


def now_shown() -> TextRevision:
    return TextRevision.objects.get(is_current=True)


def hide(words: str = "Zyx") -> TextRevision:
    """Redact the only review anew."""
    before = now_shown()
    at = before.text.index(words)
    text, pieces = replaced(before.text, [(at, at + len(words), "[PERSON_1]")])
    revisions_replace(news=[NewText(before.pk, text, pieces, "v")])
    return now_shown()


def marked() -> str:
    mention = Mention.objects.get()
    return mention.revision.text[mention.start : mention.end]


def page_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, batch: Batch, taken: Assignment, **more: Any) -> Any:
    body = {"answers": ANSWERS, "client_ms": 1, "revision": taken.revision_id, **more}
    url = reverse("label-answer", args=[batch.pk, taken.pk])
    return client.post(url, json.dumps(body), "application/json")


@pytest.mark.django_db
def test_of_two_batches_the_first_answer_about_a_review_holds(
    cast: SimpleNamespace, batch: Batch
) -> None:
    other = Batch.objects.create(name="june", design=SamplingDesign.UNIFORM, state="open")
    BatchItem.objects.create(batch=other, review=Review.objects.get())
    [late] = items_take(actor=cast.ann, batch=batch)
    Assignment.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
    [taken] = items_take(actor=cast.ann, batch=other)
    answer(cast.ann, taken, mentions=[LID])
    with pytest.raises(TakenByOthers):
        answer(cast.ann, late, client_ms=2)
    assert marked() == "lid"
    assert set(Annotation.objects.values_list("item", flat=True)) == {taken.item_id}
    refused = send(page_of(cast.ann), batch, late, client_ms=3)
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")


@pytest.mark.django_db(transaction=True)
def test_a_comment_is_checked_while_nothing_is_locked(cast: SimpleNamespace, batch: Batch) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    locked = []

    def redact(text: str) -> str:
        locked.append(connection.in_atomic_block)
        return text.upper()

    given = Given(ANSWERS, comment=" hm ", client_ms=1)
    answer_save(actor=cast.ann, assignment_id=taken.pk, given=given, redact=redact)
    assert locked == [False]
    assert set(Annotation.objects.values_list("comment", flat=True)) == {"HM"}


@pytest.mark.django_db
def test_an_answer_that_is_in_needs_no_text_service(cast: SimpleNamespace, batch: Batch) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    answer(cast.ann, taken, comment="hm")

    def down(text: str) -> str:
        raise TextServiceUnavailable

    hm = Given(ANSWERS, comment="hm", client_ms=1)
    again = answer_save(actor=cast.ann, assignment_id=taken.pk, given=hm, redact=down)
    assert again.state == "answered"


@pytest.mark.django_db(transaction=True)
def test_an_answer_waits_for_a_redaction_under_way_and_goes_along(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)

    def save() -> None:
        try:
            answer(cast.ann, taken, mentions=[LID])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hide()
            saving = pool.submit(save)
            wait([saving], timeout=0.7)
        saving.result(timeout=20)
    assert set(Annotation.objects.values_list("revision", flat=True)) == {now_shown().pk}
    assert marked() == "lid"


@pytest.mark.django_db
def test_a_review_that_may_no_longer_be_labelled_takes_no_answer(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    Review.objects.update(restricted=True)
    with pytest.raises(Assignment.DoesNotExist):
        answer(cast.ann, taken)
    assert not Annotation.objects.exists()


@pytest.mark.django_db
def test_offsets_are_about_the_text_that_the_page_showed(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    shown = taken.revision_id
    # Another tab looked again meanwhile; this one still shows the text before.
    Assignment.objects.update(revision=hide())
    assert send(page_of(cast.ann), batch, taken, mentions=[asdict(LID)]).status_code == 200
    assert marked() == "lid"
    mention = Mention.objects.get()
    assert (mention.revision, mention.made_on_id) == (now_shown(), shown)
    [back] = page_of(cast.ann).get(reverse("label-last", args=[batch.pk])).json()["items"]
    [mark] = back["given"]["mentions"]
    assert back["text"][mark["start"] : mark["end"]] == "lid"


def report(person: User, batch: Batch, taken: Assignment, **more: Any) -> Any:
    body = {"client_ms": 1, "revision": taken.revision_id, "start": 4, "end": 7, "type": "PERSON"}
    url = reverse("label-personal-data", args=[batch.pk, taken.pk])
    return page_of(person).post(url, json.dumps({**body, **more}), "application/json")


@pytest.mark.django_db
def test_a_report_may_come_late_and_twice_and_about_a_text_of_before(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    first = hide("lid")  # somebody else has hidden other words since
    answer(cast.ann, taken, mentions=[GivenMention(0, 3, "issue", "product")])
    for _ in range(2):
        told = report(cast.ann, batch, taken)
        assert told.json()["item"]["text"] == "ask [PERSON_2] about the [PERSON_1]"
    assert now_shown().number == first.number + 1
    assert Doubt.objects.get().created_by == cast.ann
    assert marked() == "ask"
    # What was a placeholder when it was seen holds no words, and another review's text is no text.
    seen = Assignment.objects.get().revision_id
    assert report(cast.ann, batch, taken, revision=seen, end=14).json()["field"] == "start"
    other = factories.review(cast.lanting).revisions.get()
    assert report(cast.ann, batch, taken, revision=other.pk).json()["code"] == "changed"


@pytest.mark.django_db
def test_a_report_about_what_the_shopper_wrote_before_hides_nothing_of_the_new_text(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    factories.revise(Review.objects.get(), "all is well")
    told = report(cast.ann, batch, taken)
    assert (told.status_code, told.json()["code"]) == (409, "changed")
    assert now_shown().text == "all is well"
    assert not Doubt.objects.exists()


@pytest.mark.django_db
def test_what_the_shopper_wrote_anew_is_to_be_looked_at_again(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    factories.revise(Review.objects.get(), "all is well")
    refused = send(page_of(cast.ann), batch, taken)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    assert not Annotation.objects.exists()


@pytest.mark.django_db
def test_an_answer_about_the_text_before_can_still_be_put_right(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    answer(cast.ann, taken)
    factories.revise(Review.objects.get(), "all is well")
    answer(cast.ann, taken, mentions=[LID], client_ms=2)
    assert marked() == "lid"


@pytest.mark.django_db
def test_a_text_of_another_review_is_not_what_was_shown(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    other = factories.review(cast.lanting).revisions.get()
    with pytest.raises(TextChanged):
        answer(cast.ann, taken, revision=other.pk)


@pytest.mark.django_db
def test_what_others_left_on_the_text_before_is_not_carried_twice(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    for start in (4, 5):
        Mention.objects.create(
            revision=taken.revision, annotator=cast.max, start=start, end=7, kind="issue"
        )
    hide()
    answer(cast.ann, taken, mentions=[LID])
    assert Mention.objects.filter(annotator=cast.ann, revision=now_shown()).count() == 1
    assert Mention.objects.filter(annotator=cast.max).count() == 2


@pytest.mark.django_db
def test_the_guideline_of_an_answer_is_the_one_that_was_shown(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    shown = Guideline.objects.get().version
    newest = Guideline.objects.create(version=shown + 1, text_en="", text_zh="").version
    ann, stored = page_of(cast.ann), Annotation.objects.values_list("guideline_version", flat=True)
    assert send(ann, batch, taken, guideline=shown).status_code == 200
    assert set(stored.all()) == {shown}
    assert send(ann, batch, taken, client_ms=2).status_code == 200
    assert set(stored.all()) == {newest}
    for wrong in (newest + 1, "1", -1):
        refused = send(ann, batch, taken, client_ms=3, guideline=wrong)
        assert (refused.status_code, refused.json()["field"]) == (400, "guideline")


@pytest.mark.django_db
def test_an_answer_kept_on_the_text_before_shows_it_as_it_was_redacted_last(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    answer(cast.ann, taken, mentions=[LID])
    hide()
    factories.revise(Review.objects.get(), "all is well")
    [back] = page_of(cast.ann).get(reverse("label-last", args=[batch.pk])).json()["items"]
    assert back["text"] == "ask [PERSON_1] about the lid"
    [mark] = back["given"]["mentions"]
    assert back["text"][mark["start"] : mark["end"]] == "lid"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ('"comment": "\\ud800"', "comment"),
        ('"flags": ["\\udfff"]', "flags"),
        ('"answers": {"sentiment": "\\ud800"}', "answers"),
        ('"answers": {"\\ud800": "none"}', "answers"),
        ('"mentions": [{"start": 0, "end": 1, "kind": "\\ud800"}]', "mentions"),
        ('"seconds": NaN', "seconds"),
        ('"seconds": Infinity', "seconds"),
        ('"seconds": -1e999', "seconds"),
    ],
)
def test_what_no_page_writes_is_refused_by_its_field(
    cast: SimpleNamespace, batch: Batch, more: str, field: str
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    body = f'{{"client_ms": 1, "revision": {taken.revision_id}, {more}}}'
    url = reverse("label-answer", args=[batch.pk, taken.pk])
    refused = page_of(cast.ann).post(url, body, "application/json")
    assert (refused.status_code, refused.json()["field"]) == (400, field)


@pytest.mark.django_db
def test_an_answer_put_right_after_a_lead_settled_it_changes_the_answer_and_not_what_holds(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    answer(cast.ann, taken)
    seen, stores = now_shown().pk, [cast.lanting]
    decided = {"sentiment": Decision("neutral")}
    answers_settle(actor=cast.pia, stores=stores, revision_id=seen, decisions=decided)
    later = Given({**ANSWERS, "sentiment": "positive"}, client_ms=2)
    answer_save(actor=cast.ann, assignment_id=taken.pk, given=later, redact=same)
    assert Annotation.objects.get(question__key="sentiment").choice.key == "positive"
    assert adjudicated([seen])[seen]["sentiment"].choice == "neutral"


@pytest.mark.django_db
def test_a_mention_sent_twice_is_one_wish(cast: SimpleNamespace, batch: Batch) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    first, second = (
        GivenMention(at, at + 3, kind, "product") for at, kind in ((0, "improve"), (4, "remove"))
    )
    answer(cast.ann, taken, mentions=[second, first, second])
    assert Annotation.objects.get(question__key="product_demand").choice.key == "improve"


@pytest.mark.django_db
def test_what_is_taken_up_again_tells_its_time_and_the_choices_asked(
    cast: SimpleNamespace, batch: Batch
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    answer(cast.ann, taken, seconds=4.5, keys=7)
    ann = page_of(cast.ann)
    [back] = ann.get(reverse("label-last", args=[batch.pk])).json()["items"]
    assert (back["given"]["seconds"], back["given"]["keys"]) == (4.5, 7)
    page = ann.get(reverse("label-batch", args=[batch.pk])).context["config"]
    told = ann.post(reverse("label-take", args=[batch.pk]), '{"count": 1}', "application/json")
    assert told.json()["asked"] == page["asked"] != ""


@pytest.mark.django_db
def test_a_very_long_time_is_a_pause(cast: SimpleNamespace, batch: Batch) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    assert send(page_of(cast.ann), batch, taken, seconds=10**400).status_code == 200
    assert Assignment.objects.get().seconds_spent == 3600


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "field"), [("label-skip", "reason"), ("label-personal-data", "type")]
)
def test_half_a_letter_is_no_word(
    cast: SimpleNamespace, batch: Batch, name: str, field: str
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch)
    body = f'{{"client_ms": 1, "revision": {taken.revision_id}, "{field}": "\\ud800"}}'
    url = reverse(name, args=[batch.pk, taken.pk])
    refused = page_of(cast.ann).post(url, body, "application/json")
    assert (refused.status_code, refused.json()["field"]) == (400, field)


@pytest.mark.django_db
def test_the_pages_are_not_kept_by_the_browser(cast: SimpleNamespace, batch: Batch) -> None:
    for url in (reverse("label"), reverse("label-batch", args=[batch.pk])):
        assert "no-store" in page_of(cast.ann).get(url)["Cache-Control"]
