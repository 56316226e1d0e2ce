"""The dashboard, the reviews and the products as people get them from the server."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Store
from common.services import job_create
from tests import shop

FIGURE = re.compile(r"[+−]\d\.\d\d")


@pytest.fixture
def opened(cast: SimpleNamespace) -> SimpleNamespace:
    return shop.open_shop(cast)


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def body(client: Client, url: str, **headers: str) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def pages_of(opened: SimpleNamespace) -> list[str]:
    """Every page that shows something of lanting."""
    return [
        reverse("review", args=[opened.latest.pk]),
        reverse("product", args=[opened.kettle.pk]),
        reverse("import", args=[opened.batch.pk]),
        reverse("import-rejects", args=[opened.batch.pk]),
        reverse("job", args=[opened.job.pk]),
        f"{reverse('dashboard')}?store=lanting",
        f"{reverse('reviews')}?store=lanting",
        f"{reverse('reviews')}?product={opened.kettle.pk}",
        f"{reverse('products')}?store=lanting",
        f"{reverse('trend-csv')}?store=lanting",
    ]


def test_bob_finds_nothing_of_a_store_that_is_not_his(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    bob, mia = signed_in(cast.bob), signed_in(cast.mia)
    for url in pages_of(opened):
        assert mia.get(url).status_code == 200, url
        assert bob.get(url).status_code == 404, url


def test_lists_show_only_what_belongs_to_the_readers_stores(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    bob = signed_in(cast.bob)
    shown = "".join(
        body(bob, reverse(name)) for name in ("dashboard", "reviews", "products", "imports", "jobs")
    )
    assert "Phone" in shown
    for secret in ("Kettle", "漏水", "march.csv", "Lanting", "kitchen"):
        assert secret not in shown, secret


def test_every_page_asks_for_a_sign_in(opened: SimpleNamespace) -> None:
    plain = [reverse(name) for name in ("dashboard", "reviews", "products", "imports", "models")]
    for url in [*plain, reverse("jobs"), reverse("import-new"), *pages_of(opened)]:
        response = Client().get(url)
        assert response.status_code == 302, url
        assert response["Location"].startswith(reverse("admin:login")), url


def test_somebody_without_staff_rights_signs_in_and_sees_no_lists_of_users(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    cast.mia.is_staff = False
    cast.mia.save()
    client = Client()
    response = client.post(
        reverse("admin:login"), {"username": "mia", "password": cast.password}, follow=True
    )
    assert response.redirect_chain[-1][0] == reverse("dashboard")
    assert "Kettle" in response.content.decode()
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert reverse("admin:accounts_user_changelist") not in response.content.decode()


def test_a_figure_counts_as_many_reviews_as_its_link_lists(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    client = signed_in(cast.mia)
    shown = body(client, reverse("dashboard"))
    links = {html.unescape(link) for link in re.findall(r'href="(/reviews/\?[^"]*)"', shown)}
    positive = next(link for link in links if "sentiment=positive" in link)
    negative = next(link for link in links if "sentiment=negative" in link)
    assert body(client, positive).count("<article") == 9
    assert ">9 reviews" in body(client, positive)
    # Too few say whether they buy for a share: each answer is counted, and leads to its reviews.
    want = next(link for link in links if "purchase_intent=want" in link)
    assert body(client, want).count("<article") == 3
    asked = next(link for link in links if "product_demand=said" in link)
    assert body(client, asked).count("<article") == 2
    assert body(client, f"{reverse('reviews')}?purchase_intent=said").count("<article") == 3
    assert body(client, negative).count("<article") == 5
    assert FIGURE.search(shown)


def test_a_period_without_reviews_has_no_number(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    url = f"{reverse('dashboard')}?from=2020-01-01&to=2020-01-31"
    cards = body(signed_in(cast.mia), url).split('class="v-three"')[1].split("Reviews by week")[0]
    assert "no data" in cards
    assert not FIGURE.search(cards)


def test_an_empty_shop_offers_the_next_step(cast: SimpleNamespace) -> None:
    client = signed_in(cast.mia)
    for name in ("dashboard", "reviews", "products", "imports"):
        assert reverse("import-new") in body(client, reverse(name)), name


def test_whoever_runs_an_empty_house_is_told_to_add_a_store(cast: SimpleNamespace) -> None:
    Store.objects.all().delete()
    add = reverse("admin:accounts_store_add")
    assert add in body(signed_in(cast.alice), reverse("dashboard"))
    shown = body(signed_in(cast.mia), reverse("dashboard"))
    assert add not in shown
    assert "Ask an administrator" in shown


def test_a_job_says_what_came_of_it_in_words(cast: SimpleNamespace) -> None:
    job = job_create(actor=cast.mia, kind="train", arguments={})
    job.state, job.attempts = "succeeded", 1
    job.result = {"model": "mine-3", "metrics": {"dev": {}}, "promotion": {"promoted": True}}
    job.save()
    client = signed_in(cast.mia)
    client.cookies["django_language"] = "zh-hans"
    shown = body(client, reverse("job", args=[job.pk]))
    assert "mine-3" in shown
    assert "模型版本" in shown
    assert "metrics" not in shown


def test_words_are_found_in_both_languages_and_filters_narrow(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    client = signed_in(cast.mia)
    shop.write(opened.reviews[0], "The lid leaks, and the Handle is short")
    found = {
        "盖子": 1, "漏水 把手": 1, "漏": 1, "盖漏": 0, "handle LID": 1, "handle kettle": 0, "!!": 0,
    }  # fmt: skip
    for words, n in found.items():
        shown = body(client, f"{reverse('reviews')}?q={words}")
        assert shown.count("<article") == n, words
    assert body(client, f"{reverse('reviews')}?stars=1&language=zh").count("<article") == 3
    assert body(client, f"{reverse('reviews')}?mention=issue").count("<article") == 1
    assert body(client, f"{reverse('reviews')}?product_demand=improve").count("<article") == 2


def test_a_review_is_quoted_exactly_and_nothing_of_it_is_markup(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    shown = body(signed_in(cast.mia), reverse("review", args=[opened.latest.pk]))
    text = shown.split('v-text-large"')[1].split("</p>")[0].split(">", 1)[1]
    assert html.unescape(re.sub(r"<[^>]+>", "", text)) == shop.KETTLE_TEXT
    chip = re.search(r'<span class="v-chip" title="([^"]*)">\[PHONE_1\]</span>', text)
    assert chip
    assert chip[1].startswith("phone number")
    assert re.search(r'v-mention-issue"[^>]*>盖子</mark>', text)
    assert "&lt;b&gt;" in text
    assert opened.champion.label in shown


def test_pages_of_the_list_miss_no_review_and_show_none_twice(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    from reviews.models import Review
    from reviews.selectors.listing import review_page
    from tests.analytics import factories

    for _ in range(3):
        factories.review(cast.lanting, "2026-03-12")  # dates that are equal
        factories.review(cast.lanting, None)
    mine = Review.objects.filter(store=cast.lanting)
    seen, after = [], None
    while True:
        found = review_page(mine, after, size=4)
        seen += [review.pk for review in found.reviews]
        after = found.following
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 20
    assert {r.pk for r in mine.filter(posted_at=None)} == set(seen[-3:])


def test_nonsense_in_the_address_harms_nothing(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    client = signed_in(cast.mia)
    for query in ("after=x", "after=~", "period=x&from=2026-99-99", "stars=9", "q=%00%27&page=-4",
                  "from=2026-05-01&to=2026-01-01", "language=fr&mention=x&channel=x"):  # fmt: skip
        for name in ("reviews", "dashboard", "products"):
            body(client, f"{reverse(name)}?{query}")
    for query in ("product=x", "product=99999999999999999999", "store=nope", "category=nope"):
        assert client.get(f"{reverse('reviews')}?{query}").status_code == 404, query


def test_a_page_says_its_language_and_title(cast: SimpleNamespace, opened: SimpleNamespace) -> None:
    client = signed_in(cast.mia)
    english = body(client, reverse("product", args=[opened.kettle.pk]))
    assert '<html lang="en"' in english
    assert re.search(r"<title>\s*Kettle \| Verbatim</title>", english)
    client.cookies["django_language"] = "zh-hans"
    chinese = body(client, reverse("product", args=[opened.kettle.pk]))
    assert '<html lang="zh-hans"' in chinese
    assert re.search(r"<title>\s*电热水壶 \| Verbatim</title>", chinese)


def test_the_front_page_asks_the_database_no_more_for_more_reviews(
    cast: SimpleNamespace, opened: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    client = signed_in(cast.mia)
    with django_assert_max_num_queries(95):  # type: ignore[operator]
        body(client, reverse("dashboard"))
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        body(client, reverse("reviews"))


def test_people_see_and_stop_only_their_own_jobs(
    cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    theirs = job_create(actor=cast.bob, kind="import_file", arguments={})
    mia = signed_in(cast.mia)
    assert mia.get(reverse("job", args=[theirs.pk])).status_code == 404
    assert mia.post(reverse("job-cancel", args=[theirs.pk])).status_code == 404
    assert mia.get(reverse("job-cancel", args=[opened.job.pk])).status_code == 405
    response = mia.post(reverse("job-cancel", args=[opened.job.pk]), follow=True)
    opened.job.refresh_from_db()
    assert opened.job.state == "cancelled"
    assert "Cancelled." in response.content.decode()
    theirs.refresh_from_db()
    assert theirs.state == "queued"
    assert signed_in(cast.alice).get(reverse("job", args=[theirs.pk])).status_code == 200


def test_errors_are_friendly_and_show_no_trace(
    cast: SimpleNamespace, opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.mia)
    client.raise_request_exception = False
    missing = client.get("/nothing/here/")
    assert missing.status_code == 404
    assert "There is no such page" in missing.content.decode()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("kept inside")

    monkeypatch.setattr("analytics.views.dashboard.headline", fail)
    broken = client.get(reverse("dashboard"))
    assert broken.status_code == 500
    assert "Something went wrong here" in broken.content.decode()
    assert "kept inside" not in broken.content.decode()
    assert "Traceback" not in broken.content.decode()
