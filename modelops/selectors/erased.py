"""Versions that hold erased data, for the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from modelops.models import HoldsErased, ModelVersion


def erased_of(model: ModelVersion) -> HoldsErased | None:
    """The mark of a version that learned from what was erased since."""
    return HoldsErased.objects.filter(model=model).select_related("job").first()


def models_with_erased(
    begin: datetime, end: datetime, stores: Sequence[int]
) -> list[dict[str, Any]]:
    """All there are, whenever and in whichever store: a model is of all stores."""
    found = HoldsErased.objects.select_related("model", "job")
    return [
        {
            "model": mark.model.label,
            "id": mark.model_id,
            "state": mark.model.state,
            "rows": mark.rows,
            "since": mark.first_at.isoformat(),
            "replacement": mark.job.state if mark.job else None,
            "job": mark.job_id,
        }
        for mark in found
    ]
