"""Batches for leads: what there is and how it goes, a new one, and the audit sample."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import only_for
from accounts.selectors import are_all_stores, stores_for
from annotation import batch_wording as wording
from annotation.designs import DRAWN, WITH_CHANCES
from annotation.frames import BadBatch
from annotation.models import AuditRate, Batch, SamplingDesign
from annotation.selectors.audit_days import AuditDay, audit_days
from annotation.selectors.frames import frame_preview, frame_reviews
from annotation.selectors.leading import batches_led, led, may_change, shares
from annotation.selectors.leads import may_lead
from annotation.services.batches import batch_create
from annotation.services.changing import audit_rate_set, batch_extend, batch_state_set
from annotation.services.requesting import KIND, batch_request
from annotation.views.batch_forms import BatchForm, ExtendForm, FrameForm, RateForm
from annotation.views.label_json import person
from annotation.views.qualification import test_context
from annotation.wording import batch_words
from common import doorway
from common.complaints import complaint_words
from common.pages import page
from common.selectors import jobs_open, jobs_seen_by

_SIZE = 30  # batches on a page
_GROUPS = 60  # of a design that are shown
_DAYS = 14  # of the audit sample that are shown
_CRUMB = (gettext_lazy("Batches"), "batches")


@require_safe
@only_for(may_lead)
def batches(request: HttpRequest) -> HttpResponse:
    found = batches_led(person(request)).exclude(design=SamplingDesign.AUDIT)
    listed = Paginator(found, _SIZE).get_page(request.GET.get("page"))
    mine = jobs_seen_by(request.user).filter(kind=KIND)
    context = {
        "batches": listed,
        "rows": led(person(request), list(listed)),
        "drawing": mine.filter(pk__in=jobs_open().values("pk")),
        "audit": _audit(request),
    }
    return page(request, "annotation/batches_led.html", context, title=gettext_lazy("Batches"))


def _audit(request: HttpRequest) -> dict[str, Any]:
    """The audit sample: its rate, what is to come, and its last days in these stores."""
    today = timezone.localdate()
    stores = list(stores_for(request.user))
    rates = list(AuditRate.objects.order_by("-from_day"))
    now = next((one for one in rates if one.from_day <= today), None)
    days = audit_days(stores, since=today - timedelta(days=_DAYS - 1))
    return {
        "rate": now.rate if now else 0.0,
        "since": now and now.from_day,
        "next": next((one for one in rates if one.from_day > today), None),
        "days": [(day, _told(day)) for day in days],
        "batch": Batch.objects.filter(design=SamplingDesign.AUDIT).first(),
        "may_set": are_all_stores(stores),
    }


def _told(day: AuditDay) -> str:
    return wording.listed(
        f"{wording.reason_words(reason)} {count}" for reason, count in day.reasons.most_common()
    )


@require_POST
@only_for(may_lead)
def audit_rate(request: HttpRequest) -> HttpResponse:
    if not are_all_stores(stores_for(request.user)):
        messages.error(request, _("The rate holds for all stores; ask somebody who has them all."))
        return redirect("batches")
    form = RateForm(request.POST)
    if form.is_valid():
        made = audit_rate_set(actor=request.user, rate=form.cleaned_data["rate"] / 100)
        messages.success(
            request,
            _("From %(day)s on %(rate)s of reviews are drawn.")
            % {"day": made.from_day, "rate": f"{100 * made.rate:g}%"},
        )
    else:
        messages.error(request, _("Not changed: the rate is a number of 0 to 100."))
    return redirect("batches")


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_lead)
def batch_new(request: HttpRequest) -> HttpResponse:
    form = BatchForm(request.POST or None, person=person(request))
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made is not None:
            return made
    context = {"form": form, "designs": _designs(form), **_in_frame(form, request)}
    return page(
        request,
        "annotation/batch_new.html",
        context,
        title=gettext_lazy("New batch"),
        crumbs=[_CRUMB],
        status=422 if form.errors else 200,
    )


def _made(request: HttpRequest, form: BatchForm) -> HttpResponse | None:
    """Where to go once it is drawn or being drawn; None where it was refused."""
    design = form.chosen_design()
    asked: dict[str, Any] = {
        "actor": person(request),
        "name": form.cleaned_data["name"],
        "frame": form.frame(),
        "size": form.cleaned_data["size"],
        "seed": secrets.randbelow(2**31),
        "wanted": form.wanted(),
        "design": design,
    }
    try:
        if design.reads_models:
            job = batch_request(**asked)
            doorway.wake(job)
            messages.success(
                request, _("The batch is drawn in the background. You may leave this page.")
            )
            return redirect("job", job_id=job.pk)
        batch = batch_create(**asked)
    except BadBatch as error:
        _refuse(form, error)
        return None
    messages.success(request, _("The batch is drawn and open."))
    return redirect("batch", batch_id=batch.pk)


# Fields of services that are called otherwise on the page, or stand for all of it.
_FIELDS = {"gold_rate": "gold", "annotator": "annotators"}


def _refuse(form: Any, error: BadBatch) -> None:
    name = _FIELDS.get(error.field, error.field)
    if error.field == "words" and form.cleaned_data.get("design") == SamplingDesign.KEYWORD:
        name = "any_words"
    form.add_error(name if name in form.fields else None, complaint_words(str(error)))


def _designs(form: BatchForm) -> list[dict[str, Any]]:
    return [
        {
            "choice": choice,
            "about": _(wording.ABOUT_DESIGNS[key]),
            "corrects": key in WITH_CHANCES,
        }
        for key, choice in zip(DRAWN, form["design"], strict=True)
    ]


@require_safe
@only_for(may_lead)
def batch_frame(request: HttpRequest) -> HttpResponse:
    """The count and a few texts of the frame that is filled in just now."""
    form = FrameForm(request.GET, person=person(request))
    form.is_valid()
    return render(request, "annotation/_frame.html", _in_frame(form, request))


def _in_frame(form: FrameForm, request: HttpRequest) -> dict[str, Any]:
    """Unsound fields narrow nothing: they are told of where they stand."""
    asked = form if form.is_bound else FrameForm({}, person=person(request))
    asked.is_valid()
    try:
        frame = asked.frame()
    except KeyError:
        return {"in_frame": None, "preview": []}
    return {
        "in_frame": frame_reviews(frame).count(),
        "preview": frame_preview(frame),
        "is_cut": frame.is_cut,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_lead)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = get_object_or_404(batches_led(person(request)), pk=batch_id)
    own = found.design in (SamplingDesign.AUDIT, SamplingDesign.TEST)
    changes = may_change(person(request), found) and not own
    form = ExtendForm(request.POST or None, person=person(request), batch=found)
    if request.method == "POST":
        if not changes:
            messages.error(request, _("Others have reviews in this batch, too."))
            return redirect("batch", batch_id=found.pk)
        if form.is_valid() and _extended(request, found, form):
            return redirect("batch", batch_id=found.pk)
    [row] = led(person(request), [found])
    context = {
        "row": row,
        "batch": found,
        "form": form,
        "changes": changes,
        "shares": shares(person(request), found),
        "frame_facts": wording.frame_facts(found),
        "design_facts": wording.design_facts(found),
        **_strata(request, found),
        **test_context(request, found),
    }
    return page(
        request,
        "annotation/batch_led.html",
        context,
        title=batch_words(found),
        crumbs=[_CRUMB],
        status=422 if form.errors else 200,
    )


def _strata(request: HttpRequest, found: Batch) -> dict[str, Any]:
    """The largest groups of the design with what was drawn of each, and how many others.

    Products are those of the reader's stores alone.
    """
    told = found.design_options.get("groups")
    if not isinstance(told, dict):
        return {}
    if found.design_options["strata"] == "product":
        mine = {str(one.pk) for one in stores_for(request.user)}
        told = {one: n for one, n in told.items() if "/" not in one or one.split("/")[0] in mine}
    largest = sorted(told, key=lambda group: (-told[group][1], group))[:_GROUPS]
    names = wording.groups_words(found.design_options["strata"], largest)
    return {
        "strata": [(names[group], *told[group]) for group in largest],
        "strata_more": len(told) - len(largest),
    }


def _extended(request: HttpRequest, found: Batch, form: ExtendForm) -> bool:
    try:
        batch_extend(actor=request.user, batch=found, wanted=form.wanted())
    except BadBatch as error:
        _refuse(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@only_for(may_lead)
def batch_state(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = get_object_or_404(batches_led(person(request)), pk=batch_id)
    if not may_change(person(request), found):
        messages.error(request, _("Others have reviews in this batch, too."))
        return redirect("batch", batch_id=found.pk)
    try:
        batch_state_set(actor=request.user, batch=found, state=request.POST.get("state", ""))
    except BadBatch as error:
        messages.error(request, complaint_words(str(error)))
    return redirect("batch", batch_id=found.pk)
