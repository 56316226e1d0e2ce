from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from modelops.models import AnalysisWork, ModelVersion, Prediction


def predictions_of(model: ModelVersion, revision_ids: Iterable[int]) -> QuerySet[Prediction]:
    """What `model` answered about the revisions, with question and choice."""
    return Prediction.objects.filter(model=model, revision__in=revision_ids).select_related(
        "question", "choice"
    )


def work_counts(model: ModelVersion) -> dict[str, int]:
    """How much of the model's work is `todo`, `done` and `parked`."""
    found = AnalysisWork.objects.filter(model=model).values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(AnalysisWork.State.values, 0) | dict(found)


def work_waits(model: ModelVersion) -> bool:
    """Whether any revision still waits for an answer of `model`."""
    return AnalysisWork.objects.filter(model=model, state=AnalysisWork.State.TODO).exists()


def work_parked(model: ModelVersion) -> QuerySet[AnalysisWork]:
    """What could not be analysed; `error` says why, without a word of the text."""
    return AnalysisWork.objects.filter(model=model, state=AnalysisWork.State.PARKED).select_related(
        "revision__review"
    )
