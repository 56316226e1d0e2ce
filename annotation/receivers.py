from __future__ import annotations

from typing import Any

from annotation.services import audit, gold, guidelines, questions, remapping, settled_remap
from reviews.signals import reviews_stored, revisions_replaced


def seed_questions(**kwargs: object) -> None:
    """Bring questions, choices and guideline in line with what is shipped (after every migrate)."""
    questions.questions_seed()
    guidelines.guideline_seed()
    audit.audit_rate_seed()


def _draw_audit(sender: object, review_ids: list[int], **kwargs: Any) -> None:
    audit.audit_draw(review_ids=review_ids)


def _carry_labels(sender: object, pairs: list[tuple[int, int]], **kwargs: Any) -> None:
    remapping.labels_remap(pairs=pairs)
    settled_remap.settled_remap(pairs=pairs)
    gold.gold_remap(pairs=pairs)


def connect() -> None:
    revisions_replaced.connect(_carry_labels, dispatch_uid="annotation.carry_labels")
    reviews_stored.connect(_draw_audit, dispatch_uid="annotation.draw_audit")
