"""Whether more labels help: asked for anew, and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import only_for
from common import doorway
from common.complaints import complaint_words
from common.models import Job
from common.pages import csv_download
from modelops.curve_words import curve_table, question_curves
from modelops.models import LearningCurve
from modelops.selectors.curves import curve_job, learning_curve
from modelops.services.curves import curve_start
from modelops.views_weak import may_label_weakly


def curve_context() -> dict[str, Any]:
    """The newest curve for the page of the models, and how the newest look at it goes."""
    curve, job = learning_curve(), curve_job()
    return {
        "curve": curve,
        "curves": question_curves(curve.content) if curve else [],
        "curve_job": job,
        "curve_running": job is not None and not job.over,
        "curve_problem": complaint_words(job.error)
        if job is not None and job.state == Job.State.FAILED
        else "",
    }


@require_POST
@only_for(may_label_weakly)
def curve_anew(request: HttpRequest) -> HttpResponse:
    job = curve_start(actor=request.user)
    doorway.wake(job)
    messages.success(request, _("It is being worked out whether more labels help."))
    # One that is under way already may be another's or the site's own, whose page is not theirs.
    return redirect("job", job_id=job.pk) if job.actor == request.user else redirect("models")


@require_safe
@login_required
def curve_csv(request: HttpRequest) -> StreamingHttpResponse:
    curve = learning_curve()
    if curve is None:
        raise Http404
    return csv_download(_rows(curve), "learning-curve.csv")


def _rows(curve: LearningCurve) -> Iterator[list[Any]]:
    for key in curve.content["order"]:
        found = curve.content["questions"][key]
        names = [f"score_{lang}" for lang in found.get("languages", {})]
        yield ["question", "what", "labels", "score", "low", "high", *names]
        for row in curve_table(found):
            yield [key, *row]
