"""What redaction does with each source, and redacting again what is stored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import for_officers
from accounts.selectors import stores_for
from common import doorway, text_service
from common.pages import page
from privacy.styles import Style, render_placeholder
from reviews.models import Source
from reviews.redaction_wording import type_words
from reviews.selectors.policies import policy_of
from reviews.selectors.reviewing import (
    doubt_counts,
    open_job_about,
    originals_kept,
    sources_with_policies,
)
from reviews.services.policies import policy_save
from reviews.services.redacting_stored import redact_stored_request, waiting
from reviews.views.redaction_forms import PolicyForm

_CRUMB = (gettext_lazy("Redaction policies"), "redaction-policies")


def _version() -> str:
    """The version of the rules in use, as the text service knows it; "" while it is off."""
    try:
        return text_service.redactor_version()
    except text_service.TextServiceUnavailable:
        return ""


@require_safe
@for_officers
def policies(request: HttpRequest) -> HttpResponse:
    stores = stores_for(request.user)
    rows = [
        {
            "source": source,
            "policy": policy,
            "kept": [type_words(one) for one in sorted(policy.kept_types)],
            "sample": render_placeholder(policy.style, "PHONE", 1, 11),
        }
        for source in sources_with_policies(stores)
        for policy in [policy_of(source)]
    ]
    context = {"rows": rows, "doubts": doubt_counts(stores)["open"], "version": _version()}
    return page(request, "reviews/policies.html", context, title=gettext_lazy("Redaction policies"))


def _source(request: HttpRequest, source_id: int) -> Source:
    found = sources_with_policies(stores_for(request.user))
    return get_object_or_404(found, pk=source_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def policy(request: HttpRequest, source_id: int) -> HttpResponse:
    source = _source(request, source_id)
    kept = getattr(source, "policy", None)
    form = PolicyForm(request.POST or None, initial=PolicyForm.initial_of(source, kept))
    if request.method == "POST" and form.is_valid():
        policy_save(
            actor=request.user,
            source=source,
            original=form.cleaned_data["original"],
            style=form.cleaned_data["style"],
            kept_types=form.kept_types(),
            doubt_below=form.cleaned_data["doubt_below"],
        )
        messages.success(request, _("Saved. The policy holds for whatever comes in from now on."))
        return redirect("redaction-policy", source_id=source.pk)
    return page(
        request,
        "reviews/policy.html",
        {"source": source, "form": form, "samples": _samples(), **_stored(source)},
        title=source.key,
        crumbs=[_CRUMB],
        status=422 if form.errors else 200,
    )


def _samples() -> dict[str, str]:
    """How an example reads in each style."""
    value = "138 1234 5678"
    return {
        style.value: _("Call me on %(placeholder)s")
        % {"placeholder": render_placeholder(style, "PHONE", 1, len(value))}
        for style in Style
    }


def _stored(source: Source) -> dict[str, Any]:
    """What is stored already: how much of it, and what redacting it again can do."""
    version = _version()
    stamp = policy_of(source).stamp(version)
    return {
        "version": version,
        "waiting": waiting(source, stamp).count() if version else None,
        "reviews": source.reviews.count(),
        "originals": originals_kept(source),
        "job": open_job_about(source),
    }


@require_POST
@for_officers
def policy_redact(request: HttpRequest, source_id: int) -> HttpResponse:
    """Ask for the stored reviews of a source to be redacted again."""
    source = _source(request, source_id)
    if open_job_about(source) is not None:
        messages.info(request, _("The stored reviews of this source are being redacted already."))
    else:
        job = redact_stored_request(
            actor=request.user,
            sources=[source],
            version=_version(),
            everything="everything" in request.POST,
        )
        doorway.wake(job)
        messages.success(
            request, _("The stored reviews are redacted again in the background. It can be left.")
        )
    return redirect("redaction-policy", source_id=source.pk)
