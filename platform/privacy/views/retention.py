"""How long each class of data is kept: the plan, and changing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.guard import for_officers
from accounts.selectors import are_all_stores, stores_for
from common.pages import page
from privacy.models import RetentionRun
from privacy.retention import classes
from privacy.services.retaining import BadRule, NotForAll, retention_plan, retention_set


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def retention(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        _change(request)
        return redirect("retention")
    stores = list(stores_for(request.user))
    context = {
        "plan": retention_plan(stores),
        "for_all": are_all_stores(stores),
        "last": RetentionRun.objects.first(),
        "classes": [(one.key, one.words) for one in classes() if one.scopes(stores)],
        "scopes": {key: words for one in classes() for key, words in one.scopes(stores).items()},
    }
    return page(
        request,
        "privacy/retention.html",
        context,
        title=gettext_lazy("How long data is kept"),
        crumbs=[(gettext_lazy("Privacy"), "privacy")],
    )


def _change(request: HttpRequest) -> None:
    given = request.POST.get("days", "").strip()
    if given and not (given.isascii() and given.isdigit() and len(given) < 6):
        messages.error(request, _("Write a whole number of days, or nothing: kept until erased."))
        return
    try:
        retention_set(
            actor=request.user,
            data_class=request.POST.get("class", ""),
            scope=request.POST.get("scope", ""),
            days=int(given) if given else None,
            default="default" in request.POST,
        )
    except NotForAll:
        messages.error(
            request,
            _("How long the data of all stores is kept is set by somebody who sees them all."),
        )
    except BadRule:
        messages.error(request, _("There is no such rule, or too many days: at most 36,500."))
    else:
        messages.success(request, _("Changed. It holds from tonight on."))
