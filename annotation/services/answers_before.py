"""Answers as they stood, before they are carried over or given anew."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import Annotation, AnswerBefore, LabelSetChange

_AT_ONCE = 2000  # rows


def keep(
    answers: QuerySet[Annotation], why: AnswerBefore.Why, change: LabelSetChange | None
) -> None:
    """Put down what `answers` are now, before they are changed or given anew."""
    gone = why == AnswerBefore.Why.RELABELLED
    AnswerBefore.objects.bulk_create(
        (
            AnswerBefore(
                annotation=None if gone else one,
                revision_id=one.revision_id,
                question_id=one.question_id,
                choice_id=one.choice_id,
                annotator_id=one.annotator_id,
                item_id=one.item_id,
                guideline_version=one.guideline_version,
                source=one.source,
                made_at=one.created_at,
                why=why,
                change=change,
            )
            for one in answers.iterator(chunk_size=_AT_ONCE)
        ),
        batch_size=_AT_ONCE,
    )
