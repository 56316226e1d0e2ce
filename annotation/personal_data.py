"""What this app holds of people, and how it finds, hands out and erases it."""

from __future__ import annotations

from annotation import processing as ours
from annotation.selectors.redaction import redaction_on_audit
from annotation.services import people as persons
from privacy import people, processing, reporting
from privacy.people import Keeper


def register() -> None:
    people.register(
        Keeper(
            name="annotation",
            rank=20,
            find=persons.person_find,
            export=persons.person_export,
            erase=persons.person_erase,
            erase_files=persons.copies_erase,
            tables=(
                "annotation_annotation",
                "annotation_mention",
                "annotation_batchitem",
                "annotation_goldanswer",
            ),
        )
    )
    processing.register(*ours.HELD)
    reporting.register(reporting.REDACTION, redaction_on_audit)
