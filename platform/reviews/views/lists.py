"""Values that always stay, and values that always go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guard import for_officers
from accounts.selectors import stores_for
from common import doorway
from common.pages import page
from privacy.listed_values import value_hash
from reviews.models import ListedValue
from reviews.redaction_wording import value_complaint
from reviews.selectors.policies import listed_values
from reviews.services.lists import BadValue, spread_request, value_remove, values_add
from reviews.views.redaction_forms import ValuesForm

_SIZE = 50  # values on a page


@sensitive_post_parameters("values", "sought")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def lists(request: HttpRequest) -> HttpResponse:
    """Both lists; a value looked for comes by POST, so that it stands in no address."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    kind = kind if kind in ListedValue.Kind.values else ListedValue.Kind.ALLOW.value
    stores = stores_for(request.user)
    sought = request.POST.get("sought", "").strip()
    adds = request.method == "POST" and "values" in request.POST
    form = ValuesForm(request.POST if adds else None, stores=stores, initial={"kind": kind})
    if adds and form.is_valid() and _added(request, form):
        return redirect(f"{request.path}?kind={kind}")
    found = listed_values(list(stores.values_list("pk", flat=True)), kind)
    if sought:
        found = found.filter(key_hash=value_hash(sought))
    context: dict[str, Any] = {
        "kind": kind,
        "form": form,
        "values": Paginator(found, _SIZE).get_page(request.GET.get("page")),
        "sought": sought,
    }
    status = 422 if form.errors else 200
    return page(
        request, "reviews/lists.html", context, title=gettext_lazy("Redaction lists"), status=status
    )


def _added(request: HttpRequest, form: ValuesForm) -> bool:
    said = form.cleaned_data
    try:
        entries = values_add(
            actor=request.user,
            stores=said["stores"],
            kind=said["kind"],
            type=said["type"] if said["kind"] == ListedValue.Kind.DENY else "",
            values=said["values"].splitlines(),
        )
    except BadValue as error:
        form.add_error("values", value_complaint(error.code, error.details))
        return False
    for job in spread_request(actor=request.user, entries=entries):
        doorway.wake(job)
    told = ngettext("%(n)d value is new.", "%(n)d values are new.", len(entries))
    messages.success(request, told % {"n": len(entries)})
    if entries and said["kind"] == ListedValue.Kind.DENY:
        messages.info(request, _("Stored reviews that hold them are redacted in the background."))
    return True


@require_POST
@for_officers
def value_off(request: HttpRequest, value_id: int) -> HttpResponse:
    mine = ListedValue.objects.filter(store__in=stores_for(request.user))
    entry = get_object_or_404(mine, pk=value_id)
    kind = entry.kind
    value_remove(actor=request.user, entry=entry)
    messages.success(request, _("Taken off the list. It holds for whatever comes in from now on."))
    response = redirect("redaction-lists")
    response["Location"] += f"?kind={kind}"
    return response
