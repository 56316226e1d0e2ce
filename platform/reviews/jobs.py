"""The long work of this app: importing a file, looking for near-duplicates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from common import doorway
from common.jobs import JobCancelled, JobContext, JobFailed, JobKind, LeaseLost
from common.jobs import register as register_kind

if TYPE_CHECKING:
    from reviews.models import ImportBatch

IMPORT = "import_file"
CHECK = "check_file"


def _import_file(context: JobContext) -> dict[str, Any]:
    from reviews import redacting
    from reviews.importing.columns import BadMapping
    from reviews.importing.problems import UnreadableFile
    from reviews.models import ImportBatch
    from reviews.services import duplicates, importing, uploads

    batch = ImportBatch.objects.select_related("source").get(pk=context.arguments["batch"])
    path = Path(context.arguments["path"])
    if batch.state == ImportBatch.State.DONE:
        # Its worker died between the last row and the end of the job.
        return _result(batch)
    try:
        importing.import_run(
            actor=context.job.actor,
            batch=batch,
            path=path,
            redact=redacting.redact,
            redactor_version=redacting.redactor_version(),
            steps=context,
        )
    except JobCancelled:
        importing.import_fail(batch=batch, reason="cancelled")
        uploads.upload_discard(path=path)
        raise
    except LeaseLost:
        raise
    except (UnreadableFile, BadMapping) as error:
        importing.import_fail(batch=batch, reason=str(error))
        uploads.upload_discard(path=path)
        raise JobFailed(str(error)) from error
    except Exception as error:
        # Whatever it was, it is not tried again, so the upload must not stay behind. What cannot
        # be written down because the database is away is tried again: the job is still ours.
        importing.import_fail(batch=batch, reason=type(error).__name__)
        uploads.upload_discard(path=path)
        raise
    if batch.dry_run:
        # The file stays for a day: whoever looked may want to import it.
        return _result(batch)
    if batch.created or batch.updated:
        doorway.wake(
            duplicates.duplicates_request(actor=context.job.actor, source_id=batch.source_id)
        )
    # An upload holds what shoppers wrote: gone as soon as it is in.
    uploads.upload_discard(path=path)
    return _result(batch)


def _result(batch: ImportBatch) -> dict[str, Any]:
    return {
        "import": batch.pk,
        "rows": batch.rows,
        "created": batch.created,
        "updated": batch.updated,
        "unchanged": batch.unchanged,
        "deleted": batch.deleted,
        "rejected": batch.rejected,
    }


def _find_duplicates(context: JobContext) -> dict[str, Any]:
    from reviews.services.duplicates import duplicates_mark

    context.stage("looking for near-duplicates")
    return {
        "marked": duplicates_mark(
            actor=context.job.actor,
            source_id=context.arguments["source"],
            progress=context.progress,
        )
    }


def register() -> None:
    register_kind(JobKind(IMPORT, _import_file))
    register_kind(JobKind(CHECK, _import_file))
    register_kind(JobKind("find_duplicates", _find_duplicates))
