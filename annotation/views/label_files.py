"""Files of labels: out to other tools, in from them, and what became of each line."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import only_for
from accounts.models import User
from accounts.selectors import stores_for
from annotation.models import LabelImport
from annotation.selectors.label_files import exports_of, imports_of, may_move_labels
from annotation.selectors.label_problems import problem_rows, problems_by_reason
from annotation.services.label_expiring import EXPORTS
from annotation.services.label_exports import (
    BadTransfer,
    label_export_fetch,
    label_export_job,
    label_export_start,
)
from annotation.services.label_imports import label_import_job, label_import_start
from annotation.transfer_words import format_words, reason_words
from annotation.views.label_file_forms import ExportForm, ImportForm, filled_as
from common import doorway
from common.complaints import complaint_words
from common.pages import csv_download, page, wants_fragment
from privacy.services.retaining import retention_plan

_SIZE = 20  # exports and imports on the page
_PROBLEMS = 50  # lines on a page
_MOST_DIGITS = 19  # of a number that fits the column of ids
_TITLE = gettext_lazy("Label files")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_move_labels)
def label_files(request: HttpRequest) -> HttpResponse:
    if wants_fragment(request):
        return page(request, "annotation/_label_exports.html", _went_out(request), title=_TITLE)
    stores = stores_for(request.user)
    form = ExportForm(request.POST or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        try:
            export = label_export_start(
                actor=request.user,
                format_key=form.cleaned_data["format"],
                stores=form.chosen_stores(),
                wanted=form.wanted(),
            )
        except BadTransfer as error:
            _complain(form, error)
        else:
            doorway.wake(label_export_job(export))
            messages.success(request, _("The file is being written."))
            return redirect("label-files")
    context = {
        **_went_out(request),
        "form": form,
        "imports": imports_of(_person(request))[:_SIZE],
        "some_stores": stores.exists(),
    }
    template = "annotation/label_files.html"
    return page(request, template, context, title=_TITLE, status=422 if form.errors else 200)


def _went_out(request: HttpRequest) -> dict[str, Any]:
    """The exports; a page that shows one being written asks for them again and again."""
    exports = [_export(one) for one in exports_of(_person(request))[:_SIZE]]
    going_on = [one["export"] for one in exports if one["export"].state == "waiting"]
    return {
        "exports": exports,
        "some_open": any(one.job is not None and not one.job.over for one in going_on),
        "days": _days(),
    }


def _export(export: Any) -> dict[str, Any]:
    return {
        "export": export,
        "format": format_words(export.format),
    }


def _days() -> int | None:
    """How long an export is kept, by the rule of today."""
    return next((one.days for one in retention_plan() if one.data_class == EXPORTS), None)


@require_safe
@only_for(may_move_labels)
def label_export(request: HttpRequest, export_id: int) -> HttpResponse | FileResponse:
    found = get_object_or_404(exports_of(_person(request)), pk=export_id)
    path = label_export_fetch(actor=request.user, export=found)
    if path is None:
        messages.info(request, _("This file is not there any more. Export the labels again."))
        return redirect("label-files")
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=f"labels-{found.format}{path.suffix}"
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_move_labels)
def label_import_new(request: HttpRequest) -> HttpResponse:
    stores = stores_for(request.user)
    before = _before(request)
    form = ImportForm(request.POST or None, request.FILES or None, stores=stores, initial=before)
    if request.method == "POST" and form.is_valid():
        dry_run = request.POST.get("action") != "import"
        try:
            found = label_import_start(
                actor=request.user,
                file=form.cleaned_data["file"],
                format_key=form.cleaned_data["format"],
                options=form.options(),
                stores=form.chosen_stores(),
                dry_run=dry_run,
            )
        except BadTransfer as error:
            _complain(form, error)
        else:
            doorway.wake(label_import_job(found))
            return redirect("label-import", import_id=found.pk)
    return page(
        request,
        "annotation/label_import_new.html",
        {"form": form, "some_stores": stores.exists(), "opened": form.is_bound or bool(before)},
        title=gettext_lazy("Import labels"),
        crumbs=[(_TITLE, "label-files")],
        status=422 if form.errors else 200,
    )


def _before(request: HttpRequest) -> dict[str, Any]:
    """What was said of the import that the address names by `as`."""
    number = request.GET.get("as", "")
    if not (number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS):
        return {}
    found = imports_of(_person(request)).filter(pk=int(number)).first()
    return filled_as(found) if found else {}


@require_safe
@only_for(may_move_labels)
def label_import(request: HttpRequest, import_id: int) -> HttpResponse:
    found = _import_of(request, import_id)
    problems = Paginator(found.problems.all(), _PROBLEMS).get_page(request.GET.get("page"))
    context = {
        "import": found,
        "format": format_words(found.format),
        "reasons": [(reason_words(reason)[0], n) for reason, _, n in problems_by_reason(found)],
        "problems": problems,
        "rows": [(one, *reason_words(one.reason)) for one in problems],
    }
    fragment = wants_fragment(request)
    template = "annotation/_label_import.html" if fragment else "annotation/label_import.html"
    return page(request, template, context, title=found.file_name, crumbs=[(_TITLE, "label-files")])


@require_safe
@only_for(may_move_labels)
def label_import_problems(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    found = _import_of(request, import_id)
    return csv_download(problem_rows(found), f"label-import-{found.pk}-problems.csv")


def _import_of(request: HttpRequest, import_id: int) -> LabelImport:
    return get_object_or_404(imports_of(_person(request)), pk=import_id)


def _complain(form: forms.Form, error: BadTransfer) -> None:
    field = error.field if error.field in form.fields else None
    form.add_error(field, complaint_words(str(error)))
