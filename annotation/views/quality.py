"""How good the labels are, for those who lead the labelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import only_for
from accounts.selectors import stores_for
from annotation.checking import label_check_start
from annotation.models import Annotation, AnnotationSource, Question
from annotation.selectors.answer_counts import states_counted
from annotation.selectors.label_quality import (
    gold_found,
    pairs_found,
    questions_quality,
    spans_found,
)
from annotation.selectors.leads import may_lead
from annotation.selectors.settling import suspects_open, to_settle
from common.doorway import wake
from common.models import Job
from common.pages import page
from reviews.models import Purpose
from reviews.selectors import revisions_for

_PAIRS = 10  # of each question, those who agree least; the others are one press away


@never_cache
@require_safe
@only_for(may_lead)
def quality(request: HttpRequest) -> HttpResponse:
    stores = list(stores_for(request.user))
    starter = request.GET.get("labels") == "sample"
    questions = list(Question.objects.filter(active=True))
    states = {} if starter else states_counted(stores)
    every = request.GET.get("pairs") == "all"
    job = Job.objects.filter(kind="check_labels").order_by("-pk").first()
    exact, partly = spans_found(stores, starter=starter)
    context: dict[str, Any] = {
        "starter": starter,
        "has_sample": _has_sample(request),
        "rows": [
            {"found": found, "states": states.get(found.question.pk)}
            for found in questions_quality(questions, stores, starter=starter)
        ],
        "pairs": [] if starter else pairs_found(questions, stores, most=None if every else _PAIRS),
        "exact": exact,
        "partly": partly,
        "gold": [] if starter else gold_found(stores),
        "questions": questions,
        "to_settle": len(to_settle(stores)),
        "suspects": suspects_open(stores).count(),
        "job": job,
        # A job's page is for who began it.
        "own_job": job is not None and (job.actor == request.user or request.user.is_superuser),
    }
    crumbs = [(gettext_lazy("Label"), "label")]
    title = gettext_lazy("Label quality")
    return page(request, "annotation/quality.html", context, title=title, crumbs=crumbs)


def _has_sample(request: HttpRequest) -> bool:
    mine = revisions_for(Purpose.LABEL, stores_for(request.user))
    return Annotation.objects.filter(source=AnnotationSource.STARTER, revision__in=mine).exists()


@require_POST
@only_for(may_lead)
def check(request: HttpRequest) -> HttpResponse:
    """Start the look through all labels, unless it is under way."""
    wake(label_check_start(actor=request.user))
    messages.success(request, _("The labels are being looked through. It may take a few minutes."))
    return redirect("label-quality")
