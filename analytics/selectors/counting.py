"""Counting answers by group: from day cells, from month cells, or from the raw rows.

Day cells serve everything but products and brands; month cells serve those, with the ragged ends
of a free period counted from the raw rows; what no cell knows is counted from the raw rows alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import TruncDate, TruncMonth, TruncWeek
from django.utils import timezone

from accounts.models import Store
from analytics.models import DayCell, DayLeftOut, MonthCell
from analytics.selectors.asking import Asked
from analytics.selectors.filters import Filters, Span, split_months
from modelops.models import Prediction
from reviews.models import ANALYSED_LANGUAGES, Purpose, Review
from reviews.selectors import reviews_for

BY = (
    "all",
    "category",
    "product",
    "brand",
    "store",
    "channel",
    "language",
    "week",
    "day",
    "month",
)
Group = Any  # a date, an id, a text or None


@dataclass(slots=True)
class Counts:
    """Reviews by choice key, and those left out by reason, for each group."""

    answers: dict[Group, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    left_out: dict[Group, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def groups(self) -> list[Group]:
        return list(dict.fromkeys([*self.answers, *self.left_out]))

    def add(self, group: Group, choice: str, n: int) -> None:
        counts = self.answers[_missing(group)]
        counts[choice] = counts.get(choice, 0) + n

    def leave_out(self, group: Group, reason: str, n: int) -> None:
        counts = self.left_out[_missing(group)]
        counts[reason] = counts.get(reason, 0) + n


def _missing(group: Group) -> Group:
    return None if group == "" else group


def _expression(by: str, *, day: Expression | F | None, month: F | None, prefix: str) -> Any:
    """What to group by, where a row's day or month and its product or category are known."""
    time_columns = {
        "day": day,
        "week": TruncWeek(day) if day is not None else None,
        "month": TruncMonth(day) if month is None and day is not None else month,
    }
    if by in time_columns:
        return time_columns[by]
    columns = {
        "category": F(f"{prefix}category_id"),
        "product": F("product_id"),
        "brand": F("product__brand"),
        "store": F("store_id"),
        "channel": F("channel"),
        "language": F("language"),
        "all": Value("all"),
    }
    return columns[by]


def _narrowed(rows: QuerySet, by: str, filters: Filters, prefix: str) -> QuerySet:
    rows = rows.filter(channel__in=filters.channel_keys(by))
    if filters.languages:
        rows = rows.filter(language__in=filters.languages)
    if filters.categories:
        named = Q(**{f"{prefix}category__key__in": [key for key in filters.categories if key]})
        if "" in filters.categories:
            named |= Q(**{f"{prefix}category__isnull": True})
        rows = rows.filter(named)
    if filters.products:
        rows = rows.filter(product_id__in=filters.products)
    return rows


@dataclass(frozen=True, slots=True)
class _Wish:
    """What to count: the question, the grouping, whose reviews, and by which model version."""

    asked: Asked
    by: str
    stores: list[Store]
    filters: Filters
    model_id: int | None


def counts_by(
    asked: Asked, by: str, stores: list[Store], filters: Filters, model_id: int | None
) -> Counts:
    """Answers of the model `model_id` by group; without a model only what was left out."""
    wish, counts = _Wish(asked, by, stores, filters, model_id), Counts()
    span = Span(filters.date_from, filters.date_to)
    of_products = bool(filters.products) or by in {"product", "brand"}
    if not filters.incentivised or (of_products and by in {"day", "week"}):
        _count_raw(counts, wish, [span])
        _leave_out_raw(counts, wish)
    elif of_products:
        whole, ends = split_months(span)
        if whole is not None:
            _count_months(counts, wish, whole)
        if ends:
            _count_raw(counts, wish, ends)
        if filters.products:
            # For a few products their rows are quickly read; for all of them they are not.
            _leave_out_raw(counts, wish)
    else:
        _count_days(counts, wish, span)
        _leave_out_days(counts, wish, span)
    return counts


def _sum_cells(counts: Counts, wish: _Wish, cells: QuerySet, group: Any, prefix: str) -> None:
    mine = cells.filter(store__in=wish.stores, model_id=wish.model_id, question_id=wish.asked.id)
    found = (
        _narrowed(mine, wish.by, wish.filters, prefix)
        .values(bunch=group, answer=F("choice_id"))
        .annotate(total=Sum("n"))
        .order_by()
    )
    for row in found:
        counts.add(row["bunch"], wish.asked.choice_keys[row["answer"]], row["total"])


def _count_days(counts: Counts, wish: _Wish, span: Span) -> None:
    group = _expression(wish.by, day=F("day"), month=None, prefix="")
    _sum_cells(counts, wish, DayCell.objects.filter(span.days("day")), group, "")


def _count_months(counts: Counts, wish: _Wish, span: Span) -> None:
    group = _expression(wish.by, day=None, month=F("month"), prefix="product__")
    _sum_cells(counts, wish, MonthCell.objects.filter(span.days("month")), group, "product__")


def _leave_out_days(counts: Counts, wish: _Wish, span: Span) -> None:
    cells = DayLeftOut.objects.filter(span.days("day"), store__in=wish.stores)
    found = (
        _narrowed(cells, wish.by, wish.filters, "")
        .values("reason", bunch=_expression(wish.by, day=F("day"), month=None, prefix=""))
        .annotate(total=Sum("n"))
        .order_by()
    )
    for row in found:
        counts.leave_out(row["bunch"], row["reason"], row["total"])


def raw_rows(by: str, stores: list[Store], filters: Filters, spans: list[Span]) -> QuerySet[Review]:
    within = Q()
    for span in spans:
        within |= span.moments("posted_at")
    rows = _narrowed(reviews_for(Purpose.ANALYSE, stores).filter(within), by, filters, "product__")
    return rows if filters.incentivised else rows.filter(incentivised=False)


def _raw_group(by: str) -> Any:
    day = TruncDate("posted_at", tzinfo=timezone.get_default_timezone())
    return _expression(by, day=day, month=None, prefix="product__")


def counted(
    rows: QuerySet[Review], question_id: int, model_id: int | None, answer: Q | None = None
) -> QuerySet[Review]:
    """Those of `rows` that figures of a question count, joined to the answer of the model.

    `answer` narrows by that answer: in the same call, or it would be another join.
    """
    return rows.filter(
        answer or Q(),
        left_out="",
        duplicate_of__isnull=True,
        language__in=ANALYSED_LANGUAGES,
        revisions__is_current=True,
        revisions__predictions__model_id=model_id,
        revisions__predictions__question_id=question_id,
    )


def _count_raw(counts: Counts, wish: _Wish, spans: list[Span]) -> None:
    rows = raw_rows(wish.by, wish.stores, wish.filters, spans)
    found = (
        counted(rows, wish.asked.id, wish.model_id)
        .values(bunch=_raw_group(wish.by), answer=F("revisions__predictions__choice_id"))
        .annotate(total=Count("id"))
        .order_by()
    )
    for row in found:
        counts.add(row["bunch"], wish.asked.choice_keys[row["answer"]], row["total"])


def _leave_out_raw(counts: Counts, wish: _Wish) -> None:
    # The same reasons in the same order as in `raw.left_out`.
    analysed = Prediction.objects.filter(
        revision__review=OuterRef("pk"), revision__is_current=True, model_id=wish.model_id
    )
    reason = Case(
        When(~Q(left_out=""), then=F("left_out")),
        When(~Q(language__in=ANALYSED_LANGUAGES), then=Value("language")),
        When(duplicate_of__isnull=False, then=Value("duplicate")),
        When(~Exists(analysed), then=Value("not_yet_analysed")),
        default=Value(""),
    )
    span = Span(wish.filters.date_from, wish.filters.date_to)
    found = (
        raw_rows(wish.by, wish.stores, wish.filters, [span])
        .annotate(reason=reason)
        .exclude(reason="")
        .values("reason", bunch=_raw_group(wish.by))
        .annotate(total=Count("id"))
        .order_by()
    )
    for row in found:
        counts.leave_out(row["bunch"], row["reason"], row["total"])
