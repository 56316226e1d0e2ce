"""Labels into a file: written by a job, fetched by who asked for it, gone after a while."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from tempfile import mkstemp
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, localtime

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.formats.record import Record
from annotation.formats.registry import FORMATS
from annotation.models import LabelExport, LabelImport
from annotation.selectors.label_records import (
    Wanted,
    label_records,
    labelled_reviews,
    outdated_labels,
    still_exportable,
)
from annotation.selectors.label_sets import questions_asked
from annotation.selectors.leads import may_lead
from common.jobs import JobContext, JobFailed
from common.models import Job
from common.services import job_create
from privacy.services import audit_record

KIND = "export_labels"
_TRIES = 3  # how often an export begins anew when reviews go while it is written


class BadTransfer(ValueError):
    """What was asked cannot be done; `field` names what is wrong, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def label_files_folder() -> Path:
    folder: Path = settings.VERBATIM_HOME.folder("label-files")
    return folder


def export_path(export: LabelExport) -> Path:
    return label_files_folder() / f"export-{export.pk}{FORMATS[export.format].ending}"


def import_path(found: LabelImport) -> Path:
    """Where a file that was sent lies until its job has read it."""
    return label_files_folder() / f"import-{found.pk}.in"


@transaction.atomic
def label_export_start(
    *, actor: Any, format_key: str, stores: Sequence[Store], wanted: Wanted
) -> LabelExport:
    """Write an export down, with its job; the caller wakes a worker. Raises BadTransfer."""
    if format_key not in FORMATS:
        raise BadTransfer("format", f"unknown; choose one of {', '.join(FORMATS)}")
    if not stores:
        raise BadTransfer("store", "choose at least one store")
    export = LabelExport.objects.create(
        actor=actor if isinstance(actor, User) else None,
        format=format_key,
        stores=[store.pk for store in stores],
        filters=wanted.as_json(),
        names=wanted.names,
    )
    export.job = job_create(actor=export.actor, kind=KIND, arguments={"export": export.pk})
    export.save(update_fields=["job"])
    return export


def wanted_of(export: LabelExport) -> Wanted:
    return Wanted(
        batches=export.filters.get("batches", ()),
        languages=export.filters.get("languages", ()),
        names=export.names,
        predictions=export.filters.get("predictions", False),
    )


def stores_of(export: LabelExport) -> list[Store]:
    """Those it was asked for that its owner still has; all of them for the system itself."""
    found = Store.objects.filter(pk__in=export.stores)
    if export.actor is not None:
        found = found.filter(pk__in=stores_for(export.actor))
    return list(found)


def label_export_run(context: JobContext) -> dict[str, Any]:
    """Write the file of an export, whole or not at all. Returns the job's result.

    Begins anew when reviews go, or may no longer be exported, while it writes. Raises JobFailed.
    """
    export = LabelExport.objects.select_related("actor").get(pk=context.arguments["export"])
    if export.state == LabelExport.State.READY:
        return {"records": export.counts.get("records", 0)}
    for _ in range(_TRIES):
        if _written(context, export):
            return {"records": export.counts["records"]}
    raise JobFailed("Reviews went while the file was written, several times over; try again.")


def _written(context: JobContext, export: LabelExport) -> bool:
    stores, wanted = stores_of(export), wanted_of(export)
    context.stage("looking for labels")
    ids = labelled_reviews(stores, wanted)
    # Before any text is read: an erasure from here on knows that this file may hold it.
    LabelExport.objects.filter(pk=export.pk).update(review_ids=ids, state=LabelExport.State.WAITING)
    path = export_path(export)
    # A name of its own: a worker that lost the job and wakes up late must not write into, or take
    # away, what another one writes. Only the owner may read it.
    handle, name = mkstemp(".part", f"{path.stem}-", path.parent)
    unready = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            counts = _write(context, export, ids, file)
        counts["outdated"] = outdated_labels(stores, wanted)
        return _finish(export, unready, path, counts)
    finally:
        unready.unlink(missing_ok=True)


def _write(
    context: JobContext, export: LabelExport, ids: Sequence[int], file: BinaryIO
) -> dict[str, Any]:
    seen = {"records": 0, "skips": 0, "reviews": 0}
    # How fast a person works is for that person and for leads.
    timed = export.actor is None or may_lead(export.actor)

    def counted() -> Iterator[Record]:
        last = None
        for record in label_records(stores_of(export), ids, wanted_of(export)):
            if not timed:
                record = replace(record, seconds=None, at=_day(record.at))
            seen["records"] += 1
            seen["skips"] += bool(record.skip)
            if record.found.review != last:
                last = record.found.review
                seen["reviews"] += 1
                context.progress(seen["reviews"])
            yield record

    context.stage("writing labels", total=len(ids))
    choices = {one.key: one.choice_keys for one in questions_asked()}
    FORMATS[export.format].write(counted(), file, choices)
    return dict(seen)


def _day(at: datetime | None) -> datetime | None:
    """When it began: moments in a row tell the pace as well."""
    return None if at is None else datetime.combine(localdate(at), time.min, localtime(at).tzinfo)


@transaction.atomic
def _finish(export: LabelExport, unready: Path, path: Path, counts: dict[str, Any]) -> bool:
    """Give the file its name, unless something in it may no longer be there."""
    held = LabelExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if held.state == LabelExport.State.GONE:
        return False
    if not still_exportable(stores_of(held), held.review_ids):
        return False
    held.size = unready.stat().st_size
    held.counts = export.counts = counts
    held.state = LabelExport.State.READY
    held.save(update_fields=["size", "counts", "state"])
    audit_record(
        actor=export.actor,
        action="labels.export",
        object_type="label_export",
        object_id=export.pk,
        details={
            "format": export.format,
            "names": export.names,
            "records": counts["records"],
            "reviews": counts["reviews"],
        },
    )
    unready.rename(path)
    return True


def label_export_fetch(*, actor: Any, export: LabelExport) -> Path | None:
    """The file of a finished export, with a trace of who took it.

    None where there is none (any more). A file in which one review may no longer be exported, as it
    was deleted or somebody objected, is removed instead.
    """
    path = export_path(export)
    if export.state != LabelExport.State.READY or not path.is_file():
        return None
    allowed = Store.objects.filter(pk__in=export.stores)
    if actor is not None:
        allowed = allowed.filter(pk__in=stores_for(actor))
    if not still_exportable(allowed, export.review_ids):
        label_exports_remove([export])
        return None
    audit_record(
        actor=actor,
        action="labels.download",
        object_type="label_export",
        object_id=export.pk,
    )
    return path


def label_exports_remove(exports: Sequence[LabelExport]) -> int:
    """Remove their files, also one that is just being written. Returns how many there were."""
    gone = 0
    for export in exports:
        with transaction.atomic():
            LabelExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
            # A job that begins anew writes its reviews down again.
            LabelExport.objects.filter(pk=export.pk).update(
                state=LabelExport.State.GONE, review_ids=[], size=0
            )
        path = export_path(export)
        gone += path.is_file()
        # What is being written, or was when its worker was killed, holds the same texts.
        for one in (path, *path.parent.glob(f"{path.stem}-*.part")):
            one.unlink(missing_ok=True)
    return gone


def exports_with(review_ids: Sequence[int]) -> list[LabelExport]:
    """The exports that hold one of the reviews, and are not removed yet."""
    found = LabelExport.objects.exclude(state=LabelExport.State.GONE)
    return list(found.filter(review_ids__overlap=list(review_ids))) if review_ids else []


def copies_count(review_ids: Sequence[int]) -> int:
    return len(exports_with(review_ids))


def copies_erase(review_ids: Sequence[int]) -> int:
    """Remove every export that holds one of them, whole: the rest can be exported again."""
    found = exports_with(review_ids)
    label_exports_remove(found)
    return len(found)


def label_export_job(export: LabelExport) -> Job:
    assert export.job is not None  # noqa: S101 - it is made with the export
    return export.job
