"""Files of labels: taken in, looked through by a job, stored whole or told line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.formats.base import Reading
from annotation.formats.record import Record, Trouble, UnreadableLabels
from annotation.formats.registry import FORMATS
from annotation.models import LabelImport, LabelImportProblem
from annotation.services.label_checks import Checked, Checks
from annotation.services.label_exports import BadTransfer, import_path
from annotation.services.label_options import Options, labels_of, options_check
from annotation.services.label_places import Places
from annotation.services.label_storing import Stored, fitting_store
from common.jobs import JobCancelled, JobContext, JobFailed
from common.models import Job
from common.services import job_create
from common.transient import is_transient
from privacy.services import audit_record
from reviews.redacting import redact

KIND = "import_labels"
LARGEST = 512 * 1024**2  # bytes
_SHOWN = 80  # characters of a detail


class SentFile(Protocol):
    """What was uploaded, or a file that is open. `size` in bytes."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...

    def chunks(self) -> Iterable[bytes]: ...


def label_import_start(
    *,
    actor: Any,
    file: SentFile,
    format_key: str,
    options: Options,
    stores: Sequence[Store],
    dry_run: bool = False,
) -> LabelImport:
    """Keep a file that was sent until its job has read it; the caller wakes a worker.

    Raises BadTransfer.
    """
    options_check(format_key, options)
    if not stores:
        raise BadTransfer("store", "choose at least one store")
    if not file.size:
        raise BadTransfer("file", "the file is empty")
    if file.size > LARGEST:
        raise BadTransfer("file", f"larger than {LARGEST // 1024**2} MB; send it in parts")
    found = LabelImport.objects.create(
        actor=actor if isinstance(actor, User) else None,
        format=format_key,
        file_name=Path(file.name or "labels").name[:200],
        stores=[store.pk for store in stores],
        options=options.as_json(),
        dry_run=dry_run,
    )
    path = import_path(found)
    try:
        with path.open("wb") as kept:
            path.chmod(0o600)
            for piece in file.chunks():
                kept.write(piece)
        with transaction.atomic():
            arguments = {"import": found.pk}
            found.job = job_create(actor=found.actor, kind=KIND, arguments=arguments)
            found.save(update_fields=["job"])
    except BaseException:
        path.unlink(missing_ok=True)
        found.delete()
        raise
    return found


def label_import_run(context: JobContext) -> dict[str, Any]:
    """Read, check and store a file. Returns the job's result.

    Taken up again it changes nothing twice: what is in is in with the note of it. The file goes
    when it is over, whatever came of it; a lost connection leaves it for the next try.
    """
    found = LabelImport.objects.select_related("actor").get(pk=context.arguments["import"])
    path = import_path(found)
    if found.state == LabelImport.State.WAITING:
        try:
            _read_and_store(context, found, path)
        except UnreadableLabels as error:
            _fail(found, str(error))
            raise JobFailed(str(error)) from error
        except BadTransfer as error:
            told = f"{error.field}: {error}"
            _fail(found, told)
            raise JobFailed(told) from error
        except JobCancelled:
            _fail(found, "cancelled")
            raise
        except Exception as error:
            if not is_transient(error) or context.last_try:
                _fail(found, type(error).__name__)
            raise
    path.unlink(missing_ok=True)
    return {key: found.counts[key] for key in ("created", "unchanged", "rejected")}


def _read_and_store(context: JobContext, found: LabelImport, path: Path) -> None:
    if not path.is_file():
        raise UnreadableLabels("The file is gone; send it again.")
    options = Options.from_json(found.options)
    stores = stores_of_import(found)
    reading = Reading(labels_of(options), options.utf16)
    context.stage("reading the file")
    lines = _counted(FORMATS[found.format].read(path, reading), context)
    context.stage("checking rows")
    checked = Checks(options, Places(stores)).run(lines, context.progress)
    context.stage("storing labels")
    _store(context, found, options, stores, checked)


def _counted(found: Iterator[Record | Trouble], context: JobContext) -> Iterator[Record | Trouble]:
    for n, one in enumerate(found, start=1):
        context.progress(n)
        yield one


@transaction.atomic
def _store(
    context: JobContext,
    found: LabelImport,
    options: Options,
    stores: Sequence[Store],
    checked: Checked,
) -> None:
    """Labels, what is told of lines, and the note that it is done, in one transaction."""
    stored = fitting_store(
        actor=found.actor,
        fitting=checked.fitting,
        options=options,
        stores=stores,
        redact=_redacted,
        pretend=found.dry_run,
    )
    troubles = sorted([*checked.troubles, *stored.troubles], key=lambda one: one.line)
    _problems(found, troubles)
    found.counts = _counts(stored, troubles)
    found.state = LabelImport.State.DONE
    found.finished_at = timezone.now()
    found.save(update_fields=["counts", "state", "finished_at"])
    # Also the last look at whether the job is still ours.
    context.stage("storing labels")
    if not found.dry_run:
        audit_record(
            actor=found.actor,
            action="labels.import",
            object_type="label_import",
            object_id=found.pk,
            details={"format": found.format, **found.counts},
        )


def _counts(stored: Stored, troubles: Sequence[Trouble]) -> dict[str, int]:
    return {
        "created": stored.created,
        "unchanged": stored.unchanged,
        "rejected": len({one.line for one in troubles if one.refused}),
        "answers": stored.answers,
        "mentions": stored.mentions,
        "skips": stored.skips,
        "told": sum(not one.refused for one in troubles),
    }


def _problems(found: LabelImport, troubles: Sequence[Trouble]) -> None:
    # A shifted column puts a review where a label should be, so whatever is kept is redacted.
    details = {one.detail for one in troubles if one.detail}
    told = list(details)
    shown = dict(zip(told, _redacted([one[:300] for one in told]), strict=True))
    LabelImportProblem.objects.bulk_create(
        (
            LabelImportProblem(
                label_import=found,
                line=one.line,
                reason=one.reason,
                detail=shown.get(one.detail, "")[:_SHOWN],
                refused=one.refused,
            )
            for one in troubles
        ),
        batch_size=2000,
    )


def _redacted(texts: list[str]) -> list[str]:
    clean = [one.replace("\x00", "") for one in texts]
    return [found.text for found in redact(clean)]


def stores_of_import(found: LabelImport) -> list[Store]:
    """Those it was sent for that its sender still has; all of them for the system itself."""
    stores = Store.objects.filter(pk__in=found.stores)
    if found.actor is not None:
        stores = stores.filter(pk__in=stores_for(found.actor))
    return list(stores)


def _fail(found: LabelImport, why: str) -> None:
    import_path(found).unlink(missing_ok=True)
    found.state = LabelImport.State.FAILED
    found.error = why[:300]
    found.finished_at = timezone.now()
    found.save(update_fields=["state", "error", "finished_at"])


def label_import_job(found: LabelImport) -> Job:
    assert found.job is not None  # noqa: S101 - it is made with the import
    return found.job
