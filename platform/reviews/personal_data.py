"""What this app holds of people, and how it finds, hands out and erases it."""

from __future__ import annotations

from typing import Any

from privacy import erasures, people, processing, retention
from privacy.people import Keeper, Place, Subject
from reviews import processing as ours
from reviews.services import erasing, expiring
from reviews.services import people as persons


def _correct(actor: Any, subject: Subject) -> list[Place]:
    from reviews import redacting

    return persons.person_correct(actor, subject, redacting.for_source)


def register() -> None:
    people.register(
        Keeper(
            name="reviews",
            rank=10,
            find=persons.person_find,
            export=persons.person_export,
            erase=erasing.person_erase,
            erase_files=erasing.uploads_erase,
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
