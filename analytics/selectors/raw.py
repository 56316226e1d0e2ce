# ruff: noqa: S608 - only names of our own go into these texts; values are bound
"""Counts from the raw rows, as SQL: what the cells are made from and proved against.

Reviews come through `reviews_for` here too; its query stands in these statements as a subquery.
Statements are built of fragments, a text with its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from accounts.models import Store
from reviews.models import ANALYSED_LANGUAGES, Purpose
from reviews.selectors import reviews_for

DAY_COLUMNS = ("day", "category_id", "language", "channel", "store_id")
MONTH_COLUMNS = ("month", "product_id", "language", "channel", "store_id")


@dataclass(frozen=True, slots=True)
class Fragment:
    sql: str
    values: tuple[Any, ...] = ()


def population() -> Fragment:
    """Every review that may be analysed now, in any store."""
    columns = (
        "id",
        "store_id",
        "product_id",
        "channel",
        "language",
        "posted_at",
        "left_out",
        "duplicate_of_id",
    )
    rows = reviews_for(Purpose.ANALYSE, Store.objects.all()).order_by().values(*columns)
    sql, values = rows.query.sql_with_params()
    return Fragment(sql, tuple(values))


def all_rows() -> Fragment:
    """Every review with the keys of its cells: day, month, category and the rest."""
    rows = population()
    zone = settings.TIME_ZONE
    return Fragment(
        f"""select r.*, (r.posted_at at time zone %s)::date as day,
            date_trunc('month', r.posted_at at time zone %s)::date as month, p.category_id
        from ({rows.sql}) r left join reviews_product p on p.id = r.product_id""",
        (zone, zone, *rows.values),
    )


# What of a key is missing decides which index finds its rows, so each shape has its own statement.
_DATED = (
    "and q.posted_at >= (k.{since}::timestamp at time zone %s) "
    "and q.posted_at < ((k.{since} + interval '1 {unit}')::timestamp at time zone %s)"
)
_UNDATED = "and q.posted_at is null"


def _between(since: str, unit: str, dated: bool) -> Fragment:
    if not dated:
        return Fragment(_UNDATED)
    zone = settings.TIME_ZONE
    return Fragment(_DATED.format(since=since, unit=unit), (zone, zone))


DayKeys = Sequence[tuple[date | None, int | None, str, str, int]]  # in the order of DAY_COLUMNS
WANTED_DAYS = (
    "unnest(%s::date[], %s::bigint[], %s::text[], %s::text[], %s::bigint[]) "
    "as w(day, category_id, language, channel, store_id)"
)


def columns_of(keys: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Keys as one list a column, as `unnest` wants them."""
    return [list(column) for column in zip(*keys, strict=True)]


def day_rows(keys: DayKeys) -> Fragment:
    """The reviews of these day cells (all different); their days all given or all None."""
    rows = population()
    dated = keys[0][0] is not None
    between = _between("day", "day", dated)
    pairs = list(dict.fromkeys((key[4], key[0]) for key in keys))
    # `offset 0` keeps the planner from turning the look-up by index into a scan of everything.
    return Fragment(
        f"""select r.*, k.day
        from unnest(%s::bigint[], %s::date[]) as k(store_id, day)
        cross join lateral (
            select q.*, p.category_id from ({rows.sql}) q
            left join reviews_product p on p.id = q.product_id
            where q.store_id = k.store_id {between.sql} offset 0
        ) r
        join {WANTED_DAYS} on w.store_id = r.store_id and w.language = r.language
            and w.channel = r.channel and coalesce(w.category_id, -1) = coalesce(r.category_id, -1)
            {"and w.day = k.day" if dated else ""}""",
        (*columns_of(pairs), *rows.values, *between.values, *columns_of(keys)),
    )


def month_rows(
    stores: Sequence[int], months: Sequence[date | None], products: Sequence[int | None]
) -> Fragment:
    """The reviews of (store, month, product); months and products all given or all None."""
    rows = population()
    between = _between("month", "month", months[0] is not None)
    product = "q.product_id is null" if products[0] is None else "q.product_id = k.product_id"
    return Fragment(
        f"""select r.*, k.month
        from unnest(%s::bigint[], %s::date[], %s::bigint[]) as k(store_id, month, product_id)
        cross join lateral (
            select * from ({rows.sql}) q
            where q.store_id = k.store_id and {product} {between.sql} offset 0
        ) r""",
        (list(stores), list(months), list(products), *rows.values, *between.values),
    )


# The answers to a review's current text: by its indexes review by review, where few are wanted,
# or as the planner likes, where all are. The planner alone takes few for many and reads them all.
_ONE_BY_ONE = """cross join lateral (
    select a.question_id, a.model_id, a.choice_id, a.probabilities
    from reviews_textrevision v join modelops_prediction a on a.revision_id = v.id
    where v.review_id = r.id and v.is_current and a.model_id = %s offset 0
) a"""
_ALL_AT_ONCE = """join reviews_textrevision v on v.review_id = r.id and v.is_current
join modelops_prediction a on a.revision_id = v.id and a.model_id = %s"""


def counted(
    rows: Fragment, columns: Sequence[str], model_id: int, *, every: bool = False
) -> Fragment:
    """Per cell, question and choice: the reviews with that answer, and its expected number.

    Only reviews that figures are about: not left out, not a near-duplicate, in a language that is
    analysed, and answered by this model in their current revision. `every`: for all rows at once.
    """
    keys = ", ".join(f"r.{column}" for column in columns)
    return Fragment(
        f"""select {keys}, a.question_id, a.model_id, c.id as choice_id,
            count(*) filter (where a.choice_id = c.id) as n,
            coalesce(sum(a.probabilities[c.place]), 0) as expected
        from ({rows.sql}) r {_ALL_AT_ONCE if every else _ONE_BY_ONE}
        join (
            select id, question_id,
                row_number() over (partition by question_id order by "order", id) as place
            from annotation_choice
        ) c on c.question_id = a.question_id
        where r.left_out = '' and r.duplicate_of_id is null and r.language = any(%s)
        group by {keys}, a.question_id, a.model_id, c.id""",
        (*rows.values, model_id, list(ANALYSED_LANGUAGES)),
    )


def left_out(rows: Fragment, model_id: int | None) -> Fragment:
    """Per day cell and reason: the reviews that no figure counts. One reason a review."""
    keys = ", ".join(f"r.{column}" for column in DAY_COLUMNS)
    return Fragment(
        f"""select {keys}, r.reason, count(*) as n from (
            select r.*, case
                when r.left_out <> '' then r.left_out
                when r.language <> all(%s) then 'language'
                when r.duplicate_of_id is not null then 'duplicate'
                when (
                    select 1 from reviews_textrevision v
                    join modelops_prediction a on a.revision_id = v.id and a.model_id = %s
                    where v.review_id = r.id and v.is_current limit 1
                ) is null then 'not_yet_analysed'
            end as reason
            from ({rows.sql}) r
        ) r where r.reason is not null
        group by {keys}, r.reason""",
        # Without a champion no model has the number -1, so nothing is analysed.
        (list(ANALYSED_LANGUAGES), -1 if model_id is None else model_id, *rows.values),
    )
