from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import AnnotationSource
from modelops.errors import UnknownModel
from modelops.models import ModelVersion, SnapshotItem


def models_all() -> QuerySet[ModelVersion]:
    """Every version, newest first, with its run and snapshot."""
    return ModelVersion.objects.select_related("run__snapshot")


def champion() -> ModelVersion | None:
    """The version whose answers count, or None while there is none."""
    return models_all().filter(state=ModelVersion.State.CHAMPION).first()


def model_by_label(label: str) -> ModelVersion:
    """The version called `name-number`, or the one in the place `champion`.

    Raises UnknownModel, whose message lists what there is.
    """
    if label == "champion":
        found = champion()
        if found is None:
            raise UnknownModel(f"There is no champion yet. {_what_there_is()}")
        return found
    name, _, number = label.rpartition("-")
    if name and number.isascii() and number.isdigit() and len(number) < 10:
        found = models_all().filter(name=name, number=int(number)).first()
        if found is not None:
            return found
    raise UnknownModel(f"There is no model {label!r}. {_what_there_is()}")


def _what_there_is() -> str:
    found = list(models_all()[:10])
    if not found:
        return "No model was trained yet: run `train` first."
    named = ", ".join(f"{model.label} ({model.state})" for model in found)
    return f"There are: {named}."


def labels_are_synthetic(model: ModelVersion) -> bool:
    """Whether the version learned from, and is scored on, labels that no person gave."""
    items = SnapshotItem.objects.filter(snapshot=model.run.snapshot_id, revision__isnull=False)
    return items.filter(revision__annotations__source=AnnotationSource.STARTER).exists()


def learned_revisions(model: ModelVersion) -> QuerySet[SnapshotItem, int | None]:
    """Ids of the revisions whose labels the version has learned from in any way.

    Dev rows count: they chose its epoch and calibration. Labels on these never correct an index.
    """
    return SnapshotItem.objects.filter(
        snapshot=model.run.snapshot_id, revision__isnull=False, split__in=["train", "dev"]
    ).values_list("revision_id", flat=True)
