from __future__ import annotations


def seed_questions(**kwargs: object) -> None:
    """Bring the rows of questions and choices in line with `taxonomy` (after every migrate)."""
    from annotation import services

    services.questions_seed()


def connect() -> None:
    pass
