"""What reviews are marked as: paid for, empty, advertising, followed up, part of a burst."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reviews.cleaning.rules import is_incentivised, is_low_information, is_spam
from reviews.language import identify
from reviews.models import Review, Source, TextRevision
from reviews.services.bursts import burst_days, bursts_mark


@pytest.mark.parametrize(
    "text",
    [
        "客服说五星晒图返5元红包，还行吧",
        "好评有礼才来写的",
        "商家免费试用的，写个评价",
        "I received this lamp free of charge in exchange for my honest review.",
        "They sent a $10 gift card for leaving a 5-star review",
        "Offered a refund if I changed my review to five stars",
    ],
)
def test_reviews_that_were_paid_for_say_so(text: str) -> None:
    assert is_incentivised(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有好评返现，自己花钱买的",
        "退货返了运费，客服不错",
        "Gift card arrived the same day, great for my niece",
        "I did not receive anything in exchange for this review",
        "The refund took two weeks",
        "Free delivery and a good price",
        "送货上门，五星好评",
    ],
)
def test_presents_refunds_and_denials_are_no_payment(text: str) -> None:
    assert not is_incentivised(text)


@pytest.mark.parametrize(
    "text", ["好评", "非常好，很满意！！", "111111", "👍👍", "Great product, love it"]
)
def test_praise_of_nothing_is_low_information(text: str) -> None:
    assert is_low_information(text)


@pytest.mark.parametrize("text", ["漏水", "lid leaks", "物流快", "too small", "质量差", "不好用"])
def test_a_short_text_that_names_something_is_not(text: str) -> None:
    assert not is_low_information(text)


def test_an_advertisement_needs_bait_and_a_way_to_reach_somebody() -> None:
    assert is_spam("兼职日赚三百，加微信 abc123")
    assert is_spam("Make money at home, visit my page www.example.com")
    assert not is_spam("说是兼职做的，质量一般")
    assert not is_spam("客服让我加微信，半天没回")
    # What shoppers leave for an invoice or an answer is no advertisement.
    assert not is_spam("发票开错抬头了，重开发到anna@mail.com，谢谢")
    assert not is_spam("Promo code rejected at checkout, mail me at anna@mail.com")
    assert not is_spam("我赌你会后悔，客服微信号：abc123，自己去问")
    assert not is_spam("Bought it in Seoul, see www.example.com for sizes")


@pytest.mark.parametrize(
    ("text", "variety"),
    [
        ("這個水壺很漂亮，但是蓋子會漏水", "zh-Hant"),
        ("这个水壶很漂亮，但是盖子会漏水", "zh-Hans"),
        ("很好用", "zh-Hans"),
        ("物流很快 but the lid leaks and the handle is too hot 不推荐", "mixed"),
        ("iPhone 15 Pro Max 手机很好用", "zh-Hans"),
        ("Arrived on time, sturdy handle", "en"),
        ("Produit conforme, livraison rapide", "other"),
        ("очень хорошо", "other"),
    ],
)
def test_the_way_a_text_is_written_is_told_apart(text: str, variety: str) -> None:
    assert identify(text).variety == variety


@pytest.mark.django_db
def test_a_follow_up_is_joined_to_what_was_written_first(
    import_file: Any, csv_file: Callable[..., Path]
) -> None:
    rows = [
        {"id": "1", "评价内容": "盖子很紧", "追评": "一个月后漏水了"},
        {"id": "2", "评价内容": "此用户没有填写评价。", "追评": "用了半年，很结实"},
        {"id": "3", "评价内容": "很结实的盖子", "追评": "此用户没有填写评价"},
        {"id": "4", "评价内容": "", "追评": "后来才写：把手烫"},
    ]
    batch = import_file(csv_file(rows))
    texts = dict(TextRevision.objects.values_list("review__external_id", "text"))
    assert texts == {
        "1": "盖子很紧\n一个月后漏水了",
        "2": "用了半年，很结实",
        "3": "很结实的盖子",
        "4": "后来才写：把手烫",
    }
    marked = Review.objects.filter(follow_up=True).order_by("external_id")
    assert list(marked.values_list("external_id", "left_out")) == [("1", ""), ("2", "")]
    assert batch.cleaned == {"follow_ups": 2}
    # A later file with the addition makes a new revision of the same review.
    rows[2]["追评"] = "三个月后裂了"
    assert import_file(csv_file(rows)).updated == 1


def test_a_day_far_above_the_days_around_is_a_burst() -> None:
    start = date(2026, 1, 1)
    quiet = {start + timedelta(n): 1 + n % 2 for n in range(60)}
    assert burst_days(quiet) == set()
    day = start + timedelta(40)
    # A second burst near by does not hide the first one.
    assert burst_days({**quiet, day: 30, day + timedelta(3): 25}) == {day, day + timedelta(3)}
    busy = {start + timedelta(n): 40 + n % 7 for n in range(60)}
    assert burst_days({**busy, day: 55}) == set()
    assert burst_days({start: 200, start + timedelta(1): 3}) == set()  # too young for a usual day


@pytest.mark.django_db
def test_reviews_of_a_burst_are_marked_until_the_rule_is_switched_off(
    import_file: Any, csv_file: Callable[..., Path]
) -> None:
    def row(number: int, day: date) -> dict[str, str]:
        return {"id": str(number), "text": f"好用的第{number}个盖子", "sku": "K1", "date": str(day)}

    start = date(2026, 1, 1)
    rows = [row(n, start + timedelta(2 * n)) for n in range(20)]
    rows += [row(100 + n, start + timedelta(30)) for n in range(15)]
    batch = import_file(csv_file(rows))
    product = Review.objects.values_list("product_id", flat=True)[0]
    assert bursts_mark(actor=None, product_ids=[product]) == 16
    assert Review.objects.filter(burst=True).count() == 16
    assert bursts_mark(actor=None, product_ids=[product]) == 0
    Source.objects.filter(pk=batch.source_id).update(rules_off=["bursts"])
    assert bursts_mark(actor=None, product_ids=[product]) == 16
    assert not Review.objects.filter(burst=True).exists()
