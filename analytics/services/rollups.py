# ruff: noqa: S608 - only names of our own go into these texts; values are bound
"""Adding up the dirty cells again from the raw rows.

A mark is taken and its cell added up in one transaction. A writer's mark becomes visible with the
writer's rows, never before: so what was taken is seen by the statements that follow, and what
comes later leaves a new mark. Cells are added up for the champion only; those of other versions
stay as they were, and are all marked when one of them becomes champion.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from analytics.selectors.raw import (
    DAY_COLUMNS,
    MONTH_COLUMNS,
    WANTED_DAYS,
    Fragment,
    columns_of,
    counted,
    day_rows,
    left_out,
    month_rows,
)
from analytics.services.marking import rollups_lock
from modelops.selectors import champion

DAYS_AT_ONCE = 64  # days of a store in one transaction
MONTHS_AT_ONCE = 2000  # months of a product in one transaction


def rollups_refresh(*, seconds: float | None = None, wait: bool = True) -> int:
    """Add up dirty cells until none is left, or for about `seconds`. Returns the marks taken.

    Without `wait` it stops as soon as it meets another process at the same work.
    """
    until = None if seconds is None else time.monotonic() + seconds
    taken = 0
    for bunch in (_refresh_days, _refresh_months):
        while until is None or time.monotonic() < until:
            found = bunch(wait)
            taken += found
            if not found:
                break
    return taken


def _shapes(keys: Iterable[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The keys, apart by which of their parts are missing."""
    found: dict[tuple[bool, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for key in keys:
        found[tuple(part is None for part in key)].append(key)
    return list(found.values())


def _dirty(cursor: Any, table: str, key: str, limit: int) -> list[list[tuple[Any, ...]]]:
    cursor.execute(f"select distinct {key} from {table} order by {key} limit %s", [limit])
    return _shapes(cursor.fetchall())


@transaction.atomic
def _refresh_days(wait: bool) -> int:
    if not rollups_lock(wait=wait):
        return 0
    taken = 0
    with connection.cursor() as cursor:
        for pairs in _dirty(cursor, "analytics_dirtyday", "store_id, day", DAYS_AT_ONCE):
            taken += _add_up_days(cursor, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
    return taken


@transaction.atomic
def _refresh_months(wait: bool) -> int:
    if not rollups_lock(wait=wait):
        return 0
    taken = 0
    key = "store_id, month, product_id"
    with connection.cursor() as cursor:
        for keys in _dirty(cursor, "analytics_dirtymonth", key, MONTHS_AT_ONCE):
            stores, months, products = ([key[place] for key in keys] for place in range(3))
            taken += _add_up_months(cursor, stores, months, products)
    return taken


def _insert(cursor: Any, table: str, columns: Sequence[str], rows: Fragment) -> None:
    cursor.execute(f"insert into {table} ({', '.join(columns)}) {rows.sql}", rows.values)


def _equal(column: str, values: Sequence[Any], keys: str) -> str:
    # `is not distinct from` would use no index.
    return f"c.{column} is null" if values[0] is None else f"c.{column} = {keys}.{column}"


_COUNTED = ("question_id", "model_id", "choice_id", "n", "expected")


# Through the questions, so that the unique index (model, question, day or month, ...) serves;
# `offset 0` has it looked up key by key, where the planner would rather read the whole table.
_DELETE = """
delete from {table} where id in (
    select x.id from {keys} cross join annotation_question q
    cross join lateral (
        select c.id from {table} c
        where c.model_id = %s and c.question_id = q.id and {where} offset 0
    ) x
)
"""


def _take(
    cursor: Any, table: str, keys: str, where: str, columns: Sequence[str], values: list[Any]
) -> list[tuple[Any, ...]]:
    # Before the rows are read: a mark that can be deleted here belongs to rows that are committed.
    returned = ", ".join(f"c.{column}" for column in columns)
    cursor.execute(f"delete from {table} c using {keys} where {where} returning {returned}", values)
    return list(cursor.fetchall())


def _add_up_days(cursor: Any, stores: list[int], days: list[date | None]) -> int:
    pairs = "unnest(%s::bigint[], %s::date[]) as k(store_id, day)"
    where = f"c.store_id = k.store_id and {_equal('day', days, 'k')}"
    marks = _take(cursor, "analytics_dirtyday", pairs, where, DAY_COLUMNS, [stores, days])
    keys = list(dict.fromkeys(marks))
    if not keys:
        return 0
    values = columns_of(keys)
    where = (
        f"c.store_id = w.store_id and {_equal('day', days, 'w')} and c.language = w.language "
        "and c.channel = w.channel and coalesce(c.category_id, -1) = coalesce(w.category_id, -1)"
    )
    model = champion()
    rows = day_rows(keys)
    cursor.execute(f"delete from analytics_dayleftout c using {WANTED_DAYS} where {where}", values)
    reasons = left_out(rows, model.pk if model else None)
    _insert(cursor, "analytics_dayleftout", (*DAY_COLUMNS, "reason", "n"), reasons)
    if model is not None:
        delete = _DELETE.format(table="analytics_daycell", keys=WANTED_DAYS, where=where)
        cursor.execute(delete, [*values, model.pk])
        answers = counted(rows, DAY_COLUMNS, model.pk)
        _insert(cursor, "analytics_daycell", (*DAY_COLUMNS, *_COUNTED), answers)
    return len(marks)


def _add_up_months(
    cursor: Any, stores: list[int], months: list[date | None], products: list[int | None]
) -> int:
    keys = "unnest(%s::bigint[], %s::date[], %s::bigint[]) as k(store_id, month, product_id)"
    where = (
        f"c.store_id = k.store_id and {_equal('month', months, 'k')} "
        f"and {_equal('product_id', products, 'k')}"
    )
    values = [stores, months, products]
    marks = _take(cursor, "analytics_dirtymonth", keys, where, MONTH_COLUMNS, values)
    model = champion()
    if model is not None:
        delete = _DELETE.format(table="analytics_monthcell", keys=keys, where=where)
        cursor.execute(delete, [*values, model.pk])
        answers = counted(month_rows(stores, months, products), MONTH_COLUMNS, model.pk)
        _insert(cursor, "analytics_monthcell", (*MONTH_COLUMNS, *_COUNTED), answers)
    return len(marks)
