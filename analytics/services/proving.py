# ruff: noqa: S608 - only names of our own go into these texts; values are bound
"""The proof that the cells say what the raw rows say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from analytics.selectors.raw import (
    DAY_COLUMNS,
    MONTH_COLUMNS,
    Fragment,
    all_rows,
    counted,
    left_out,
)
from modelops.selectors import champion

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The cells that differ from their raw rows and are not marked, by key.

    `days`: (day, category id, language, channel, store id); `months`: (month, product id,
    language, channel, store id).
    """

    days: list[Key]
    months: list[Key]

    @property
    def holds(self) -> bool:
        return not self.days and not self.months


# One statement sees one moment: a cell that a writer just changed has its mark in the same view.
# Sums of probabilities depend on the order of adding, hence the tolerance.
_DIFFERENT = """
select distinct {keys} from (
    select {either}
    from ({raw}) a full join (select * from {table} where {mine}) b on {same}
    where a.n is distinct from b.n {more}
) x where not exists (select 1 from {dirty} d where {marked})
order by {keys}
"""
_EXPECTED = "or abs(a.expected - b.expected) > 1e-6 * (1 + a.n)"


def _different(
    raw: Fragment,
    table: str,
    dirty: str,
    key: Sequence[str],
    rest: Sequence[str],
    model_id: int | None,
) -> list[Key]:
    # Full joins need a condition that can be hashed, which `is not distinct from` cannot: parts
    # that may be missing get a stand-in that no row has.
    def plain(alias: str, column: str) -> str:
        stand_in = {"day": "'infinity'::date", "month": "'infinity'::date"}
        if column in {"category_id", "product_id"}:
            return f"coalesce({alias}.{column}, -1)"
        if column in stand_in:
            return f"coalesce({alias}.{column}, {stand_in[column]})"
        return f"{alias}.{column}"

    statement = _DIFFERENT.format(
        keys=", ".join(f"x.{name}" for name in key),
        either=", ".join(
            f"case when b.store_id is null then a.{name} else b.{name} end as {name}"
            for name in key
        ),
        raw=raw.sql,
        table=table,
        mine="true" if model_id is None else "model_id = %s",
        same=" and ".join(f"{plain('a', name)} = {plain('b', name)}" for name in (*key, *rest)),
        more=_EXPECTED if "choice_id" in rest else "",
        dirty=dirty,
        marked=" and ".join(f"{plain('d', name)} = {plain('x', name)}" for name in key),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (*raw.values, *(() if model_id is None else (model_id,))))
        return list(cursor.fetchall())


def rollups_prove() -> Proof:
    """Compare every cell of the champion with its raw rows. Reads everything: for the night."""
    model = champion()
    rows = all_rows()
    reasons = left_out(rows, model.pk if model else None)
    days = set(
        _different(
            reasons, "analytics_dayleftout", "analytics_dirtyday", DAY_COLUMNS, ["reason"], None
        )
    )
    if model is None:
        return Proof(sorted(days, key=repr), [])
    rest = ("question_id", "choice_id")
    days |= set(
        _different(
            counted(rows, DAY_COLUMNS, model.pk, every=True),
            "analytics_daycell",
            "analytics_dirtyday",
            DAY_COLUMNS,
            rest,
            model.pk,
        )
    )
    months = _different(
        counted(rows, MONTH_COLUMNS, model.pk, every=True),
        "analytics_monthcell",
        "analytics_dirtymonth",
        MONTH_COLUMNS,
        rest,
        model.pk,
    )
    return Proof(sorted(days, key=repr), months)


@transaction.atomic
def proof_mark(*, proof: Proof) -> None:
    """Mark the cells of a failed proof, so that they are added up again."""
    for table, columns, keys in (
        ("analytics_dirtyday", DAY_COLUMNS, proof.days),
        ("analytics_dirtymonth", MONTH_COLUMNS, proof.months),
    ):
        slots = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"insert into {table} ({', '.join(columns)}) values ({slots})", keys)
