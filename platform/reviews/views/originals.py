"""A review as it was sent, for the privacy officer: for a reason, shown once, with a trace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.selectors import stores_for
from common.pages import page
from privacy.services import LONGEST_REASON, MayNotOpen, may_open_originals
from privacy.vault.errors import KeyStoreUnavailable
from reviews.models import Review
from reviews.selectors.reviewing import reviews_to_protect
from reviews.services.restoring import NotRestored, original_read


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why you open it"), max_length=LONGEST_REASON)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def original(request: HttpRequest, review_id: int) -> HttpResponse:
    if not may_open_originals(request.user):
        raise PermissionDenied
    review = get_object_or_404(reviews_to_protect(stores_for(request.user)), pk=review_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    opened, status = None, 200
    if form.is_bound:
        opened = _opened(request, review, form) if form.is_valid() else None
        status = 200 if opened else 422
    context: dict[str, Any] = {
        "review": review,
        "revision": review.current[0] if review.current else None,
        "form": form,
        "opened": opened,
    }
    return page(
        request,
        "reviews/original.html",
        context,
        title=_("Original of review %(number)s") % {"number": review.pk},
        crumbs=[(gettext_lazy("Reviews"), "reviews")],
        status=status,
    )


def _opened(request: HttpRequest, review: Review, form: ReasonForm) -> Any:
    """What was sealed, or None with the reason in the form."""
    try:
        return original_read(actor=request.user, review=review, reason=form.cleaned_data["reason"])
    except MayNotOpen:
        form.add_error("reason", _("Say in a few words why you open it."))
    except NotRestored:
        form.add_error(
            None, _("It cannot be opened any more: its key was destroyed, or it was removed.")
        )
    except KeyStoreUnavailable:
        form.add_error(None, _("The key store does not answer. Nothing was opened; try again."))
    return None
