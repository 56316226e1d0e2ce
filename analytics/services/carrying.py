# ruff: noqa: S608 - only names of our own go into these texts; values are bound
"""Figures go on when the choices of a question change: cells of the new set from those before.

They are exact but where choices were merged: there the answer of a review can change with the sum
of its probabilities. All cells are marked, so that they are added up from the rows soon after.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from analytics.selectors.raw import DAY_COLUMNS, MONTH_COLUMNS
from analytics.services.marking import cells_mark_all, cells_mark_counted, rollups_lock
from annotation.label_set_followers import Follower, register
from annotation.label_set_plan import Plan
from annotation.models import LabelSetChange, Question
from modelops.selectors import champion

_TABLES = (("analytics_daycell", DAY_COLUMNS), ("analytics_monthcell", MONTH_COLUMNS))


def cells_carry(change: LabelSetChange, ready: None = None) -> dict[str, Any]:
    model = champion()
    rows = [
        (row.before_id, row.after_id)
        for row in change.mappings.filter(carries_models=True, before__isnull=False)
    ]
    every = {before for before, _after in rows} == set(
        change.before.choices.values_list("pk", flat=True)
    )
    if model is None or not every or change.before.key not in model.questions:
        return {}
    rollups_lock()
    with connection.cursor() as cursor:
        for table, columns in _TABLES:
            keys = ", ".join(columns)
            cursor.execute(
                f"""insert into {table} ({keys}, question_id, model_id, choice_id, n, expected)
                select {keys}, %s, model_id, w.after, sum(n), sum(expected)
                from {table} join unnest(%s::bigint[], %s::bigint[]) as w(before, after)
                    on w.before = choice_id
                where model_id = %s and question_id = %s
                group by {keys}, model_id, w.after on conflict do nothing""",
                [
                    change.after_id,
                    [before for before, _after in rows],
                    [after for _before, after in rows],
                    model.pk,
                    change.before_id,
                ],
            )
    cells_mark_counted()
    return {}


def _nothing(question: Question, plan: Plan) -> dict[str, Any]:
    return {}


def _undo(change: LabelSetChange) -> None:
    cells_mark_all()


def connect() -> None:
    register(Follower("figures", 20, _nothing, cells_carry, _undo))
