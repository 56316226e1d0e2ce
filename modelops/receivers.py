from __future__ import annotations

from typing import Any

from modelops import wake
from modelops.selectors.models import champion
from modelops.services.erased import reviews_forget
from modelops.services.ledger import work_add_stored
from reviews.signals import reviews_removing, reviews_stored


def connect() -> None:
    reviews_stored.connect(queue_analysis, dispatch_uid="modelops.queue_analysis")
    reviews_removing.connect(mark_learned, dispatch_uid="modelops.mark_learned")


def mark_learned(sender: Any, review_ids: list[int], **news: Any) -> None:
    """Before reviews go: what learned from them holds erased data from now on."""
    reviews_forget(review_ids=review_ids)


def queue_analysis(sender: Any, revision_ids: list[int], **news: Any) -> None:
    """Write down what is to be analysed, in the transaction that stored it."""
    model = champion()
    if model is not None and work_add_stored(model=model, revision_ids=revision_ids):
        wake.analysis_wake()
