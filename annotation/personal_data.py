"""What this app holds of people, and how it finds, hands out and erases it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import Store
from annotation import copies
from annotation import processing as ours
from annotation.copies import Copies
from annotation.models import LabelExport, LabelImport
from annotation.selectors.redaction import redaction_on_audit
from annotation.services import label_expiring, label_exports
from annotation.services import people as persons
from privacy import owners, people, processing, reporting, retention, sealed
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
            tables=(
                "annotation_annotation",
                "annotation_answerbefore",
                "annotation_mention",
                "annotation_batchitem",
                "annotation_goldanswer",
                "annotation_qualificationanswer",
                "annotation_labelstudioanswer",
                "annotation_adjudication",
                "annotation_consensus",
                "annotation_suspect",
            ),
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
    _label_studio_register()
    reporting.register(reporting.REDACTION, redaction_on_audit)


def _label_studio_register() -> None:
    from annotation.models import LabelStudioServer
    from annotation.services.label_studio.connecting import token_identity
    from annotation.services.label_studio.keeping import copies_count, copies_erase

    def theirs(ids: Sequence[int]) -> QuerySet[LabelStudioServer]:
        foreign = Store.objects.exclude(pk__in=ids)
        return LabelStudioServer.objects.exclude(stores__in=foreign)

    owners.register("label_studio_server", theirs)
    copies.register(Copies("Copies at Label Studio servers", copies_count, copies_erase))
    sealed.register(
        sealed.SealedColumn(
            LabelStudioServer,
            "sealed_token",
            "seal_version",
            ("row",),
            lambda found: token_identity(found["row"]),
        )
    )
