"""Files of reviews: sending one in, what became of its rows, and the rows that were refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.selectors import has_role, stores_for
from common.complaints import complaint_words
from common.pages import csv_download, page, wants_fragment
from privacy.services import MayNotOpen, may_open_originals
from reviews.importing.problems import UnreadableFile
from reviews.selectors.imports import imports_for, rejection_reasons, sources_for
from reviews.services import uploads
from reviews.services.rejects import rejects_open, rejects_rows
from reviews.views.forms import UploadForm

_SIZE = 30  # imports on a page
_REJECTS = 50  # refused rows on a page


def may_import(person: Any) -> bool:
    return has_role(person, Role.MANAGER, Role.INTEGRATOR, Role.ML_ENGINEER)


@require_safe
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    listed = Paginator(imports_for(stores_for(request.user)).filter(dry_run=False), _SIZE).get_page(
        request.GET.get("page")
    )
    context = {"imports": listed, "may_import": may_import(request.user)}
    return page(request, "reviews/imports.html", context, title=gettext_lazy("Imports"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_new(request: HttpRequest) -> HttpResponse:
    if not may_import(request.user):
        raise PermissionDenied
    stores = stores_for(request.user)
    form = UploadForm(request.POST or None, request.FILES or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        try:
            upload = uploads.upload_take(
                actor=request.user,
                store=form.cleaned_data["store"],
                source_key=form.cleaned_data["source"],
                file=form.cleaned_data["file"],
            )
        except UnreadableFile as error:
            form.add_error("file", complaint_words(str(error)))
        else:
            return redirect("import-columns", upload_id=upload.pk)
    return page(
        request,
        "reviews/import_new.html",
        {"form": form, "sources": sources_for(stores), "some_stores": stores.exists()},
        title=gettext_lazy("Import reviews"),
        crumbs=[(gettext_lazy("Imports"), "imports")],
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def import_one(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = get_object_or_404(imports_for(stores_for(request.user)), pk=batch_id)
    if wants_fragment(request):
        return page(request, "reviews/_import.html", {"batch": batch}, title=batch.file_name)
    rejected = batch.rejections.defer("sealed_content").order_by("line", "id")
    context = {
        "batch": batch,
        "reasons": rejection_reasons(batch),
        "rejected": Paginator(rejected, _REJECTS).get_page(request.GET.get("page")),
        "may_import": may_import(request.user),
        "may_open": may_open_originals(request.user),
    }
    return page(
        request,
        "reviews/import.html",
        context,
        title=batch.file_name,
        crumbs=[(gettext_lazy("Imports"), "imports")],
    )


@require_safe
@login_required
def import_rejects(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    batch = get_object_or_404(imports_for(stores_for(request.user)), pk=batch_id)
    return csv_download(rejects_rows(batch=batch), f"import-{batch.pk}-rejected.csv")


@require_POST
@login_required
def import_rejects_open(
    request: HttpRequest, batch_id: int
) -> HttpResponse | StreamingHttpResponse:
    """The rows as they were sent, for the privacy officer: opened for a reason, with a trace."""
    batch = get_object_or_404(imports_for(stores_for(request.user)), pk=batch_id)
    try:
        rows = rejects_open(actor=request.user, batch=batch, reason=request.POST.get("reason", ""))
    except MayNotOpen:
        if may_open_originals(request.user):
            messages.error(request, _("Say in a few words why you open these rows."))
            return redirect("import", batch_id=batch.pk)
        raise PermissionDenied from None
    return csv_download(rows, f"import-{batch.pk}-to-correct.csv")
