# ruff: noqa: S608 - only names of our own go into the text; values are bound
"""Answers as they stood, before they are carried over or given anew."""

from __future__ import annotations

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from annotation.models import Annotation, AnswerBefore, LabelSetChange

_COPIED = (
    "id",
    "revision_id",
    "question_id",
    "choice_id",
    "annotator_id",
    "item_id",
    "guideline_version",
    "source",
    "created_at",
)


def keep(
    answers: QuerySet[Annotation], why: AnswerBefore.Why, change: LabelSetChange | None
) -> None:
    """Put down what `answers` are now, before they are changed or given anew.

    Inside the database: there may be a million, while nobody can store another one.
    """
    try:
        found, values = answers.order_by("pk").values_list(*_COPIED).query.sql_with_params()
    except EmptyResultSet:
        return  # none by what they are chosen by
    columns = ", ".join(_COPIED)
    # What is given anew takes the place of the answer, so nothing is left to point at.
    mine = "null::bigint" if why == AnswerBefore.Why.RELABELLED else "x.id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""insert into annotation_answerbefore (annotation_id, revision_id, question_id,
                choice_id, annotator_id, item_id, guideline_version, source, made_at, why,
                change_id, kept_at)
            select {mine}, x.revision_id, x.question_id, x.choice_id, x.annotator_id, x.item_id,
                x.guideline_version, x.source, x.created_at, %s, %s, %s
            from ({found}) as x({columns})""",
            [why, change.pk if change else None, timezone.now(), *values],
        )
