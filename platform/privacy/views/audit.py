"""Who saw, opened, changed, exported, promoted, erased; and whether the trail is whole."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import stores_for
from common import doorway
from common.pages import page
from privacy.audit_words import ACTIONS, action_words
from privacy.selectors import audit_entries
from privacy.selectors.audit import check_runs, last_check
from privacy.services.checking import check_request

_SIZE = 50  # entries on a page


@require_safe
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    _may_see(request)
    sought = {name: request.GET.get(name, "").strip() for name in ("who", "what", "from", "to")}
    since, until = _day(sought["from"]), _day(sought["to"])
    entries = audit_entries(
        stores=list(stores_for(request.user)),
        who=sought["who"],
        what=sought["what"],
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    check = last_check()
    context = {
        "entries": Paginator(entries, _SIZE).get_page(request.GET.get("page")),
        "sought": sought | {"from": since, "to": until},
        "narrowed": any(sought.values()),
        "actions": sorted(((code, action_words(code)) for code in ACTIONS), key=lambda one: one[1]),
        "check": check,
        "finding": check.result if check else None,
        "checking": check_runs(),
    }
    return page(request, "privacy/audit.html", context, title=gettext_lazy("Audit trail"))


@require_POST
@login_required
def audit_check(request: HttpRequest) -> HttpResponse:
    _may_see(request)
    job = check_request(actor=request.user)
    if job is None:
        messages.info(request, _("A check is waiting or running already."))
    else:
        doorway.wake(job)
        messages.success(request, _("The trail is being checked in the background."))
    return redirect("audit")


def _may_see(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.has_perm("privacy.see_audit_trail"):
        raise PermissionDenied


def _day(text: str) -> date | None:
    """A day as browsers send it; anything else is no filter."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2199, 12, 31) else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
