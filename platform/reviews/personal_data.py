"""What this app holds of people, and how it finds, hands out and erases it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet

from privacy import erasures, owners, people, processing, retention
from privacy.people import Keeper, Place, Subject
from reviews import processing as ours
from reviews.models import ImportBatch, RejectedRow, Review, Shopper, Source
from reviews.services import erasing, expiring
from reviews.services import people as persons


def _correct(actor: Any, subject: Subject) -> list[Place]:
    from reviews import redacting

    return persons.person_correct(actor, subject, redacting.for_source)


# Objects of the audit trail, and the way from each to its store.
_OWNED: tuple[tuple[str, str, type[Model]], ...] = (
    ("source", "store", Source),
    ("import", "source__store", ImportBatch),
    ("rejected_row", "batch__source__store", RejectedRow),
    ("review", "store", Review),
    ("shopper", "store", Shopper),
)


def _owned(model: type[Model], path: str, ids: Sequence[int]) -> QuerySet[Any]:
    return model._default_manager.filter(**{f"{path}__in": ids})


def register() -> None:
    people.register(
        Keeper(
            name="reviews",
            rank=10,
            find=persons.person_find,
            export=persons.person_export,
            erase=erasing.person_erase,
            erase_files=erasing.uploads_erase,
            foreign_files=erasing.uploads_foreign,
            correct=_correct,
            restrict=persons.person_restrict,
            object=persons.person_object,
            tables=(
                "reviews_review",
                "reviews_textrevision",
                "reviews_shopper",
                "reviews_rejectedrow",
                "reviews_doubt",
                "reviews_redactioncase",
                "reviews_listedvalue",
            ),
        )
    )
    erasures.register("shopper", erasing.shopper_erase_again)
    erasures.register("review", erasing.review_erase_again)
    for found in expiring.CLASSES:
        retention.register(found)
    processing.register(*ours.HELD)
    for kind, path, model in _OWNED:
        owners.register(kind, partial(_owned, model, path))
