"""Requests of people: the list by deadline, a new one, and one with what to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import for_officers
from accounts.models import Store
from accounts.selectors import stores_for
from common import doorway
from common.pages import page, wants_fragment
from privacy.models import PersonRequest
from privacy.selectors.requests import OPEN, requests_of
from privacy.services import audit_record, requests
from privacy.services.archives import archive_path
from privacy.services.requests import BadRequest
from privacy.views.forms import RequestForm

_SIZE = 30  # requests on a page
_CRUMBS = [(gettext_lazy("Privacy"), "privacy"), (gettext_lazy("Requests of people"), "requests")]


@require_safe
@for_officers
def request_list(request: HttpRequest) -> HttpResponse:
    found = requests_of(request.user)
    shown = request.GET.get("state", "open")
    if shown == "open":
        found = found.filter(state__in=OPEN)
    elif shown in PersonRequest.State.values:
        found = found.filter(state=shown)
    found = found.order_by(F("closed_at").desc(nulls_first=True), "due_at", "id")
    listed = Paginator(found, _SIZE).get_page(request.GET.get("page"))
    context = {
        "requests": listed,
        "state": shown,
        "states": PersonRequest.State.choices,
        "any": requests_of(request.user).exists(),
        "stores": _store_names(),
    }
    return page(
        request,
        "privacy/requests.html",
        context,
        title=gettext_lazy("Requests of people"),
        crumbs=_CRUMBS[:1],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def request_new(request: HttpRequest) -> HttpResponse:
    form = RequestForm(request.POST or None, stores=stores_for(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            made = requests.request_receive(
                actor=request.user,
                kind=form.cleaned_data["kind"],
                law=form.cleaned_data["law"],
                stores=[store.pk for store in form.cleaned_data["stores"]],
                identifiers=form.identifiers(),
                purposes=form.cleaned_data["purposes"],
                wanted=form.wanted(),
            )
        except BadRequest as problem:
            field = problem.field if problem.field in form.fields else None
            form.add_error(field, str(problem))
        else:
            doorway.wake(_job(made))
            return redirect("request", request_id=made.pk)
    return page(
        request,
        "privacy/request_new.html",
        {"form": form, "some_stores": stores_for(request.user).exists()},
        title=gettext_lazy("New request"),
        crumbs=_CRUMBS,
    )


@require_safe
@for_officers
def request_one(request: HttpRequest, request_id: int) -> HttpResponse:
    found = get_object_or_404(requests_of(request.user), pk=request_id)
    template = "privacy/_request.html" if wants_fragment(request) else "privacy/request.html"
    names = _store_names()
    context = {
        "asked": found,
        "places": found.outcome.get("rows", []) + found.outcome.get("files", []),
        "hits": found.outcome.get("looked", {}).get("hits", []),
        "store_names": [names.get(pk) for pk in found.stores],
        "waits": found.state in {"received", "running"},
        "ready": archive_path(found) is not None,
    }
    return page(
        request,
        template,
        context,
        title=_("Request %(number)s") % {"number": found.pk},
        crumbs=_CRUMBS,
    )


@require_POST
@for_officers
def request_decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Carry it out, refuse it, put the deadline off, or close it though traces were found."""
    found = get_object_or_404(requests_of(request.user), pk=request_id)
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    try:
        if what == "approve":
            found = requests.request_approve(actor=request.user, request=found)
            doorway.wake(_job(found))
            messages.success(request, _("It is being carried out."))
        elif what == "refuse":
            requests.request_refuse(actor=request.user, request=found, reason=reason)
            messages.success(request, _("Refused. Tell the person why."))
        elif what == "extend":
            days = request.POST.get("days", "")
            requests.request_extend(
                actor=request.user,
                request=found,
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0,
                reason=reason,
            )
            messages.success(request, _("The deadline is put off. Tell the person why."))
        elif what == "settle":
            requests.request_settle(actor=request.user, request=found, reason=reason)
            messages.success(request, _("Closed."))
        else:
            raise Http404
    except BadRequest as problem:
        messages.error(request, str(problem))
    return redirect("request", request_id=found.pk)


@require_safe
@for_officers
def request_archive(request: HttpRequest, request_id: int) -> HttpResponse | FileResponse:
    found = get_object_or_404(requests_of(request.user), pk=request_id)
    path = archive_path(found)
    if path is None:
        raise Http404
    audit_record(
        actor=request.user,
        action="request.download",
        object_type="request",
        object_id=found.pk,
    )
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"request-{found.pk}.zip")


@require_safe
@for_officers
def request_certificate(request: HttpRequest, request_id: int) -> HttpResponse:
    found = get_object_or_404(requests_of(request.user), pk=request_id)
    if not found.certificate:
        raise Http404
    answer = HttpResponse(found.certificate, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{found.pk}.txt"'
    return answer


def _job(made: PersonRequest) -> Any:
    return made.job


def _store_names() -> dict[int, Store]:
    return {store.pk: store for store in Store.objects.all()}
