"""The doorways of the labelling page: who may, what comes out, and what bad input is told."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    Guideline,
    Mention,
    SamplingDesign,
)
from annotation.services.guidelines import guideline_seed
from annotation.services.questions import questions_seed
from common import text_service
from reviews.models import Doubt, Review
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {"answers": {"sentiment": "positive", "purchase_intent": "none"}}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def batch_of(cast: SimpleNamespace) -> Callable[..., Batch]:
    def make(*texts: str, store: Any = None, **fields: Any) -> Batch:
        questions_seed()
        guideline_seed()
        batch = Batch.objects.create(
            **{"name": "may", "design": SamplingDesign.UNIFORM, "state": "open", **fields}
        )
        for text in texts:
            review = factories.review(store or cast.lanting)
            shop.write(review, text)
            BatchItem.objects.create(batch=batch, review=review, inclusion_probability=0.5)
        return batch

    return make


def post(client: Client, name: str, *args: int, **body: Any) -> Any:
    return client.post(reverse(name, args=args), json.dumps(body), "application/json")


def take(client: Client, batch: Batch, count: int = 1) -> list[dict[str, Any]]:
    answer = post(client, "label-take", batch.pk, count=count, held=[])
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def send(
    client: Client, batch: Batch, item: dict[str, Any], action: str = "answer", **more: Any
) -> Any:
    body = {**GOOD, "client_ms": 1, "revision": item["revision"], **more}
    return post(client, f"label-{action}", batch.pk, item["id"], **body)


def test_annotators_only_and_only_their_stores(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    ours, theirs = batch_of("ours"), batch_of("theirs", store=cast.northway, name="june")
    ann, mia = signed_in(cast.ann), signed_in(cast.mia)
    assert ann.get(reverse("label-batch", args=[ours.pk])).status_code == 200
    assert ann.get(reverse("label-batch", args=[theirs.pk])).status_code == 404
    closed = post(ann, "label-take", theirs.pk, count=1)
    assert (closed.status_code, closed.json()["code"]) == (404, "gone")
    listed = ann.get(reverse("label")).content.decode()
    assert "One review is left for you" in listed
    assert mia.get(reverse("label")).status_code == 403
    assert post(mia, "label-take", ours.pk, count=1).status_code == 403
    assert post(Client(), "label-take", ours.pk, count=1).status_code == 401
    assert Client().get(reverse("label")).status_code == 302


def test_a_batch_given_to_others_is_not_found(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch = batch_of("a")
    batch.annotators.add(cast.max)
    assert signed_in(cast.ann).get(reverse("label-batch", args=[batch.pk])).status_code == 404


def test_nobody_reaches_what_another_has_in_hand(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch = batch_of("a")
    [item] = take(signed_in(cast.ann), batch)
    max_ = signed_in(cast.max)
    refused = send(max_, batch, item)
    assert (refused.status_code, refused.json()["code"]) == (404, "gone")
    assert send(max_, batch, item, "skip", reason="spam").status_code == 404
    assert max_.get(reverse("label-item", args=[batch.pk, item["id"]])).status_code == 404


def test_an_answer_is_stored_with_its_spans_and_comes_back_to_be_edited(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch = batch_of("很好用👨‍👩‍👧，希望加个把手", "second")
    ann = signed_in(cast.ann)
    item = take(ann, batch)[0]
    marks = [{"start": 13, "end": 15, "kind": "add", "scope": "product"}]
    for _ in range(2):
        assert send(ann, batch, item, mentions=marks, flags=["unsure"], keys=5).status_code == 200
    assert Annotation.objects.count() == 3
    mention = Mention.objects.get()
    assert mention.revision.text[mention.start : mention.end] == "把手"
    [back] = ann.get(reverse("label-last", args=[batch.pk])).json()["items"]
    assert back["given"]["mentions"] == marks
    assert back["given"]["answers"]["product_demand"] == "add"
    assert (back["given"]["flags"], back["client_ms"]) == (["unsure"], 1)
    assert send(ann, batch, item, "skip", reason="copied", client_ms=2).status_code == 200
    assert Assignment.objects.get(pk=item["id"]).skip_reason == "copied"


def test_what_the_page_has_already_is_not_sent_again(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch = batch_of("a", "b", "c")
    ann = signed_in(cast.ann)
    [first] = take(ann, batch)
    answer = post(ann, "label-take", batch.pk, count=3, held=[first["id"]]).json()
    assert len(answer["in_hand"]) == 3
    assert first["id"] not in [one["id"] for one in answer["items"]]
    assert len(answer["items"]) == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"answers": {"sentiment": "fine", "purchase_intent": "none"}}, "sentiment"),
        ({"answers": ["sentiment"]}, "answers"),
        ({"mentions": {}}, "mentions"),
        ({"mentions": [{"start": "0", "end": 2, "kind": "add"}]}, "mentions"),
        ({"mentions": [{"start": 0, "end": 99, "kind": "add"}]}, "mentions"),
        ({"mentions": [{"start": 0, "end": 1, "kind": ["add"]}]}, "mentions"),
        ({"flags": "mixed"}, "flags"),
        ({"flags": ["angry"]}, "flags"),
        ({"comment": 7}, "comment"),
        ({"client_ms": "now"}, "client_ms"),
        ({"client_ms": True}, "client_ms"),
        ({"revision": None}, "revision"),
        ({"seconds": "long"}, "seconds"),
        ({"keys": -1}, "keys"),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(
    cast: SimpleNamespace, batch_of: Callable[..., Batch], more: dict[str, Any], field: str
) -> None:
    batch, ann = batch_of("abc"), signed_in(cast.ann)
    [item] = take(ann, batch)
    answer = send(ann, batch, item, **more)
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"a"'])
def test_what_is_no_json_object_is_told_so(
    cast: SimpleNamespace, batch_of: Callable[..., Batch], body: bytes
) -> None:
    batch, ann = batch_of("abc"), signed_in(cast.ann)
    url = reverse("label-take", args=[batch.pk])
    answer = ann.post(url, body, "application/json")
    assert (answer.status_code, answer.json()["field"]) == (400, "body")


def test_without_the_text_service_a_comment_waits_and_nothing_is_half_stored(
    cast: SimpleNamespace, batch_of: Callable[..., Batch], settings: Any, monkeypatch: Any
) -> None:
    settings.VERBATIM_TEXT_SERVICE = "/nowhere/text.sock"
    batch, ann = batch_of("abc"), signed_in(cast.ann)
    [item] = take(ann, batch)
    answer = send(ann, batch, item, comment="call 13812345678")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert not Annotation.objects.exists()
    told = text_service.RedactedText("call [PHONE_1]", [], "1")
    monkeypatch.setattr(text_service, "redact", lambda texts: [told])
    assert send(ann, batch, item, comment="call 13812345678").status_code == 200
    assert set(Annotation.objects.values_list("comment", flat=True)) == {"call [PHONE_1]"}


def test_personal_data_is_replaced_at_once_and_marks_go_along(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, ann = batch_of("ask Zyx about the lid"), signed_in(cast.ann)
    [item] = take(ann, batch)
    lid = {"start": 18, "end": 21, "kind": "issue", "scope": "product"}
    sent = {"revision": item["revision"], "start": 4, "end": 7, "mentions": [lid]}
    url = ("label-personal-data", batch.pk, item["id"])
    assert post(ann, *url, **sent, type="NOBODY").json()["field"] == "type"
    answer = post(ann, *url, **sent, type="PERSON").json()
    fresh, [moved] = answer["item"], answer["mentions"]
    assert fresh["text"] == "ask [PERSON_1] about the lid"
    assert fresh["text"][moved["start"] : moved["end"]] == "lid"
    assert fresh["placeholders"] == [[4, 14, "PERSON"]]
    assert Doubt.objects.get().created_by == cast.ann
    for number, (seen, mark) in enumerate(((item, lid), (fresh, moved)), 1):
        assert send(ann, batch, seen, mentions=[mark], client_ms=number).status_code == 200
        mention = Mention.objects.get()
        assert mention.revision.text[mention.start : mention.end] == "lid"
        assert mention.revision.is_current


def test_a_text_redacted_while_it_waited_is_shown_as_it_is_now(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, ann = batch_of("ask Zyx"), signed_in(cast.ann)
    take(ann, batch)
    factories.revise(Review.objects.get(), "ask [PERSON_1]")
    [again] = take(ann, batch)
    assert again["text"] == "ask [PERSON_1]"


def test_a_late_answer_is_told_kindly(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    batch, ann = batch_of("a"), signed_in(cast.ann)
    joe = User.objects.create_user(username="joe", roles=[Role.ANNOTATOR])
    joe.stores.set([cast.lanting])
    [item] = take(ann, batch)
    Assignment.objects.update(taken_until=timezone.now() - timedelta(minutes=1))
    [theirs] = take(signed_in(joe), batch)
    assert send(signed_in(joe), batch, theirs).status_code == 200
    answer = send(ann, batch, item)
    assert (answer.status_code, answer.json()["code"]) == (409, "taken")


def test_the_champion_suggests_only_where_the_batch_says_so(cast: SimpleNamespace) -> None:
    opened = shop.open_shop(cast)
    ann = signed_in(cast.ann)
    for name, helped in (("helped", True), ("alone", False)):
        batch = Batch.objects.create(
            name=name, design="uniform", state="open", shows_answers=helped
        )
        review = opened.latest if helped else opened.reviews[0]
        BatchItem.objects.create(batch=batch, review=review)
        [item] = take(ann, batch)
        if not helped:
            assert item["suggested"] is None
            continue
        choice, sure = item["suggested"]["answers"]["sentiment"]
        assert (choice, item["suggested"]["model"]) == ("negative", opened.champion.label)
        assert 0 < sure <= 1
        assert item["suggested"]["mentions"][0]["kind"] == "issue"


def test_texts_are_not_kept_by_the_browser(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, ann = batch_of("secret words"), signed_in(cast.ann)
    answer = post(ann, "label-take", batch.pk, count=1)
    assert "no-store" in answer["Cache-Control"]
    assert "secret words" not in ann.get(reverse("label-batch", args=[batch.pk])).content.decode()


def test_the_guideline_in_force_is_told_with_every_review(
    cast: SimpleNamespace, batch_of: Callable[..., Batch]
) -> None:
    batch, ann = batch_of("a"), signed_in(cast.ann)
    first = Guideline.objects.get()
    text = first.text_en.replace("### ", "### Anew: ", 1)
    Guideline.objects.create(version=7, text_en=text, text_zh=first.text_zh)
    assert post(ann, "label-take", batch.pk, count=1, held=[]).json()["guideline"] == 7
    told = ann.get(reverse("label-guideline")).json()
    assert told["version"] == 7
    assert told["clauses"][0]["own"]["title"].startswith("Anew: ")
    assert signed_in(cast.mia).get(reverse("label-guideline")).status_code == 403
    assert Client().get(reverse("label-guideline")).status_code == 401


def test_the_key_of_a_computer_is_a_persons_own_and_outlasts_the_sites(
    cast: SimpleNamespace, settings: Any
) -> None:
    def keys(person: User) -> list[str]:
        found = signed_in(person).get(reverse("label")).context["config"]["keys"]
        assert all(len(b64decode(one)) == 32 for one in found)
        return list(found)

    mine = keys(cast.ann)
    assert keys(cast.ann) == mine
    assert keys(cast.max) != mine
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one, after a rotation of keys"
    first, second = keys(cast.ann)
    assert second == mine[0]
    assert first != second
