"""Files people send: kept closed, imported by a job, removed as soon as they are in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Store
from common.models import Job
from common.services import job_create
from reviews import jobs
from reviews.importing.problems import UnreadableFile
from reviews.models import ImportBatch, Source, Upload
from reviews.selectors.imports import import_from, import_under_way
from reviews.services import importing

_STILL_COMING = timedelta(hours=1)  # since the last piece: its sender may go on
LARGEST = 16 * 1024**3  # bytes of an upload
_SPARE = 256 * 1024**2  # bytes that stay free on the disk


class SentFile(Protocol):
    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]: ...


class WrongOffset(Exception):
    """A piece does not begin where the last one ended; `received` says where it should."""

    def __init__(self, received: int) -> None:
        super().__init__(f"the next piece begins at byte {received}")
        self.received = received


class NotWhole(Exception):
    """Some of the upload is still missing."""


class ImportedAlready(Exception):
    """What was sent has an import that runs or is done: `batch`."""

    def __init__(self, batch: ImportBatch) -> None:
        super().__init__(f"it is import {batch.pk}")
        self.batch = batch


def uploads_folder() -> Path:
    folder: Path = settings.VERBATIM_HOME.folder("uploads")
    return folder


def upload_path(upload: Upload) -> Path:
    return uploads_folder() / upload.pk.hex


def upload_discard(*, path: Path) -> None:
    """Remove an upload; a file that lies anywhere else is its owner's and stays."""
    if path.parent == uploads_folder():
        path.unlink(missing_ok=True)
        if len(path.name) == 32:
            Upload.objects.filter(pk=path.name).delete()


def upload_begin(*, actor: Any, source: Source, file_name: str, size: int) -> Upload:
    """Make room for a file of `size` bytes that comes in pieces. Raises UnreadableFile."""
    name = Path(file_name or "upload").name[:200]
    if size <= 0:
        raise UnreadableFile(f"{name} is empty or has no header line")
    if size > LARGEST:
        raise UnreadableFile(f"{name} is larger than {LARGEST // 1024**3} GB; send it in parts")
    if size > shutil.disk_usage(uploads_folder()).free - _SPARE:
        raise UnreadableFile(f"{name} does not fit on the server's disk; ask its administrator")
    return Upload.objects.create(
        source=source,
        actor=_person(actor),
        sender=actor.get_username() if actor is not None else "system",
        file_name=name,
        size=size,
    )


@transaction.atomic
def upload_append(*, upload: Upload, offset: int, pieces: Iterable[bytes]) -> Upload:
    """Add bytes at `offset`, which is where the last piece ended.

    Sent twice at once, one waits for the other and is then told where it stands. Raises
    WrongOffset; UnreadableFile when more comes than was announced.
    """
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if offset != upload.received:
        raise WrongOffset(upload.received)
    # Made with O_CREAT; what a killed piece left behind its offset is written over.
    descriptor = os.open(upload_path(upload), os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.seek(offset)
        for piece in pieces:
            if upload.received + len(piece) > upload.size:
                raise UnreadableFile(
                    f"{upload.file_name} is longer than the {upload.size} bytes it was to have"
                )
            file.write(piece)
            upload.received += len(piece)
        file.truncate()
    upload.save(update_fields=["received", "updated_at"])
    return upload


def upload_take(*, actor: Any, store: Store, source_key: str, file: SentFile) -> Upload:
    """Take a whole file in. Raises UnreadableFile; then nothing is kept."""
    source = importing.source_ensure(actor=actor, store=store, key=source_key)
    upload = upload_begin(
        actor=actor, source=source, file_name=file.name or "upload", size=file.size or 0
    )
    try:
        return upload_append(upload=upload, offset=0, pieces=file.chunks())
    except BaseException:
        upload_discard(path=upload_path(upload))
        raise


@transaction.atomic
def import_of_upload(
    *,
    actor: Any,
    upload: Upload,
    mapping: dict[str, str],
    preset: str = "",
    dry_run: bool = False,
) -> Job:
    """Write down the job that imports an upload, or only looks what would happen.

    Asked for twice at once, one of them wins and the other is told which import it is. The caller
    wakes a worker. Raises ImportedAlready, NotWhole, UnreadableFile, BadMapping, and
    Upload.DoesNotExist for one that was dropped.
    """
    there = Upload.objects.select_for_update().filter(pk=upload.pk).exists()
    earlier = import_that_took(upload.pk)
    if earlier is not None:
        raise ImportedAlready(earlier)
    if not there:
        raise Upload.DoesNotExist
    if not upload.whole:
        raise NotWhole
    return path_request(
        actor=actor,
        store=upload.source.store,
        source_key=upload.source.key,
        path=upload_path(upload),
        file_name=upload.file_name,
        mapping=mapping,
        preset=preset,
        dry_run=dry_run,
        upload=upload,
    )


def import_that_took(upload_id: UUID) -> ImportBatch | None:
    """The import of an upload that runs or is done, also when the upload is gone with it."""
    path = uploads_folder() / upload_id.hex
    return import_under_way(upload_id) or import_from(str(path))


def import_request(
    *, actor: Any, store: Store, source_key: str, upload: SentFile, mapping: dict[str, str]
) -> Job:
    """Take a file in and write down the job that imports it. The caller wakes a worker.

    Raises UnreadableFile or BadMapping; then nothing is kept.
    """
    taken = upload_take(actor=actor, store=store, source_key=source_key, file=upload)
    try:
        return import_of_upload(actor=actor, upload=taken, mapping=mapping)
    except BaseException:
        upload_discard(path=upload_path(taken))
        raise


@transaction.atomic
def path_request(
    *,
    actor: Any,
    store: Store,
    source_key: str,
    path: Path,
    file_name: str,
    mapping: dict[str, str],
    preset: str = "",
    dry_run: bool = False,
    upload: Upload | None = None,
) -> Job:
    """As `import_of_upload`, for a file that lies where workers can read it; it is left there."""
    source = importing.source_ensure(actor=actor, store=store, key=source_key)
    batch = importing.import_begin(
        actor=_person(actor),
        source=source,
        path=path,
        file_name=file_name,
        mapping=mapping,
        job=None,
        preset=preset,
        dry_run=dry_run,
        upload=upload,
    )
    job = job_create(
        actor=_person(actor),
        kind=jobs.CHECK if dry_run else jobs.IMPORT,
        arguments={"batch": batch.pk, "path": str(path)},
    )
    batch.job = job
    batch.save(update_fields=["job"])
    return job


def uploads_expire(*, before: datetime, dry: bool = False) -> int:
    """Remove uploads to which nothing came since `before`, and what lies about in their folder.

    What an open job reads stays, however long it waits; so does what is being sent, whatever
    `before`. Returns how many uploads and other files went, or with `dry` would go.
    """
    before = min(before, timezone.now() - _STILL_COMING)
    gone = sum(_upload_expire(pk, before, dry) for pk in _idle(before).values_list("pk", flat=True))
    return gone + uploads_left_remove(before=before, dry=dry)


def uploads_left_remove(*, before: datetime | None = None, dry: bool = False) -> int:
    """Remove the files in the folder of uploads that are no upload's and no open job's.

    `before`: only those written before; None: of any age. Returns how many.
    """
    # Before the question what is needed: an upload that begins in between is not in this list.
    paths = sorted(uploads_folder().iterdir())
    needed = _needed() | {pk.hex for pk in Upload.objects.values_list("pk", flat=True)}
    gone = 0
    for path in paths:
        if path.name in needed or not path.is_file() or not _older(path, before):
            continue
        gone += 1
        if not dry:
            path.unlink(missing_ok=True)
    return gone


def _idle(before: datetime) -> QuerySet[Upload]:
    return Upload.objects.filter(updated_at__lt=before)


@transaction.atomic
def _upload_expire(pk: UUID, before: datetime, dry: bool) -> int:
    # Locked before the jobs are looked at: whoever is about to import it has it locked as well.
    upload = _idle(before).select_for_update(skip_locked=True).filter(pk=pk).first()
    if upload is None or pk.hex in _needed():
        return 0
    if not dry:
        upload.delete()
        transaction.on_commit(lambda: upload_path(Upload(pk=pk)).unlink(missing_ok=True))
    return 1


def _needed() -> set[str]:
    """Names of files that open jobs read."""
    jobs_open = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return {
        Path(str(arguments.get("path", ""))).name
        for arguments in jobs_open.values_list("arguments", flat=True)
    }


def _older(path: Path, before: datetime | None) -> bool:
    try:
        return before is None or path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:  # an import that ended meanwhile took it away
        return False


def _person(actor: Any) -> Any:
    """Who stands in the columns for people; a key or the system is in the audit trail only."""
    return actor if isinstance(actor, get_user_model()) else None
