"""What this app holds of people, and how it finds, hands out and erases it."""

from __future__ import annotations

from modelops import processing as ours
from modelops.selectors.erased import models_with_erased
from modelops.services import expiring
from modelops.services import people as persons
from privacy import people, processing, reporting, retention
from privacy.people import Keeper


def register() -> None:
    people.register(
        Keeper(
            name="modelops",
            rank=30,
            find=persons.person_find,
            export=persons.person_export,
            erase=persons.person_erase,
            tables=(
                "modelops_prediction",
                "modelops_predictedmention",
                "modelops_analysiswork",
                "modelops_snapshotitem",
                "modelops_textembedding",
                "modelops_weaklabel",
            ),
        )
    )
    for found in expiring.CLASSES:
        retention.register(found)
    processing.register(*ours.HELD)
    reporting.register(reporting.MODELS, models_with_erased)
