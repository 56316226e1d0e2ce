"""Figures by group and over time, and the reviews behind them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from accounts.selectors import stores_for
from analytics import services
from analytics.selectors import (
    Filters,
    UnknownName,
    compared_rows,
    headline,
    index_rows,
    index_series,
    indices_table,
    reviews_behind,
)
from analytics.selectors.filters import Span, split_months
from modelops.models import ModelVersion
from tests.analytics import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(cast: SimpleNamespace) -> ModelVersion:
    return make.model_version()


@pytest.fixture
def shop(cast: SimpleNamespace, model: ModelVersion) -> SimpleNamespace:
    """Two products of lanting over a quarter, and a few reviews of northway."""
    kettle = make.product(
        cast.lanting, "k1", name_zh="水壶", brand="Qing", category=make.category("kettles")
    )
    phone = make.product(
        cast.lanting, "p1", name_en="Phone", brand="Acme", category=make.category("phones")
    )
    for number in range(12):
        day = f"2026-{1 + number // 4:02d}-{5 + 7 * (number % 4):02d}"
        make.answered(
            model,
            cast.lanting,
            day,
            sentiment="negative" if number % 3 else "positive",
            product_demand="improve" if number == 0 else "none",
            product=kettle,
            language="zh",
        )
        make.answered(
            model,
            cast.lanting,
            day,
            sentiment="positive",
            purchase_intent="want" if number < 3 else "none",
            product=phone,
            incentivised=number == 0,
        )
    make.answered(model, cast.lanting, None, channel="question", sentiment="positive")
    make.answered(model, cast.northway, "2026-02-05", sentiment="negative")
    services.rollups_refresh()
    return SimpleNamespace(**vars(cast), kettle=kettle, phone=phone, model=model)


def _n(rows: list[Any]) -> dict[str | None, int]:
    return {row.key: row.n for row in rows}


def test_rows_by_category_carry_value_interval_and_model(shop: SimpleNamespace) -> None:
    rows = index_rows("sentiment", "category", stores=[shop.lanting])
    kettles = next(row for row in rows if row.key == "kettles")
    assert (kettles.n, kettles.value) == (12, pytest.approx((4 - 8) / 12))
    assert kettles.low < kettles.value < kettles.high
    assert kettles.counts == {"positive": 4, "neutral": 0, "negative": 8}
    assert (kettles.model, kettles.method, kettles.labels) == (shop.model.label, "plain", 0)
    assert kettles.ref == shop.kettle.category_id


def test_every_grouping_counts_the_same_reviews(shop: SimpleNamespace) -> None:
    for by in ("all", "category", "product", "brand", "store", "language", "week", "day", "month"):
        rows = index_rows("sentiment", by, stores=[shop.lanting])
        assert sum(row.n for row in rows) == 24, by


def test_cells_and_raw_rows_agree_for_any_period(shop: SimpleNamespace) -> None:
    stores = [shop.lanting, shop.northway]
    for period in (
        {},
        {"date_from": date(2026, 1, 12), "date_to": date(2026, 3, 12)},
        {"date_from": date(2026, 2, 1)},
        {"date_to": date(2026, 2, 11)},
        {"date_from": date(2026, 2, 6), "date_to": date(2026, 2, 20)},
    ):
        by_day = index_rows("sentiment", "all", stores=stores, filters=Filters(**period))[0]
        by_product = index_rows("sentiment", "product", stores=stores, filters=Filters(**period))
        every = (shop.kettle.pk, shop.phone.pk)
        few = Filters(**period, products=every)
        raw = index_rows("sentiment", "day", stores=stores, filters=few)
        unnamed = sum(row.n for row in by_product if row.key is None)
        assert sum(row.n for row in by_product) == by_day.n, period
        assert sum(row.n for row in raw) == by_day.n - unnamed, period


def test_a_period_splits_into_whole_months_and_ragged_ends() -> None:
    whole, ends = split_months(Span(date(2026, 1, 31), date(2026, 4, 1)))
    assert whole == Span(date(2026, 2, 1), date(2026, 3, 31))
    assert ends == [
        Span(date(2026, 1, 31), date(2026, 1, 31)),
        Span(date(2026, 4, 1), date(2026, 4, 1)),
    ]
    inside = Span(date(2026, 1, 2), date(2026, 2, 27))
    assert split_months(inside) == (None, [inside])
    exact = Span(date(2026, 12, 1), date(2026, 12, 31))
    assert split_months(exact) == (exact, [])
    assert split_months(Span(None, None)) == (Span(None, None), [])


def test_filters_narrow(shop: SimpleNamespace) -> None:
    def n(**fields: Any) -> int:
        filters = Filters(**fields)
        return index_rows("sentiment", "all", stores=[shop.lanting], filters=filters)[0].n

    assert n(languages=("zh",)) == 12
    assert n(categories=("phones",)) == 12
    assert n(categories=("",), channels=("question",)) == 1
    assert n(products=(shop.phone.pk,)) == 12
    assert n(products=(shop.phone.pk,), incentivised=False) == 11
    assert n(incentivised=False) == 23
    assert n(stores=("northway",)) == 0
    assert n(date_from=date(2026, 2, 1), date_to=date(2026, 2, 28)) == 8


def test_figures_are_over_reviews_unless_channels_are_asked_for(shop: SimpleNamespace) -> None:
    assert _n(index_rows("sentiment", "channel", stores=[shop.lanting])) == {
        "review": 24,
        "question": 1,
    }
    both = Filters(channels=("review", "question"))
    assert index_rows("sentiment", "all", stores=[shop.lanting], filters=both)[0].n == 25


def test_a_foreign_store_sees_nothing(shop: SimpleNamespace) -> None:
    stores = stores_for(shop.bob)
    assert index_rows("sentiment", "all", stores=stores)[0].n == 1
    assert _n(index_rows("sentiment", "category", stores=stores)) == {None: 1}
    named = Filters(stores=("lanting",), products=(shop.phone.pk,))
    for by in ("all", "category", "product", "day", "store"):
        rows = index_rows("sentiment", by, stores=stores, filters=named)
        assert sum(row.n for row in rows) == 0, by
    assert not reviews_behind("sentiment", stores=stores, filters=named).exists()
    nobody = stores_for(None)
    assert index_rows("sentiment", "all", stores=nobody)[0].state == "no_data"


def test_products_are_named_in_the_readers_language(shop: SimpleNamespace) -> None:
    rows = index_rows("sentiment", "category", stores=[shop.lanting])
    assert {row.name for row in rows} == {"Kettles", "Phones"}
    with translation.override("zh-hans"):
        rows = index_rows("sentiment", "category", stores=[shop.lanting])
        assert {row.name for row in rows} == {"kettles类", "phones类"}


def test_a_line_has_a_point_for_every_step_and_empty_ones_are_not_zero(
    shop: SimpleNamespace,
) -> None:
    period = Filters(date_from=date(2026, 1, 1), date_to=date(2026, 3, 31))
    line = index_series("sentiment", stores=[shop.lanting], filters=period, step="week")
    assert len(line) == 14
    assert [row.key for row in line[:2]] == ["2025-12-29", "2026-01-05"]
    assert (line[0].state, line[0].value) == ("no_data", None)
    assert sum(row.n for row in line) == 24
    months = index_series("sentiment", stores=[shop.lanting], step="month")
    assert [(row.key, row.n) for row in months] == [
        ("2026-01", 8),
        ("2026-02", 8),
        ("2026-03", 8),
    ]
    assert index_series("sentiment", stores=[]) == []


def test_a_headline_says_first_what_a_manager_reads_first(shop: SimpleNamespace) -> None:
    period = Filters(date_from=date(2026, 1, 1), date_to=date(2026, 1, 31))
    intent = headline("purchase_intent", stores=[shop.lanting], filters=period)
    assert intent.unit == "share"
    assert intent.parts["says"].now.value == pytest.approx(3 / 8) or (
        intent.parts["says"].now.state == "too_few"
    )
    assert intent.parts["want"].now.counts == {"want": 3}
    demand = headline("product_demand", stores=[shop.lanting])
    assert demand.parts["requests"].now.value == pytest.approx(1000 / 24)
    assert demand.parts["improve"].now.value == pytest.approx(1000 / 24)
    assert demand.parts["add"].now.value == 0
    assert demand.index.before is None
    assert headline("sentiment", stores=[shop.lanting]).parts == {}


def test_a_change_is_shown_against_the_period_before(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    for day in range(1, 31):
        good = {"sentiment": "positive", "purchase_intent": "want"}
        bad = {"sentiment": "negative", "purchase_intent": "will_not"}
        make.answered(model, cast.lanting, f"2026-04-{day:02d}", **good)
        make.answered(model, cast.lanting, f"2026-05-{day:02d}", **bad)
    services.rollups_refresh()
    period = Filters(date_from=date(2026, 5, 1), date_to=date(2026, 5, 30))
    found = headline("sentiment", stores=[cast.lanting], filters=period).index
    assert found.before is not None
    assert found.before.n == 30
    assert found.change is not None
    assert found.change.clear
    assert found.change.value == pytest.approx(-2)
    intent = headline("purchase_intent", stores=[cast.lanting], filters=period)
    want = intent.parts["want"]
    assert want.change is not None
    assert want.change.value == pytest.approx(-1)
    same = Filters(date_from=date(2026, 4, 16), date_to=date(2026, 4, 30))
    steady = compared_rows("sentiment", "store", stores=[cast.lanting], filters=same)[0]
    assert steady.change is not None
    assert not steady.change.clear


def test_the_reviews_behind_a_figure_are_those_it_counts(shop: SimpleNamespace) -> None:
    stores = [shop.lanting]
    period = Filters(date_from=date(2026, 1, 1), date_to=date(2026, 2, 28), languages=("zh",))
    figure = index_rows("sentiment", "all", stores=stores, filters=period)[0]
    for choice, n in figure.counts.items():
        found = list(reviews_behind("sentiment", stores=stores, filters=period, choice=choice))
        assert len(found) == n
        assert {row.choice_key for row in found} <= {choice}
    negative = list(reviews_behind("sentiment", stores=stores, filters=period, polarity=-1))
    assert [row.posted_at for row in negative] == sorted(
        (row.posted_at for row in negative), reverse=True
    )
    assert negative[0].text.startswith("text ")
    assert negative[0].probabilities == pytest.approx([0.1, 0.1, 0.8])
    make.revise(negative[0], "better now")
    again = reviews_behind("sentiment", stores=stores, filters=period, polarity=-1)
    assert len(again) == len(negative) - 1, "the old answer is not about the new text"
    undated = Filters(channels=("question", "review"))
    assert list(reviews_behind("sentiment", stores=stores, filters=undated))[-1].posted_at is None


def test_the_table_shows_all_each_language_and_each_category(shop: SimpleNamespace) -> None:
    table = indices_table(stores=[shop.lanting])
    assert [(row.by, row.key) for row in table] == [
        ("all", "all"),
        ("language", "zh"),
        ("language", "en"),
        ("category", "kettles"),
        ("category", "phones"),
    ]
    assert all(
        set(row.figures) == {"sentiment", "purchase_intent", "product_demand"} for row in table
    )
    assert table[1].figures["sentiment"].n == 12


def test_unknown_names_are_told_with_what_there_is(shop: SimpleNamespace) -> None:
    with pytest.raises(UnknownName, match="sentiment, purchase_intent, product_demand"):
        index_rows("mood", "all", stores=[])
    with pytest.raises(UnknownName, match="category, product"):
        index_rows("sentiment", "planet", stores=[])
    with pytest.raises(UnknownName, match="positive, neutral, negative"):
        reviews_behind("sentiment", stores=[], choice="want")
    with pytest.raises(UnknownName, match="ends"):
        Filters(date_from=date(2026, 2, 1), date_to=date(2026, 1, 1))


def test_many_rows_take_few_queries(
    shop: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        index_rows("sentiment", "product", stores=[shop.lanting, shop.northway])
