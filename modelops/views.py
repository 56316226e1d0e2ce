"""The model versions: what they score, whether they may answer, and who does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from accounts.selectors import has_role
from common.pages import page
from modelops import wake
from modelops.errors import PromotionRefused
from modelops.models import ModelVersion
from modelops.selectors.active import active_plan, outlook
from modelops.selectors.comparing import against_best_baseline, score_rows
from modelops.selectors.erased import erased_of
from modelops.selectors.models import labels_are_synthetic, models_all
from modelops.selectors.predictions import work_counts
from modelops.selectors.questions import choices_lost
from modelops.services.promotion import model_promote, promotion_problems
from modelops.templatetags.models import reach
from modelops.views_curve import curve_context
from modelops.views_weak import may_label_weakly


@require_safe
@login_required
def models(request: HttpRequest) -> HttpResponse:
    rows = [(model, against_best_baseline(model)) for model in models_all().order_by("-id")]
    may_label = may_label_weakly(request.user)
    context = {
        "rows": rows,
        "outlook": outlook(active_plan()) if may_label else None,
        "reach": reach([comparison for _model, found in rows for comparison in found]),
        "synthetic": any(labels_are_synthetic(model) for model, _found in rows),
        "may_label": may_label,
        **curve_context(),
    }
    return page(request, "modelops/models.html", context, title=gettext_lazy("Models"))


@require_safe
@login_required
def model(request: HttpRequest, model_id: int) -> HttpResponse:
    found = get_object_or_404(models_all(), pk=model_id)
    champion = found.state == ModelVersion.State.CHAMPION
    problems = [] if champion else promotion_problems(found)
    context = {
        "model": found,
        "rows": against_best_baseline(found),
        "synthetic": labels_are_synthetic(found),
        "scores": [(question, score_rows(found, question)) for question in found.questions],
        "mentions": {
            split: scored["mentions"]
            for split, scored in found.metrics.items()
            if isinstance(scored, dict) and "mentions" in scored
        },
        "problems": problems,
        # Of the others it stands among the problems.
        "lost": choices_lost(found) if champion else {},
        "may_promote": has_role(request.user, Role.ML_ENGINEER) and not champion,
        "work": work_counts(found) if champion else None,
        "erased": erased_of(found),
    }
    return page(
        request,
        "modelops/model.html",
        context,
        title=found.label,
        crumbs=[(gettext_lazy("Models"), "models")],
    )


@require_POST
@login_required
def model_promotion(request: HttpRequest, model_id: int) -> HttpResponse:
    if not has_role(request.user, Role.ML_ENGINEER):
        raise PermissionDenied
    found = get_object_or_404(models_all(), pk=model_id)
    try:
        model_promote(actor=request.user, model=found)
    except PromotionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        wake.analysis_wake()
        messages.success(
            request,
            _("%(model)s answers from now on. Stored reviews are being analysed again.")
            % {"model": found.label},
        )
    return redirect("model", model_id=found.pk)
