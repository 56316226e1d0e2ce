from __future__ import annotations

from typing import Any

from annotation.services import audit, questions
from reviews.signals import reviews_stored


def seed_questions(**kwargs: object) -> None:
    """Bring the rows of questions and choices in line with `taxonomy` (after every migrate)."""
    questions.questions_seed()
    audit.audit_rate_seed()


def _draw_audit(sender: object, review_ids: list[int], **kwargs: Any) -> None:
    audit.audit_draw(review_ids=review_ids)


def connect() -> None:
    reviews_stored.connect(_draw_audit, dispatch_uid="annotation.draw_audit")
