"""Two who label the same review answer it blindly: they see neither each other nor the model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from annotation.models import Annotation, Assignment, Batch, BatchItem, Mention, MentionLook
from annotation.services.answering import Given, answer_save
from annotation.services.assigning import items_take
from annotation.services.remapping import LookDecided, look_decide
from reviews.models import Review
from tests import shop

ANSWERS = {"sentiment": "neutral", "purchase_intent": "none"}
OTHERS = "What people answered"
NOTE = "or may be given it"


@pytest.fixture
def scene(cast: SimpleNamespace) -> SimpleNamespace:
    """A kettle's review that two people are to answer; max has, ann has not."""
    opened = shop.open_shop(cast)
    BatchItem.objects.all().delete()  # the audit sample may have drawn some of the shop's reviews
    batch = Batch.objects.create(name="two", design="uniform", state="open", priority=100)
    BatchItem.objects.create(batch=batch, review=opened.latest, wanted_answers=2)
    [taken] = items_take(actor=cast.max, batch=batch)
    save(cast.max, taken)
    return SimpleNamespace(batch=batch, review=opened.latest, opened=opened)


def save(person: User, taken: Assignment, client_ms: int = 1) -> None:
    given = Given(ANSWERS, client_ms=client_ms, revision=taken.revision_id)
    answer_save(actor=person, assignment_id=taken.pk, given=given, redact=str)


def page(person: User, name: str, *args: int, query: str = "") -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def link(review: Review) -> str:
    return f'href="{reverse("review", args=[review.pk])}"'


def sees(person: User, scene: SimpleNamespace) -> bool:
    """Whether they are shown what the model and others answered: everywhere, or nowhere."""
    one = page(person, "review", scene.review.pk)
    rows = page(person, "reviews")
    assert link(scene.review) in rows
    there = {
        "bars": "v-bars" in one,
        # By name to who leads, else as somebody's.
        "colleague": "<td>max</td>" in one or "<td>an annotator</td>" in one,
        "found by answer": link(scene.review)
        in page(person, "reviews", query="?sentiment=negative"),
        "found by mention": link(scene.review) in page(person, "reviews", query="?mention=issue"),
        "marked in the list": ">盖子</mark>" in rows,
        "product": link(scene.review) in page(person, "product", scene.review.product_id),
        "no note": NOTE not in one,
    }
    assert len(set(there.values())) == 1, there
    return there["bars"]


@pytest.mark.django_db
def test_who_may_be_given_a_review_sees_nothing_of_its_answers(
    cast: SimpleNamespace, scene: SimpleNamespace
) -> None:
    assert not sees(cast.ann, scene)
    assert sees(cast.mia, scene)
    assert sees(cast.max, scene)


@pytest.mark.django_db
def test_who_has_answered_sees_their_own_answer_alone_while_it_can_be_changed(
    cast: SimpleNamespace, scene: SimpleNamespace
) -> None:
    [taken] = items_take(actor=cast.ann, batch=scene.batch)
    save(cast.ann, taken)
    assert not sees(cast.ann, scene)
    assert OTHERS in page(cast.ann, "review", scene.review.pk)
    scene.batch.state = Batch.State.CLOSED
    scene.batch.save()
    assert sees(cast.ann, scene)


@pytest.mark.django_db
def test_what_others_are_asked_is_no_secret_and_a_second_role_lifts_it(
    cast: SimpleNamespace, scene: SimpleNamespace
) -> None:
    scene.batch.annotators.add(cast.max)
    assert sees(cast.ann, scene)
    scene.batch.annotators.clear()
    cast.ann.roles = [Role.ANNOTATOR, Role.ML_ENGINEER]
    cast.ann.save()
    assert sees(cast.ann, scene)


@pytest.mark.django_db
def test_a_full_review_is_no_secret_but_one_in_hand_is(
    cast: SimpleNamespace, scene: SimpleNamespace
) -> None:
    BatchItem.objects.filter(batch=scene.batch).update(wanted_answers=1)
    assert sees(cast.ann, scene)
    BatchItem.objects.filter(batch=scene.batch).update(wanted_answers=2)
    items_take(actor=cast.ann, batch=scene.batch)
    Batch.objects.update(state="closed")
    assert not sees(cast.ann, scene)


@pytest.mark.django_db
def test_a_colleagues_cut_mention_is_not_shown_to_who_may_be_given_the_review(
    cast: SimpleNamespace, scene: SimpleNamespace
) -> None:
    revision = scene.review.revisions.get(is_current=True)
    mention = Mention.objects.create(
        revision=revision, annotator=cast.max, start=0, end=2, kind="issue"
    )
    look = MentionLook.objects.create(mention=mention, review=scene.review)
    assert "Keep the mention" not in page(cast.ann, "mention-looks")
    client = Client()
    client.force_login(cast.ann, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("mention-look", args=[look.pk])
    assert client.post(url, {"action": "remove"}).status_code == 404
    assert " max " in page(cast.pia, "mention-looks").split("<main")[1]
    scene.batch.delete()
    shown = page(cast.ann, "mention-looks")
    assert "Keep the mention" in shown
    assert " max " not in shown.split("<main")[1]  # whose it is does not help to decide


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_a_cut_mention_at_once_one_does(cast: SimpleNamespace) -> None:
    opened = shop.open_shop(cast)
    revision = opened.latest.revisions.get(is_current=True)
    mention = Mention.objects.create(
        revision=revision, annotator=cast.max, start=0, end=2, kind="issue"
    )
    look = MentionLook.objects.create(mention=mention, review=opened.latest)

    def decide(keep: bool) -> bool:
        try:
            look_decide(actor=cast.ann, look_id=look.pk, keep=keep)
        except LookDecided:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, [True, False])) == [False, True]
    look.refresh_from_db()
    assert (look.state == "kept") is Mention.objects.filter(pk=mention.pk).exists()
    assert not Annotation.objects.exists()
