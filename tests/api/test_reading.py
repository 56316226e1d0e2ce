"""GET and DELETE of reviews, products and indices."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.services import rollups_refresh
from annotation.models import Question
from modelops.models import PredictedMention
from privacy.models import AuditEntry
from reviews.models import Review
from tests import shop
from tests.analytics import factories
from tests.api.conftest import Client

READ = "reviews:read"


def _texts(answer: Any) -> list[int]:
    return [one["id"] for one in answer.json()["items"]]


def test_pages_follow_each_other_until_every_review_was_seen_once(
    api: Client, cast: SimpleNamespace
) -> None:
    days = ["2026-03-01", "2026-03-01", None, "2026-03-02", None, "2026-02-01", "2026-03-01"]
    made = [factories.review(cast.lanting, day).pk for day in days]
    factories.review(cast.northway)
    client = api(READ, stores=[cast.lanting])
    seen: list[int] = []
    address = "/api/v1/reviews?limit=2"
    while address:
        answer = client.get(address)
        seen += _texts(answer)
        address = answer.json()["next"]
    assert sorted(seen) == sorted(made)
    assert seen[0] == made[3]
    assert set(seen[-2:]) == {made[2], made[4]}


def test_each_filter_narrows(api: Client, cast: SimpleNamespace) -> None:
    lamp = factories.product(cast.lanting, "LT-20")
    one = factories.review(
        cast.lanting, "2026-03-01 00:10", product=lamp, language="zh", channel="ticket"
    )
    two = factories.review(cast.lanting, "2026-03-02")
    client = api(READ, stores=[cast.lanting, cast.northway])

    def found(**query: str) -> list[int]:
        return _texts(client.get("/api/v1/reviews", query))

    assert found(product="LT-20") == found(language="zh") == found(channel="ticket") == [one.pk]
    # Days are those of Shanghai, where it is the first of March already.
    assert found(**{"from": "2026-03-01", "to": "2026-03-01"}) == [one.pk]
    assert found(**{"from": "2026-03-02"}) == [two.pk]
    assert found(store="northway") == []
    assert found(external_id=two.external_id, source="file") == [two.pk]
    Review.objects.filter(pk=one.pk).update(updated_at="2020-01-01T00:00:00Z")
    assert found(updated_since="2026-01-01T00:00:00Z") == [two.pk]


def test_a_review_that_may_not_be_passed_on_is_not_shown(
    api: Client, cast: SimpleNamespace
) -> None:
    review = factories.review(cast.lanting, purposes=["analyse"])
    client = api(READ, stores=[cast.lanting])
    assert client.get("/api/v1/reviews").json()["items"] == []
    assert client.get(f"/api/v1/reviews/{review.pk}").status_code == 404


def test_a_review_shows_the_answers_of_the_champion(api: Client, cast: SimpleNamespace) -> None:
    model = factories.model_version()
    review = factories.review(cast.lanting)
    factories.answer(review, model, sentiment="negative")
    PredictedMention.objects.create(
        revision=review.revisions.get(), model=model, start=0, end=4, kind="issue", score=0.5
    )
    other = factories.model_version("other", state="retired")
    factories.answer(review, other, sentiment="positive")
    found = api(READ, stores=[cast.lanting]).get(f"/api/v1/reviews/{review.pk}").json()
    assert found["text"] == review.revisions.get().text
    assert found["model"] == model.label
    assert found["answers"]["sentiment"]["label"] == "negative"
    keys = [choice.key for choice in Question.objects.get(key="sentiment").choices.all()]
    assert list(found["answers"]["sentiment"]["probabilities"]) == keys
    assert found["mentions"] == [
        {"start": 0, "end": 4, "kind": "issue", "scope": "product", "score": 0.5}
    ]


def test_an_etag_saves_the_body_until_an_answer_comes(api: Client, cast: SimpleNamespace) -> None:
    review = factories.review(cast.lanting)
    client = api(READ, stores=[cast.lanting])
    path = f"/api/v1/reviews/{review.pk}"
    tag = client.get(path)["ETag"]
    again = client.get(path, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    factories.answer(review, factories.model_version(), sentiment="negative")
    assert client.get(path, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_a_longer_page_needs_no_more_queries(api: Client, cast: SimpleNamespace) -> None:
    model = factories.model_version()
    for _ in range(8):
        factories.answer(factories.review(cast.lanting), model, sentiment="positive")
    client = api(READ, stores=[cast.lanting])
    client.get("/api/v1/reviews")
    counts = []
    for limit in (1, 6):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client.get("/api/v1/reviews", {"limit": limit}).json()["items"]) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_deleted_review_is_gone_with_all_of_it_and_leaves_a_trace(
    api: Client, cast: SimpleNamespace
) -> None:
    model = factories.model_version()
    review = factories.review(cast.lanting)
    first, second = (factories.review(cast.lanting, duplicate_of=review) for _ in range(2))
    factories.answer(review, model, sentiment="negative")
    client = api("reviews:write", stores=[cast.lanting])
    assert client.delete(f"/api/v1/reviews/{review.pk}").status_code == 204
    assert client.delete(f"/api/v1/reviews/{review.pk}").status_code == 404
    assert not Review.objects.filter(pk=review.pk).exists()
    trace = AuditEntry.objects.get(action="review.delete")
    assert (trace.object_id, trace.actor_name[:4]) == (str(review.pk), "key ")
    # The first of its repeats is counted in its place.
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.duplicate_of_id, second.duplicate_of_id) == (None, first.pk)


def test_deleting_a_review_changes_the_figures(api: Client, cast: SimpleNamespace) -> None:
    model = factories.model_version()
    reviews = [factories.review(cast.lanting) for _ in range(12)]
    for at, review in enumerate(reviews):
        factories.answer(review, model, sentiment="negative" if at else "positive")
    rollups_refresh()
    client = api("reviews:write", "indices:read", stores=[cast.lanting])

    def index() -> Any:
        return client.get("/api/v1/indices/sentiment").json()["rows"][0]

    assert index()["counts"] == {"positive": 1, "neutral": 0, "negative": 11}
    client.delete(f"/api/v1/reviews/{reviews[0].pk}")
    rollups_refresh()
    assert index()["counts"] == {"positive": 0, "neutral": 0, "negative": 11}


class TestIndices:
    @pytest.fixture
    def client(self, api: Client, cast: SimpleNamespace) -> Any:
        model = factories.model_version()
        lamp = factories.product(cast.lanting, "LT-20")
        for store, product, answer in (
            *[(cast.lanting, lamp, "positive")] * 12,
            *[(cast.lanting, None, "negative")] * 12,
            *[(cast.northway, None, "negative")] * 12,
        ):
            factories.answer(factories.review(store, product=product), model, sentiment=answer)
        rollups_refresh()
        return api("indices:read", stores=[cast.lanting])

    def _rows(self, client: Any, **query: Any) -> Any:
        return client.get("/api/v1/indices/sentiment", query).json()["rows"]

    def test_a_key_counts_its_own_stores_only(self, client: Any) -> None:
        [row] = self._rows(client)
        assert (row["value"], row["n"], row["state"]) == (0.0, 24, "uncorrected")
        assert [row["key"] for row in self._rows(client, by="store")] == ["lanting"]

    def test_filters_and_groups_are_those_of_the_pages(self, client: Any) -> None:
        [row] = self._rows(client, product="LT-20", **{"from": "2026-03-01", "to": "2026-03-31"})
        assert (row["value"], row["n"]) == (1.0, 12)
        assert self._rows(client, to="2026-01-01")[0]["state"] == "no_data"
        assert {row["key"] for row in self._rows(client, by="product")} == {"LT-20", None}

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("indices/happiness", 404),
            ("indices/sentiment?product=nothing", 404),
            ("indices/sentiment?by=mood", 422),
            ("indices/sentiment?from=yesterday", 422),
            ("indices/sentiment?from=2026-03-02&to=2026-03-01", 422),
            ("indices/sentiment?incentivised=perhaps", 422),
        ],
    )
    def test_a_question_that_makes_no_sense_is_answered_so(
        self, client: Any, path: str, status: int
    ) -> None:
        assert client.get(f"/api/v1/{path}").status_code == status

    def test_a_wrong_grouping_is_told_the_right_ones(self, client: Any) -> None:
        told = client.get("/api/v1/indices/sentiment?by=mood").json()
        assert "category" in told["detail"]
        assert told["errors"][0]["field"] == "by"

    def test_an_etag_saves_the_figures_until_they_change(self, client: Any) -> None:
        tag = client.get("/api/v1/indices/sentiment")["ETag"]
        again = client.get("/api/v1/indices/sentiment", HTTP_IF_NONE_MATCH=f'W/{tag}, "other"')
        assert again.status_code == 304


class TestProducts:
    def test_a_product_is_made_then_replaced(self, api: Client, cast: SimpleNamespace) -> None:
        client = api("reviews:write", READ, stores=[cast.lanting])
        sent = {"name_en": "Lamp", "name_zh": "台灯", "category_en": "Lighting"}
        made = client.put("/api/v1/products/LT/20 a", sent, format="json")
        assert made.status_code == 201
        assert made.json()["external_id"] == "LT/20 a"
        assert made.json()["category"]["key"] == "Lighting"
        replaced = client.put("/api/v1/products/LT/20 a", {"name_en": "Lamp 2"}, format="json")
        assert replaced.status_code == 200
        assert (replaced.json()["name_zh"], replaced.json()["category"]) == ("", None)
        assert client.get("/api/v1/products/LT/20 a").json() == replaced.json()

    def test_the_same_number_in_two_stores_is_two_products(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        factories.product(cast.northway, "1", name_en="theirs")
        client = api("reviews:write", READ, stores=[cast.lanting])
        assert client.put("/api/v1/products/1", {"name_en": "ours"}, format="json").status_code == (
            201
        )
        assert [one["name_en"] for one in client.get("/api/v1/products").json()["items"]] == [
            "ours"
        ]

    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            ("1", {"name": "x"}, "name"),
            ("1", {"name_en": "x" * 301}, "name_en"),
            ("1", {"name_en": "a\u0000b"}, "name_en"),
            ("1", {"name_en": ["x"]}, "name_en"),
            ("x" * 121, {}, "external_id"),
        ],
    )
    def test_a_product_that_cannot_be_stored_says_which_field(
        self, api: Client, cast: SimpleNamespace, path: str, body: Any, field: str
    ) -> None:
        answer = api("reviews:write", stores=[cast.lanting]).put(
            f"/api/v1/products/{path}", body, format="json"
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field

    def test_products_are_found_by_words_and_come_in_pages(
        self, api: Client, cast: SimpleNamespace
    ) -> None:
        for number in range(5):
            factories.product(cast.lanting, str(number), name_en=f"lamp {number}", brand="Lanting")
        factories.product(cast.lanting, "9", name_en="chair")
        client = api(READ, stores=[cast.lanting])
        first = client.get("/api/v1/products?q=lamp lanting&limit=3").json()
        second = client.get(first["next"]).json()
        assert [one["external_id"] for one in first["items"] + second["items"]] == list("01234")
        assert second["next"] is None


def test_reviews_are_searched_by_words_and_say_why_not_by_meaning(
    api: Client, cast: SimpleNamespace
) -> None:
    model = factories.model_version()
    texts = {"漏水的盖子": "negative", "盖子很紧": "positive", "no leaks at all": "positive"}
    for text, mood in texts.items():
        review = factories.review(cast.lanting, stars=1 if mood == "negative" else 5)
        shop.write(review, text)
        factories.answer(review, model, sentiment=mood)
    client = api(READ, stores=[cast.lanting])

    def found(**query: object) -> list[str]:
        answer = client.get("/api/v1/reviews", query)
        assert answer.status_code == 200, answer.content
        return sorted(item["text"] for item in answer.json()["items"])

    assert found(q="盖子") == ["漏水的盖子", "盖子很紧"]
    assert found(q="盖子 -漏水") == ["盖子很紧"]
    assert found(q="leak") == ["no leaks at all"]
    assert found(q="盖子", stars=1) == ["漏水的盖子"]
    assert found(q="盖子", sentiment="positive") == ["盖子很紧"]
    meaning = client.get("/api/v1/reviews", {"q": "盖子", "by": "meaning"}).json()
    assert (meaning["found_by"], len(meaning["items"])) == ("words", 2)
    assert meaning["note"] in {"extension", "nothing"}
    assert client.get("/api/v1/reviews", {"by": "smell"}).status_code == 422
