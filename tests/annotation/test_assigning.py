"""Giving out reviews and taking answers in, with real people at once on a real database."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import Role, User
from annotation.models import Annotation, Assignment, Batch, BatchItem, Mention, SamplingDesign
from annotation.selectors.assignments import batches_open, ended_last, items_free, items_left
from annotation.selectors.progress import progress
from annotation.services import assigning
from annotation.services.answering import BadAnswer, Given, TakenByOthers, answer_save, item_skip
from annotation.services.assigning import items_take
from annotation.services.labels import GivenLabels, GivenMention, labels_store
from annotation.services.questions import questions_seed
from reviews.models import Review
from tests.analytics import factories

GOOD = Given({"sentiment": "negative", "purchase_intent": "none"}, client_ms=1)


def same(text: str) -> str:
    return text


@pytest.fixture
def batch_of(cast: SimpleNamespace) -> Callable[..., Batch]:
    def make(reviews: int, overlap: int = 1, name: str = "may", **fields: Any) -> Batch:
        questions_seed()
        batch = Batch.objects.create(
            name=name, design=SamplingDesign.UNIFORM, state="open", overlap=overlap, **fields
        )
        for _ in range(reviews):
            BatchItem.objects.create(
                batch=batch,
                review=factories.review(cast.lanting),
                inclusion_probability=0.5,
                wanted_answers=overlap,
            )
        return batch

    return make


def second(cast: SimpleNamespace, name: str = "amy") -> User:
    person = User.objects.create_user(username=name, roles=[Role.ANNOTATOR])
    person.stores.set([cast.lanting])
    return person


def answer(person: User, taken: Assignment, given: Given = GOOD) -> Assignment:
    return answer_save(actor=person, assignment_id=taken.pk, given=given, redact=same)


@pytest.mark.django_db
def test_what_is_in_hand_comes_back_and_nobody_else_gets_it(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, amy = batch_of(3), second(cast)
    first = items_take(actor=cast.ann, batch=batch, count=2)
    assert [one.pk for one in items_take(actor=cast.ann, batch=batch)] == [one.pk for one in first]
    assert len(items_take(actor=amy, batch=batch, count=5)) == 1
    Assignment.objects.filter(annotator=cast.ann).update(taken_until=timezone.now())
    assert len(items_take(actor=amy, batch=batch, count=5)) == 3
    assert items_take(actor=cast.ann, batch=batch, count=5) == []


@pytest.mark.django_db
def test_overlap_wants_different_people_and_no_more_of_them(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, amy, joe = batch_of(1, overlap=2), second(cast), second(cast, "joe")
    for person in (cast.ann, amy):
        [taken] = items_take(actor=person, batch=batch)
        answer(person, taken)
        assert items_take(actor=person, batch=batch) == []
    assert items_take(actor=joe, batch=batch) == []
    assert progress([batch], [cast.lanting])[batch.pk] == {
        "reviews": 1,
        "wanted": 2,
        "ended": 2,
        "complete": 1,
    }


@pytest.mark.django_db
def test_no_review_comes_twice_though_two_batches_hold_it(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    one, other = batch_of(1), batch_of(0, name="june")
    BatchItem.objects.create(batch=other, review=Review.objects.get())
    [taken] = items_take(actor=cast.ann, batch=one)
    assert items_take(actor=cast.ann, batch=other) == []
    answer(cast.ann, taken)
    assert items_take(actor=cast.ann, batch=other) == []
    assert len(items_take(actor=second(cast), batch=other)) == 1


@pytest.mark.django_db
def test_what_is_said_to_be_left_is_what_can_be_had(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, elsewhere = batch_of(24, overlap=2), batch_of(0, name="june")
    people = [cast.ann, second(cast), second(cast, "joe"), second(cast, "eve")]
    chance, now = random.Random(4), timezone.now()
    for item in batch.items.all():
        for person in people:
            if (fate := chance.random()) < 0.25:
                answer(person, hand_over(item, person, now))
            elif fate < 0.4:
                hand_over(item, person, now)
            elif fate < 0.5:
                hand_over(item, person, now, lease=timedelta(seconds=-1))
            elif fate < 0.6:
                there, _ = BatchItem.objects.get_or_create(batch=elsewhere, review=item.review)
                hand_over(there, person, now)
            elif fate < 0.7:
                labels = [GivenLabels(item.review_id, {"sentiment": "neutral"})]
                labels_store(actor=None, annotator=person, labels=labels, source="page")
    may_not = batch.items.order_by("-pk")[:3].values("review")
    Review.objects.filter(pk__in=may_not).update(purposes=["analyse"])
    counts = progress([batch], [cast.lanting])[batch.pk]
    for person in people:
        left = items_left(person, batch, now, counts["reviews"] - counts["complete"])
        assert left == items_free(person, batch, now).count()


def hand_over(
    item: BatchItem, person: User, now: Any, lease: timedelta = timedelta(hours=1)
) -> Assignment:
    return Assignment.objects.create(
        item=item,
        annotator=person,
        revision=item.review.revisions.get(is_current=True),
        taken_at=now,
        taken_until=now + lease,
    )


@pytest.mark.django_db
def test_what_may_not_be_labelled_or_is_another_stores_is_not_given_out(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch = batch_of(2)
    assert items_take(actor=cast.bob, batch=batch) == []
    Review.objects.update(purposes=["analyse"])
    assert items_take(actor=cast.ann, batch=batch) == []


@pytest.mark.django_db
def test_a_late_answer_counts_while_there_is_room(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, amy = batch_of(2), second(cast)
    taken = items_take(actor=cast.ann, batch=batch, count=2)
    Assignment.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
    [moved] = items_take(actor=amy, batch=batch)
    [free] = [one for one in taken if one.item_id != moved.item_id]
    [gone] = [one for one in taken if one.item_id == moved.item_id]
    assert answer(cast.ann, free).state == "answered"
    with pytest.raises(TakenByOthers):
        answer(cast.ann, gone)
    assert answer(amy, moved).state == "answered"
    assert Annotation.objects.values("item").distinct().count() == 2


@pytest.mark.django_db
def test_what_somebody_answered_while_it_was_looked_for_is_not_given_to_them_again(
    cast: SimpleNamespace, batch_of: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(1, overlap=2)
    [taken] = items_take(actor=cast.ann, batch=batch)
    answer(cast.ann, taken)

    def as_before(person: User, batch: Batch, now: Any, passed: list[int]) -> Any:
        yield BatchItem.objects.filter(batch=batch).exclude(pk__in=passed).order_by("pk")

    monkeypatch.setattr(assigning, "items_next", as_before)
    assert items_take(actor=cast.ann, batch=batch) == []
    assert len(items_take(actor=second(cast), batch=batch)) == 1


@pytest.mark.django_db
def test_an_answer_sent_again_is_one_and_a_newer_one_replaces_it(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch = batch_of(1)
    [taken] = items_take(actor=cast.ann, batch=batch)
    wish = [GivenMention(0, 4, "improve", "product"), GivenMention(0, 4, "improve", "product")]
    newer = Given({**GOOD.answers, "sentiment": "neutral"}, wish, ["mixed"], "hm", 7.5, 9, 20)
    for given in (GOOD, GOOD, newer, GOOD):
        answer(cast.ann, taken, given)
    stored = {one.question.key: one for one in Annotation.objects.select_related("choice")}
    assert {key: one.choice.key for key, one in stored.items()} == {
        "sentiment": "neutral",
        "purchase_intent": "none",
        "product_demand": "improve",
    }
    assert (stored["sentiment"].flags, stored["sentiment"].comment) == (["mixed"], "hm")
    assert Mention.objects.count() == 1
    assert [one.pk for one in ended_last(cast.ann, batch)] == [taken.pk]
    item_skip(actor=cast.ann, assignment_id=taken.pk, reason="spam", given=Given({}, client_ms=30))
    assert not Annotation.objects.exists()
    assert not Mention.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given({"sentiment": "fine", "purchase_intent": "none"}), "sentiment"),
        (Given({"sentiment": "neutral"}), "purchase_intent"),
        (Given(GOOD.answers, [GivenMention(2, 2, "praise", "product")]), "mentions"),
        (Given(GOOD.answers, [GivenMention(0, 99, "praise", "product")]), "mentions"),
        (Given(GOOD.answers, [GivenMention(0, 2, "love", "product")]), "mentions"),
        (Given(GOOD.answers, flags=["angry"]), "flags"),
        (Given(GOOD.answers, comment="x" * 1001), "comment"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(
    cast: SimpleNamespace, batch_of: Callable[..., Batch], given: Given, field: str
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch_of(1))
    with pytest.raises(BadAnswer) as refused:
        answer(cast.ann, taken, given)
    assert refused.value.field == field
    assert not Annotation.objects.exists()
    taken.refresh_from_db()
    assert taken.state == "taken"


@pytest.mark.django_db
def test_nobody_answers_for_somebody_else(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    [taken] = items_take(actor=cast.ann, batch=batch_of(1))
    with pytest.raises(Assignment.DoesNotExist):
        answer(second(cast), taken)


@pytest.mark.django_db
def test_batches_come_in_the_order_in_which_they_are_due(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    today = timezone.localdate()
    late = batch_of(0, name="late", due_on=today + timedelta(days=9))
    batch_of(0, name="some day")
    soon = batch_of(0, name="soon", due_on=today)
    urgent = batch_of(0, name="urgent", priority=5)
    others = batch_of(0, name="others")
    others.annotators.add(cast.max)
    assert [one.name for one in batches_open(cast.ann)] == [
        urgent.name,
        soon.name,
        late.name,
        "some day",
    ]


def _client(person: User, batch: Batch, goes_home: bool, start: Any) -> None:
    """Takes two, answers one of them, until nobody holds any more. Runs in a process of its own."""
    batch.refresh_from_db()  # with a connection at hand they all begin alike
    start.wait(60)  # or not at all, when another one could not begin
    until = time.monotonic() + 90
    while time.monotonic() < until:
        taken = items_take(actor=person, batch=batch, count=2)
        if taken:
            try:
                answer(person, taken[0])
            except TakenByOthers:
                continue  # slower than its lease
        else:
            counts = progress([batch], person.stores.all())[batch.pk]
            if goes_home and counts["complete"] == counts["reviews"]:
                os._exit(0)
        time.sleep(0.02)
    os._exit(1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_give_every_review_two_answers_though_some_are_killed(
    cast: SimpleNamespace, batch_of: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(80, overlap=2)
    workers = [second(cast, f"a{number}") for number in range(20)]
    victims = [second(cast, f"v{number}") for number in range(4)]
    monkeypatch.setattr(assigning, "LEASE", timedelta(seconds=2))
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(24)
    working = [fork.Process(target=_client, args=(one, batch, True, start)) for one in workers]
    killed = [fork.Process(target=_client, args=(one, batch, False, start)) for one in victims]
    for one in [*killed, *working]:
        one.start()
    until = time.monotonic() + 60
    while Assignment.objects.filter(annotator__in=victims).count() < len(victims):
        assert time.monotonic() < until, "they get nothing"
        time.sleep(0.02)
    for one in killed:
        one.kill()
    for one in [*killed, *working]:
        one.join()
    assert [one.exitcode for one in killed] == [-signal.SIGKILL] * 4
    assert [one.exitcode for one in working] == [0] * 20, "no deadlock, nobody waits for ever"
    ended = Assignment.objects.filter(ended_at__isnull=False)
    given = Counter(ended.values_list("item_id", flat=True))
    assert set(given.values()) == {2}
    assert len(given) == 80
    by_person = Counter(ended.values_list("annotator", flat=True))
    assert min(by_person[one.pk] for one in workers) > 0
    assert Annotation.objects.filter(question__key="sentiment").count() == 160
    # What the killed had in hand was theirs for a while, and others have answered it since.
    left = Assignment.objects.filter(annotator__in=victims, state="taken")
    assert all(given[one.item_id] == 2 for one in left)
