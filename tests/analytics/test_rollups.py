"""Cells say what the raw rows say, whatever happens to the rows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Store
from analytics import services, tasks
from analytics.models import DayCell, DayLeftOut, DirtyDay, DirtyMonth, MonthCell
from analytics.selectors import Filters, freshness, index_rows
from analytics.services import rollups
from modelops.models import ModelVersion
from reviews.models import Product, Review
from tests.analytics import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(cast: SimpleNamespace) -> ModelVersion:
    return make.model_version()


def _counts(store: Store, by: str = "all", **filters: Any) -> dict[str, int]:
    services.rollups_refresh()
    rows = index_rows("sentiment", by, stores=[store], filters=Filters(**filters))
    return {key: n for row in rows for key, n in row.counts.items() if n}


def _left_out(store: Store) -> dict[str, int]:
    services.rollups_refresh()
    return index_rows("sentiment", "all", stores=[store])[0].left_out


def _proved() -> None:
    assert freshness().fresh
    proof = services.rollups_prove()
    assert proof.holds, proof


def test_answers_are_counted_once_in_day_and_month_cells(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    phone = make.product(cast.lanting, "p1", category=make.category("phones"))
    for sentiment in ("positive", "positive", "negative"):
        make.answered(model, cast.lanting, sentiment=sentiment, product=phone)
    assert _counts(cast.lanting) == {"positive": 2, "negative": 1}
    assert services.rollups_refresh() == 0
    assert _counts(cast.lanting) == {"positive": 2, "negative": 1}
    cell = DayCell.objects.get(question__key="sentiment", choice__key="positive")
    assert (cell.n, cell.category, str(cell.day)) == (2, phone.category, "2026-03-10")
    assert cell.expected == pytest.approx(0.8 + 0.8 + 0.1)
    month = MonthCell.objects.get(question__key="sentiment", choice__key="positive")
    assert (month.n, month.product, str(month.month)) == (2, phone, "2026-03-01")
    _proved()


def test_an_edit_waits_for_its_own_answer_and_then_replaces_the_old_one(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    made = make.answered(model, cast.lanting, sentiment="positive")
    make.revise(made, "broke after a week")
    assert _counts(cast.lanting) == {}
    assert _left_out(cast.lanting) == {"not_yet_analysed": 1}
    make.answer(made, model, sentiment="negative")
    assert _counts(cast.lanting) == {"negative": 1}
    assert _left_out(cast.lanting) == {}
    _proved()


def test_a_review_that_moves_leaves_its_old_cells(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    made = make.answered(model, cast.lanting, "2026-03-31", sentiment="positive")
    services.rollups_refresh()
    make.change(made, posted_at=make.moment("2026-04-01"), language="zh")
    services.rollups_refresh()
    assert [str(cell.day) for cell in DayCell.objects.filter(n=1, question__key="sentiment")] == [
        "2026-04-01"
    ]
    assert set(MonthCell.objects.values_list("language", flat=True)) == {"zh"}
    _proved()


def test_a_deleted_review_is_gone_and_its_duplicate_counts_in_its_place(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    first = make.answered(model, cast.lanting, "2026-03-01", sentiment="positive")
    make.answered(model, cast.lanting, "2026-05-01", sentiment="negative", duplicate_of=first)
    assert _counts(cast.lanting) == {"positive": 1}
    assert _left_out(cast.lanting) == {"duplicate": 1}
    make.delete(first)
    assert _counts(cast.lanting) == {"negative": 1}
    assert _left_out(cast.lanting) == {}
    _proved()


def test_a_new_answer_of_the_champion_replaces_the_old_one(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    made = make.answered(model, cast.lanting, sentiment="positive")
    services.rollups_refresh()
    make.answer(made, model, sentiment="neutral")
    assert _counts(cast.lanting) == {"neutral": 1}
    _proved()


def test_what_no_figure_counts_is_counted_by_one_reason(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    first = make.answered(model, cast.lanting, sentiment="positive")
    make.answered(model, cast.lanting, left_out="default_text")
    make.answered(model, cast.lanting, left_out="spam", duplicate_of=first)
    make.answered(model, cast.lanting, left_out="language", language="de")
    make.answered(model, cast.lanting, language="fr")
    make.answered(model, cast.lanting, duplicate_of=first)
    make.review(cast.lanting)
    make.answered(model, cast.lanting, incentivised=True, sentiment="negative")
    assert _counts(cast.lanting) == {"positive": 1, "negative": 1}
    assert _left_out(cast.lanting) == {
        "default_text": 1,
        "spam": 1,
        "language": 2,
        "duplicate": 1,
        "not_yet_analysed": 1,
    }
    _proved()


def test_reviews_not_granted_for_analysis_are_in_no_cell(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    made = make.answered(model, cast.lanting, sentiment="positive")
    services.rollups_refresh()
    make.change(made, purposes=["train"])
    services.rollups_refresh()
    assert not DayCell.objects.exists()
    assert not DayLeftOut.objects.exists()
    assert not MonthCell.objects.exists()
    _proved()


def test_rows_without_date_category_or_product_have_cells_of_their_own(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    phone = make.product(cast.lanting, "p1", category=make.category("phones"))
    make.answered(model, cast.lanting, None, sentiment="positive", product=phone)
    make.answered(model, cast.lanting, None, sentiment="negative")
    make.answered(model, cast.lanting, "2026-03-10", sentiment="neutral")
    for again in range(2):
        services.rollups_refresh()
        found = DayCell.objects.filter(question__key="sentiment", n__gt=0)
        assert {(str(cell.day), cell.category_id, cell.choice.key) for cell in found} == {
            ("None", phone.category_id, "positive"),
            ("None", None, "negative"),
            ("2026-03-10", None, "neutral"),
        }, again
        services.cells_mark_all()
    assert _counts(cast.lanting, date_from=make.moment("2026-01-01").date()) == {"neutral": 1}
    _proved()


def test_a_day_is_that_of_the_named_time_zone(cast: SimpleNamespace, model: ModelVersion) -> None:
    make.answered(model, cast.lanting, "2026-03-31 23:59", sentiment="positive")
    make.answered(model, cast.lanting, "2026-04-01 00:00", sentiment="negative")
    services.rollups_refresh()
    days = index_rows("sentiment", "day", stores=[cast.lanting])
    assert [(row.key, row.counts["positive"]) for row in days] == [
        ("2026-03-31", 1),
        ("2026-04-01", 0),
    ]
    assert MonthCell.objects.values("month").distinct().count() == 2


def test_a_new_champion_brings_its_own_cells_and_leaves_those_of_the_old_one(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    made = make.answered(model, cast.lanting, sentiment="positive")
    other = make.answered(model, cast.lanting, sentiment="positive")
    services.rollups_refresh()
    better = make.model_version("better", state="candidate")
    make.answer(made, better, sentiment="negative")
    assert _counts(cast.lanting) == {"positive": 2}, "a candidate's answers do not count"
    make.promote(better)
    assert _counts(cast.lanting) == {"negative": 1}
    assert _left_out(cast.lanting) == {"not_yet_analysed": 1}
    make.answer(other, better, sentiment="negative")
    assert _counts(cast.lanting) == {"negative": 2}
    assert sum(DayCell.objects.filter(model=model, n__gt=0).values_list("n", flat=True)) > 0
    _proved()


def test_without_a_champion_there_is_nothing_but_reviews_to_analyse(cast: SimpleNamespace) -> None:
    make.review(cast.lanting)
    assert _left_out(cast.lanting) == {"not_yet_analysed": 1}
    row = index_rows("sentiment", "all", stores=[cast.lanting])[0]
    assert (row.value, row.state, row.model) == (None, "no_data", None)
    assert services.rollups_prove().holds


def test_a_product_that_changes_category_takes_its_reviews_along(
    cast: SimpleNamespace, model: ModelVersion
) -> None:
    from reviews.services.catalogue import ProductRow, products_store

    phone = make.product(cast.lanting, "p1", category=make.category("phones"))
    make.answered(model, cast.lanting, sentiment="positive", product=phone)
    services.rollups_refresh()
    row = ProductRow("p1", name_en="Kettle", category_en="kettles", category_zh="水壶")
    products_store(actor=cast.mia, store=cast.lanting, rows=[row])
    services.rollups_refresh()
    assert set(DayCell.objects.values_list("category__key", flat=True)) == {"kettles"}
    _proved()


def test_the_nightly_proof_finds_wrong_cells_says_so_and_repairs_them(
    cast: SimpleNamespace, model: ModelVersion, caplog: pytest.LogCaptureFixture
) -> None:
    phone = make.product(cast.lanting, "p1")
    made = make.answered(model, cast.lanting, "2026-03-10", sentiment="positive", product=phone)
    gone = make.answered(model, cast.lanting, "2026-03-11", sentiment="positive")
    make.answered(model, cast.lanting, None, left_out="spam")
    services.rollups_refresh()
    # Behind the back of every service: a changed count, lost rows, a lost reason.
    DayCell.objects.filter(day="2026-03-10", question__key="sentiment", n=1).update(n=7)
    Product.objects.filter(pk=phone.pk).update(category=make.category("phones"))
    Review.objects.filter(pk=gone.pk).update(duplicate_of=made)
    DayLeftOut.objects.filter(reason="spam").delete()
    proof = services.rollups_prove()
    assert len(proof.days) == 4, "10 March leaves one category for another; 11 March; undated"
    assert [str(key[0]) for key in proof.months] == ["2026-03-01"]
    with caplog.at_level(logging.ERROR):
        tasks.prove_rollups()
    assert "4 day cells, 1 month cells" in caplog.text
    assert _counts(cast.lanting) == {"positive": 1}
    assert _left_out(cast.lanting) == {"duplicate": 1, "spam": 1}
    _proved()


def test_marked_cells_are_behind_but_not_wrong(cast: SimpleNamespace, model: ModelVersion) -> None:
    make.answered(model, cast.lanting, "2026-03-10", sentiment="positive")
    assert services.rollups_prove().holds
    behind = freshness()
    assert (behind.days, behind.months, str(behind.oldest)) == (1, 1, "2026-03-10")


def test_a_refresh_in_small_bunches_ends_the_same(
    cast: SimpleNamespace, model: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "DAYS_AT_ONCE", 2)
    monkeypatch.setattr(rollups, "MONTHS_AT_ONCE", 2)
    for store in (cast.lanting, cast.northway):
        for day in (None, "2026-03-01", "2026-03-02", "2026-04-02"):
            make.answered(model, store, day, sentiment="positive")
    services.rollups_refresh()
    assert _counts(cast.lanting) == {"positive": 4}
    _proved()


def _in_thread(work: Callable[[], None]) -> None:
    """Run `work` with a connection of its own; what it raises is raised here."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "the writer waits for the refresh"
    if errors:
        raise errors[0]


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_commits_after_the_mark_was_taken_is_counted_next_time(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make.model_version()
    make.answered(model, cast.lanting, sentiment="positive")
    insert = rollups._insert
    late: list[int] = []

    def insert_then_write(*arguments: Any) -> None:
        insert(*arguments)
        if not late and "analytics_daycell" in arguments:
            # The cell is added up, its transaction is still open.
            late.append(1)
            _in_thread(lambda: _write(model, cast.lanting))

    monkeypatch.setattr(rollups, "_insert", insert_then_write)
    services.rollups_refresh()
    assert late
    assert _counts(cast.lanting) == {"positive": 1, "negative": 1}
    _proved()


def _write(model: ModelVersion, store: Store) -> None:
    make.answered(model, store, sentiment="negative")


@pytest.mark.django_db(transaction=True)
def test_a_mark_of_an_open_transaction_is_not_taken_by_a_refresh(cast: SimpleNamespace) -> None:
    model = make.model_version()
    make.answered(model, cast.lanting, sentiment="positive")
    with transaction.atomic():
        # The cell is marked already; this writer marks it too, and has not committed when the
        # refresh takes the mark it sees.
        _write(model, cast.lanting)
        _in_thread(lambda: _refresh_alone())
        assert DirtyDay.objects.exists()
    assert _counts(cast.lanting) == {"positive": 1, "negative": 1}
    assert not DirtyMonth.objects.exists()
    _proved()


def _refresh_alone() -> None:
    services.rollups_refresh()
    assert freshness().fresh
