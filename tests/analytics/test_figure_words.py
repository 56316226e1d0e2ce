"""Numbers as people read them."""

from __future__ import annotations

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.html import strip_tags

from analytics.formulas.figures import index_figure
from analytics.formulas.intervals import Change
from analytics.templatetags.figures import index, rate, share, shift, signed
from common.templatetags.pages import chance

POLARITIES = {"positive": 1, "neutral": 0, "negative": -1}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.3149, "+0.31"),
        (0.0086, "+0.01"),
        (-0.0086, "−0.01"),
        (-0.004, "0.00"),
        (0.0, "0.00"),
        (-1.0, "−1.00"),
        (None, "–"),
    ],
)
def test_an_index_is_rounded_and_has_a_sign_unless_it_is_zero(
    value: float | None, words: str
) -> None:
    assert signed(value) == words


def test_shares_and_rates_are_rounded_not_cut() -> None:
    assert (share(0.7149), rate(37.6), rate(1234.5)) == ("71%", "38", "1,234")


def test_long_numbers_are_grouped_by_thousands_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        assert (rate(12480.2), intcomma(1800)) == ("12,480", "1,800")


def test_a_figure_of_few_reviews_shows_no_number() -> None:
    few = index_figure("x", "X", {"positive": 3}, POLARITIES, model="m-1")
    shown = str(index(few))
    assert "too few" in shown
    assert not any(sign in shown for sign in ("+", "−"))


def test_only_an_interval_off_zero_is_coloured() -> None:
    sure = index_figure("x", "X", {"positive": 90, "negative": 10}, POLARITIES, model="m-1")
    unsure = index_figure("x", "X", {"positive": 52, "negative": 48}, POLARITIES, model="m-1")
    assert "v-positive" in str(index(sure))
    assert "v-neutral" in str(index(unsure))


def test_an_end_that_reads_zero_is_not_off_zero() -> None:
    counts = {"positive": 61, "neutral": 30, "negative": 41}
    near = index_figure("x", "X", counts, POLARITIES, model="m-1")
    assert near.low is not None
    assert 0 < near.low < 0.005
    shown = str(index(near))
    assert "(0.00 to" in shown
    assert "v-neutral" in shown


def test_what_is_asked_for_is_neither_good_nor_bad_news() -> None:
    many = index_figure("x", "X", {"positive": 90, "negative": 10}, POLARITIES, model="m-1")
    assert "v-neutral" in str(index(many, question="product_demand"))
    risen = str(shift(Change(0.2, 0.1, 0.3), "product_demand"))
    assert "v-positive" not in risen
    assert "up" in risen


def test_a_probability_is_never_quite_nothing_or_all() -> None:
    assert [chance(p) for p in (0.0, 0.004, 0.4949, 0.993, 1.0)] == [
        "0%",
        "<1%",
        "49%",
        ">99%",
        "100%",
    ]


def test_a_change_that_is_not_real_is_called_so() -> None:
    assert "no clear change" in str(shift(Change(-0.1, -0.25, 0.05)))
    clear = str(shift(Change(-0.18, -0.25, -0.11)))
    assert "down" in clear
    assert "−0.18 (−0.25 to −0.11)" in strip_tags(clear)
