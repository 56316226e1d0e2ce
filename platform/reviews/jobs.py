"""The long work of this app: importing a file, looking for near-duplicates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from common import doorway
from common.jobs import JobCancelled, JobContext, JobFailed, JobKind, LeaseLost
from common.jobs import register as register_kind
from common.transient import is_transient
from common.words import with_safe_words

if TYPE_CHECKING:
    from reviews.models import ImportBatch

IMPORT = "import_file"
CHECK = "check_file"


def _import_file(context: JobContext) -> dict[str, Any]:
    from reviews.models import ImportBatch
    from reviews.services import duplicates

    batch = ImportBatch.objects.select_related("source").get(pk=context.arguments["batch"])
    path = Path(context.arguments["path"])
    # When its worker died between the last row and the end of the job, only the end is left.
    if batch.state != ImportBatch.State.DONE:
        _run(context, batch, path)
    if batch.dry_run:
        # The file stays as uploads do: whoever looked may want to import it.
        return _result(batch)
    if batch.created or batch.updated:
        doorway.wake(
            duplicates.duplicates_request(actor=context.job.actor, source_id=batch.source_id)
        )
    # An upload holds what shoppers wrote: gone as soon as it is in.
    _discard(path)
    return _result(batch)


def _run(context: JobContext, batch: ImportBatch, path: Path) -> None:
    from reviews import redacting
    from reviews.importing.columns import BadMapping
    from reviews.importing.problems import UnreadableFile
    from reviews.services import importing

    redact, stamp = redacting.for_source(batch.source)
    try:
        importing.import_run(
            actor=context.job.actor,
            batch=batch,
            path=path,
            redact=redact,
            redactor_version=stamp,
            steps=context,
            helpers=importing.helpers_worth(path),
        )
    except JobCancelled:
        importing.import_fail(batch=batch, reason="cancelled")
        _discard(path, "the import was cancelled")
        raise
    except LeaseLost:
        raise
    except (UnreadableFile, BadMapping) as error:
        importing.import_fail(batch=batch, reason=str(error))
        _discard(path, str(error))
        raise JobFailed(str(error)) from error
    except Exception as error:
        if is_transient(error):
            if context.last_try:
                _give_up(batch, path)
            raise
        # Whatever it was, it is not tried again, so the upload must not stay behind.
        reason = with_safe_words(type(error).__name__, error)
        importing.import_fail(batch=batch, reason=reason)
        _discard(path, f"the import failed ({reason})")
        raise


def _give_up(batch: ImportBatch, path: Path) -> None:
    """The database was in the way each time. An upload stays for its day, to be started again."""
    from reviews.services import importing, inbox

    reason = "the database did not answer in time, several times over; start the import again"
    importing.import_fail(batch=batch, reason=reason)
    inbox.inbox_clear(path=path, error=reason)


def _discard(path: Path, error: str = "") -> None:
    from reviews.services import inbox, uploads

    uploads.upload_discard(path=path)
    inbox.inbox_clear(path=path, error=error)


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
    from reviews.services import bursts, duplicates

    source = context.arguments["source"]
    everything = context.arguments.get("everything", False)
    since = None if everything else duplicates.looked_at(source_id=source)
    products = duplicates.products_changed(source_id=source, since=since)
    context.stage("looking for near-duplicates", total=len(products))
    marked = duplicates.duplicates_mark(
        actor=context.job.actor, source_id=source, since=since, progress=context.progress
    )
    context.stage("looking for bursts")
    return {
        "marked": marked,
        "bursts": bursts.bursts_mark(actor=context.job.actor, product_ids=products),
    }


def _rekey_shoppers(context: JobContext) -> dict[str, Any]:
    from reviews import keys
    from reviews.services.rekeying import shoppers_rekey

    if not context.checkpoint:
        context.save_checkpoint({"version": keys.shopper_version() + 1})
    version = context.checkpoint["version"]
    context.stage("hashing anew")
    done = shoppers_rekey(actor=context.job.actor, version=version, progress=context.progress)
    return {"version": version, "shoppers": done}


def _source_purposes(context: JobContext) -> dict[str, Any]:
    from reviews.models import Source
    from reviews.services import purposes

    source = Source.objects.get(pk=context.arguments["source"])
    noted = context.checkpoint
    context.stage("setting purposes", total=source.reviews.count())

    def note(review: int, changed: int) -> None:
        # After the rows are locked: who says something later passes over them after us.
        if purposes.said_anew(context.job):
            raise JobFailed("Something else was said of this source meanwhile; that holds.")
        context.save_checkpoint({"review": review, "changed": changed})
        context.progress(changed)

    changed = purposes.source_purposes_spread(
        actor=context.job.actor,
        source=source,
        held=purposes.Held.from_json(context.arguments["held"]),
        after=int(noted.get("review", 0)),
        changed=int(noted.get("changed", 0)),
        done=note,
    )
    return {"changed": changed}


def register() -> None:
    from reviews.services.purposes import KIND

    register_kind(JobKind(KIND, _source_purposes))
    register_kind(JobKind(IMPORT, _import_file))
    register_kind(JobKind(CHECK, _import_file))
    register_kind(JobKind("find_duplicates", _find_duplicates))
    register_kind(JobKind("rekey_shoppers", _rekey_shoppers))
