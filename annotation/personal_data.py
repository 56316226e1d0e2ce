"""What this app holds of people, and how it finds, hands out and erases it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from annotation import copies
from annotation import processing as ours
from annotation.models import LabelExport, LabelImport
from annotation.selectors.redaction import redaction_on_audit
from annotation.services import label_expiring, label_exports
from annotation.services import people as persons
from privacy import owners, people, processing, reporting, retention
from privacy.people import Keeper


def _exports(stores: Sequence[int]) -> QuerySet[Any]:
    return LabelExport.objects.filter(stores__contained_by=list(stores))


def _imports(stores: Sequence[int]) -> QuerySet[Any]:
    return LabelImport.objects.filter(stores__contained_by=list(stores))


def register() -> None:
    people.register(
        Keeper(
            name="annotation",
            rank=20,
            find=persons.person_find,
            export=persons.person_export,
            erase=persons.person_erase,
            erase_files=persons.copies_erase,
            tables=("annotation_annotation", "annotation_mention", "annotation_batchitem"),
        )
    )
    copies.register(
        copies.Copies("Exports of labels", label_exports.copies_count, label_exports.copies_erase)
    )
    for found in label_expiring.CLASSES:
        retention.register(found)
    owners.register("label_export", _exports)
    owners.register("label_import", _imports)
    processing.register(*ours.HELD)
    reporting.register(reporting.REDACTION, redaction_on_audit)
