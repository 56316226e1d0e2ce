"""Searching the texts: what people type, and which reviews they get."""

from __future__ import annotations

from itertools import chain
from types import SimpleNamespace

import pytest
from django.db import connection

from reviews.models import Purpose, Review
from reviews.selectors import matching_page, reviews_for, reviews_matching, searching
from reviews.selectors.listing import ReviewPage
from tests import shop
from tests.analytics import factories

pytestmark = pytest.mark.django_db

TEXTS = {
    "zh": "这个水壶的盖子漏水，性价比不高，送货很快",
    "hant": "這個水壺的蓋子會漏水，送貨很慢",
    "leaks": "The lid leaks and the battery life is short",
    "leaking": "Leaking batteries after a week; life goes on, battery gone",
    "one": "快，好用",
    "other": "Nothing to complain about",
}


@pytest.fixture
def texts(cast: SimpleNamespace) -> dict[str, Review]:
    found = {}
    for at, (name, text) in enumerate(TEXTS.items()):
        found[name] = factories.review(cast.lanting, f"2026-03-{at + 1:02d}")
        shop.write(found[name], text)
    return found


def hits(cast: SimpleNamespace, texts: dict[str, Review], words: str) -> set[str]:
    mine = reviews_for(Purpose.ANALYSE, [cast.lanting])
    names = {review.pk: name for name, review in texts.items()}
    by_page = {names[review.pk] for review in matching_page(mine, words).reviews}
    assert by_page == {names[review.pk] for review in reviews_matching(mine, words)}
    return by_page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("漏水", {"zh", "hant"}),
        ("蓋子", {"zh", "hant"}),  # either script finds both
        ("盖子 漏水", {"zh", "hant"}),
        ("盖子漏水", {"zh"}),  # side by side
        ("性价比", {"zh"}),
        ("快", {"zh", "one"}),  # wherever one character stands
        ("leak", {"leaks", "leaking"}),  # any form of the word
        ("LEAKED", {"leaks", "leaking"}),
        ('"battery life"', {"leaks"}),
        ("“battery life”", {"leaks"}),
        ("battery life", {"leaks", "leaking"}),
        ('"life battery"', set()),
        ("battery -leaking", set()),  # every form of it
        ("battery -week", {"leaks"}),
        ("送货 -漏水", set()),
        ("-battery", set()),  # nothing is looked for
        ("!!!", set()),
        ("'; drop table x --", set()),
        ("nonesuch", set()),
        ("漏水 lid", set()),
    ],
)
def test_words_find_what_people_mean(
    cast: SimpleNamespace, texts: dict[str, Review], words: str, found: set[str]
) -> None:
    assert hits(cast, texts, words) == found


def _pages(cast: SimpleNamespace, words: str) -> list[list[int]]:
    mine = reviews_for(Purpose.ANALYSE, [cast.lanting])
    pages, after = [], None
    while True:
        page: ReviewPage = matching_page(mine, words, after, 4)
        pages.append([review.pk for review in page.reviews])
        if page.following is None:
            return pages
        after = page.following


def test_common_words_give_the_same_pages_however_they_are_looked_for(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for at in range(30):
        review = factories.review(cast.lanting, f"2026-03-{at // 2 + 1:02d}" if at % 9 else None)
        shop.write(review, "质量很好" if at % 2 else "still nothing")
        made.append(review)
    by_index = _pages(cast, "质量")
    with connection.cursor() as cursor:
        cursor.execute("analyze reviews_textrevision")
    monkeypatch.setattr(searching, "_known", (float("-inf"), {}, 0.0))
    monkeypatch.setattr(searching, "_FIRST_LOOK", 3)
    assert searching._share([("质量",)]) == pytest.approx(0.5, abs=0.05)
    assert _pages(cast, "质量") == by_index
    assert list(chain.from_iterable(by_index)) == [
        review.pk
        for review in sorted(
            (review for at, review in enumerate(made) if at % 2),
            key=lambda one: (
                one.posted_at is None,
                -(one.posted_at or one.created_at).timestamp(),
                -one.pk,
            ),
        )
    ]


def test_a_search_sees_only_the_readers_stores(
    cast: SimpleNamespace, texts: dict[str, Review]
) -> None:
    theirs = reviews_for(Purpose.ANALYSE, [cast.northway])
    assert matching_page(theirs, "漏水").reviews == []


def test_the_longest_text_can_be_stored_and_found_by_its_beginning(cast: SimpleNamespace) -> None:
    review = factories.review(cast.lanting)
    shop.write(review, "漏水" + "很好" * 9_999)
    mine = reviews_for(Purpose.ANALYSE, [cast.lanting])
    assert [found.pk for found in matching_page(mine, "漏水").reviews] == [review.pk]
