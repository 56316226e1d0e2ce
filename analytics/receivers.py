"""News from below: which cells have to be added up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics import services
from modelops.signals import champion_changed, predictions_stored
from reviews.signals import reviews_changing, reviews_stored


def _mark(
    sender: Any, review_ids: Sequence[int], created: Sequence[int] = (), **kwargs: Any
) -> None:
    services.cells_mark(review_ids=review_ids, created=created)


def _mark_all(sender: Any, **kwargs: Any) -> None:
    services.cells_mark_all()


def connect() -> None:
    for signal in (reviews_stored, reviews_changing, predictions_stored):
        signal.connect(_mark, dispatch_uid="analytics.mark_cells")
    champion_changed.connect(_mark_all, dispatch_uid="analytics.mark_all_cells")
