"""The officer's bench: what redaction would make of a text. Nothing of it is stored or logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.guard import for_officers
from accounts.selectors import stores_for
from common import text_service
from common.pages import page
from privacy.styles import placeholders_in
from reviews.models import DEFAULT_DOUBT_BELOW, Source
from reviews.selectors.policies import policy_of
from reviews.selectors.reviewing import sources_with_policies
from reviews.views.redaction_forms import TryForm


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a text; `span` is what was found there, None between findings."""

    text: str
    span: dict[str, Any] | None = None


def cuts(text: str, spans: list[dict[str, Any]]) -> list[Cut]:
    """`text` in stretches that join to it again. The spans are sorted and do not overlap."""
    found: list[Cut] = []
    done = 0
    for span in spans:
        if span["start"] > done:
            found.append(Cut(text[done : span["start"]]))
        found.append(Cut(text[span["start"] : span["end"]], span))
        done = span["end"]
    return [*found, Cut(text[done:])] if done < len(text) else found


@sensitive_post_parameters("text")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def try_text(request: HttpRequest) -> HttpResponse:
    sources = sources_with_policies(stores_for(request.user))
    chosen = {"source": request.GET.get("source", "")}
    form = TryForm(request.POST or None, initial=chosen, sources=sources)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status, result = _tried(form.cleaned_data["text"], form.cleaned_data["source"])
            context |= result
    return page(
        request, "reviews/try.html", context, title=gettext_lazy("Try a text"), status=status
    )


def _tried(text: str, source: Source | None) -> tuple[int, dict[str, Any]]:
    # A browser sends line ends as CR LF; imports and the service know LF.
    text = text.replace("\r\n", "\n")
    policy = policy_of(source) if source else None
    try:
        [found] = text_service.redact([text], policy.to_json() if policy else None)
    except text_service.TextServiceUnavailable:
        return 503, {"service_off": True}
    except text_service.TextServiceRefused as error:
        return 422, {"refused": str(error)}
    below = policy.doubt_below if policy else DEFAULT_DOUBT_BELOW
    spans = [{**span, "doubt": span["score"] < below} for span in found.spans]
    held = [{"start": one.start, "end": one.end} for one in placeholders_in(found.text)]
    return 200, {
        "tried": True,
        "original": cuts(text, spans),
        "stored": cuts(found.text, held),
        "spans": [{**span, "words": text[span["start"] : span["end"]]} for span in spans],
        "below": below,
        "version": found.redactor_version,
    }
