"""A file that was sent: its first rows, what its columns are, what would happen, and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.selectors import stores_for
from common import doorway
from common.complaints import complaint_words
from common.pages import page, wants_fragment
from reviews.importing import columns, presets, reading
from reviews.importing.columns import BadMapping
from reviews.importing.problems import UnreadableFile
from reviews.models import ImportBatch, Upload
from reviews.selectors.imports import imports_for, rejection_reasons, uploads_for
from reviews.services import importing, uploads
from reviews.views.forms import ColumnsForm
from reviews.views.imports import may_import

_ROWS = 8  # of the file that are shown
_CELL = 160  # characters of a cell that are shown
_SAMPLES = 3  # values shown beside a column
_REASONS = 20  # rejected rows of a dry run that are shown


@dataclass(frozen=True, slots=True)
class Guess:
    """The mapping a form begins with, and where it comes from."""

    mapping: dict[str, str]
    origin: str
    preset: str = ""


def _own_upload(request: HttpRequest, upload_id: UUID) -> Upload:
    """Raises Http404. The rows are shown as they were sent: to nobody but who sent them."""
    if not may_import(request.user):
        raise PermissionDenied
    found = (
        uploads_for(stores_for(request.user)).filter(pk=upload_id, actor=request.user.pk).first()
    )
    if found is None or not found.whole:
        raise Http404
    return found


def _guess(upload: Upload, header: list[str], preset: str) -> Guess:
    """What the columns are taken for at first. Raises BadMapping for a preset that does not fit."""
    origin = "preset" if preset else "names"
    mapping = importing.mapping_for(source=upload.source, header=header, mapping={}, preset=preset)
    if not preset and mapping:
        known = importing.remembered_for(upload.source, header)
        origin = "remembered" if mapping == known else "recognised"
    if origin == "recognised" and (fitting := presets.preset_that_fits(header)):
        preset = fitting.key
    try:
        return Guess({**mapping, **columns.resolve(header, mapping)}, origin, preset)
    except BadMapping:
        return Guess({}, "nothing")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_columns(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    try:
        upload = _own_upload(request, upload_id)
    except Http404:
        # Clicked twice, or gone back to: the file is in, and its import says what became of it.
        taken = uploads.import_that_took(upload_id)
        if taken is None or taken.actor_id != request.user.pk:
            raise
        return _imported(request, taken)
    check = imports_for(stores_for(request.user)).filter(upload=upload, dry_run=True).first()
    if wants_fragment(request):
        return page(request, "reviews/_check.html", _check_context(upload, check), title="")
    try:
        look = reading.look(uploads.upload_path(upload), _ROWS, upload.file_name)
    except UnreadableFile as error:
        uploads.upload_discard(path=uploads.upload_path(upload))
        messages.error(request, complaint_words(str(error)))
        return redirect("import-new")
    preset = request.GET.get("preset", "")
    try:
        guess = _guess(upload, look.header, preset)
    except BadMapping as error:
        messages.error(request, complaint_words(str(error)))
        return redirect("import-columns", upload_id=upload.pk)
    if check is not None and not preset:
        guess = Guess(columns.at_places(look.header, check.mapping), "checked")
    form = ColumnsForm(request.POST or None, header=look.header, mapping=guess.mapping)
    if request.method == "POST" and form.is_valid():
        answer = _go(request, upload, form)
        if answer is not None:
            return answer
    context = {
        "upload": upload,
        "look": look,
        "form": form,
        "guess": guess,
        "preset": preset or guess.preset,
        "step": 2 if check is None else 3,
        "presets": _preset_choices(),
        "columns": _shown_columns(form, look),
        "rows": [_shown_row(look.header, row) for row in look.rows],
        **_check_context(upload, check),
    }
    answer = page(
        request,
        "reviews/import_columns.html",
        context,
        title=gettext_lazy("What the columns are"),
        crumbs=[
            (gettext_lazy("Imports"), "imports"),
            (gettext_lazy("Import reviews"), "import-new"),
        ],
        status=422 if form.errors else 200,
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@login_required
def import_drop(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    upload = _own_upload(request, upload_id)
    uploads.upload_discard(path=uploads.upload_path(upload))
    messages.success(request, _("The file was removed. Nothing was stored."))
    return redirect("imports")


def _go(request: HttpRequest, upload: Upload, form: ColumnsForm) -> HttpResponse | None:
    dry_run = request.POST.get("action") == "check"
    try:
        job = uploads.import_of_upload(
            actor=request.user, upload=upload, mapping=form.mapping(), dry_run=dry_run
        )
    except uploads.ImportedAlready as error:
        return _imported(request, error.batch)
    except Upload.DoesNotExist:
        raise Http404 from None
    except (UnreadableFile, BadMapping) as error:
        form.add_error(None, complaint_words(str(error)))
        return None
    doorway.wake(job)
    if dry_run:
        return redirect("import-columns", upload_id=upload.pk)
    messages.success(request, _("The file is in. Its rows are read in the background."))
    return redirect("import", batch_id=job.arguments["batch"])


def _imported(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    messages.info(request, _("This file is imported already; this is its import."))
    return redirect("import", batch_id=batch.pk)


def _check_context(upload: Upload, check: ImportBatch | None) -> dict[str, Any]:
    if check is None:
        return {"upload": upload, "check": None}
    return {
        "upload": upload,
        "check": check,
        "reasons": rejection_reasons(check),
        "rejected": check.rejections.defer("sealed_content").order_by("line", "id")[:_REASONS],
    }


def _preset_choices() -> list[tuple[str, str]]:
    chinese = (get_language() or "").startswith("zh")
    return [(one.key, one.name_zh if chinese else one.name_en) for one in presets.PRESETS.values()]


def _shown_columns(form: ColumnsForm, look: reading.FileLook) -> list[tuple[Any, list[str]]]:
    """Each column's choice, and its first values that are not empty."""
    found = []
    for column, field in zip(look.header, form.column_fields(), strict=True):
        values = (row.values.get(column, "").strip() for row in look.rows)
        some = list(dict.fromkeys(value[:_CELL] for value in values if value))
        found.append((field, some[:_SAMPLES]))
    return found


def _shown_row(header: list[str], row: reading.RawRow) -> dict[str, Any]:
    if row.problem is not None and not row.values:
        return {"line": row.line, "problem": row.problem.detail, "cells": []}
    cells = [row.values.get(column, "")[:_CELL] for column in header]
    return {"line": row.line, "problem": "", "cells": cells}
