"""Files people send: kept closed, imported by a job, removed as soon as they are in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from accounts.models import Store
from common.models import Job
from common.services import job_create
from reviews import jobs
from reviews.importing.reading import UnreadableFile
from reviews.services import importing

_ENDINGS = {".csv", ".tsv", ".jsonl", ".ndjson"}


class Upload(Protocol):
    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def uploads_folder() -> Path:
    folder: Path = settings.VERBATIM_HOME.folder("uploads")
    return folder


def upload_discard(*, path: Path) -> None:
    """Remove an upload; a file that lies anywhere else is its owner's and stays."""
    if path.parent == uploads_folder():
        path.unlink(missing_ok=True)


def import_request(
    *, actor: Any, store: Store, source_key: str, upload: Upload, mapping: dict[str, str]
) -> Job:
    """Take a file in and write down the job that imports it. The caller wakes a worker.

    Raises reading.UnreadableFile or columns.BadMapping; then nothing is kept.
    """
    name = Path(upload.name or "upload").name
    ending = Path(name).suffix.lower()
    if ending not in _ENDINGS:
        raise UnreadableFile(
            f"{name[:80]}: files ending in .csv, .tsv, .jsonl or .ndjson can be read"
        )
    path = uploads_folder() / f"{uuid.uuid4().hex}{ending}"
    try:
        with path.open("xb") as file:
            for piece in upload.chunks():
                file.write(piece)
        return path_request(
            actor=actor,
            store=store,
            source_key=source_key,
            path=path,
            file_name=name,
            mapping=mapping,
        )
    except BaseException:
        path.unlink(missing_ok=True)
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
) -> Job:
    """As `import_request`, for a file that lies where workers can read it; it is left there."""
    source = importing.source_ensure(actor=actor, store=store, key=source_key)
    batch = importing.import_begin(
        actor=actor, source=source, path=path, file_name=file_name, mapping=mapping, job=None
    )
    job = job_create(
        actor=actor, kind=jobs.IMPORT, arguments={"batch": batch.pk, "path": str(path)}
    )
    batch.job = job
    batch.save(update_fields=["job"])
    return job
