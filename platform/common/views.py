"""Long work: what runs, how far it is, and a button that stops it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common import services, wording
from common.models import Job
from common.pages import page, wants_fragment
from common.selectors import jobs_seen_by

_SIZE = 30  # jobs on a page


@require_safe
@login_required
def jobs(request: HttpRequest) -> HttpResponse:
    found = jobs_seen_by(request.user)
    state = request.GET.get("state", "")
    if state in Job.State.values:
        found = found.filter(state=state)
    listed = Paginator(found.order_by("-id"), _SIZE).get_page(request.GET.get("page"))
    context = {
        "jobs": listed,
        "states": Job.State.choices,
        "state": state,
        "some_open": any(not job.over for job in listed),
    }
    template = "common/_jobs.html" if wants_fragment(request) else "common/jobs.html"
    return page(request, template, context, title=gettext_lazy("Jobs"))


@require_safe
@login_required
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    found = get_object_or_404(jobs_seen_by(request.user), pk=job_id)
    template = "common/_job.html" if wants_fragment(request) else "common/job.html"
    return page(
        request,
        template,
        {"job": found},
        title=f"{wording.kind_words(found.kind)} {found.pk}",
        crumbs=[(gettext_lazy("Jobs"), "jobs")],
    )


@require_POST
@login_required
def job_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    found = get_object_or_404(jobs_seen_by(request.user), pk=job_id)
    if found.over:
        messages.info(request, _("This job was over already."))
    else:
        found = services.job_cancel(actor=request.user, job=found)
        if found.state == Job.State.CANCELLED:
            messages.success(request, _("Cancelled."))
        else:
            messages.info(request, _("The job stops at its next step."))
    return redirect("job", job_id=found.pk)
