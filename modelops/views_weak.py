"""What word lists say of reviews: how far they reach, and where they differ."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.guard import only_for
from accounts.models import Role
from accounts.selectors import has_role, stores_for
from common import doorway
from common.pages import page
from modelops.selectors.weak import conflicts, coverage, uncovered
from modelops.services.weak_labels import COVERS, weak_labels_job, weak_labels_start


def may_label_weakly(person: Any) -> bool:
    return has_role(person, Role.ML_ENGINEER)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_label_weakly)
def weak_labels(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        job = weak_labels_start(actor=request.user)
        doorway.wake(job)
        messages.success(request, _("Reviews are being labelled by word lists."))
        return redirect("job", job_id=job.pk)
    stores = list(stores_for(request.user))
    languages = sorted({one for cover in COVERS.values() for one in cover.languages})
    covered = coverage(stores, COVERS)
    context = {
        "coverage": covered,
        "conflicts": conflicts(stores, COVERS),
        "not_covered": uncovered(stores, languages),
        "job": weak_labels_job(),
        "some": any(one.labelled for one in covered),
    }
    return page(
        request,
        "modelops/weak_labels.html",
        context,
        title=gettext_lazy("Labels by word lists"),
        crumbs=[(gettext_lazy("Models"), "models")],
    )
