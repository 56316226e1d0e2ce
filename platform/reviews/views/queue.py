"""What redaction is not sure of, one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import for_officers, only_for
from accounts.selectors import is_privacy_officer, stores_for
from common import doorway, text_service
from common.pages import page
from privacy.redaction.spans import TYPES
from privacy.services import may_open_originals
from privacy.styles import placeholders_in
from reviews.models import Doubt, RedactionCase, Source
from reviews.redaction_wording import type_choices, type_words
from reviews.selectors.reviewing import (
    cases,
    doubt_counts,
    doubts_decided,
    doubts_open,
    may_review_doubts,
)
from reviews.services.cases import Case, failures, stored_cases
from reviews.services.doubts import (
    DecidedAlready,
    Decision,
    WordsNotFound,
    doubt_add,
    doubt_confirm,
    doubt_reject,
)
from reviews.services.lists import spread_request
from reviews.views.redaction_forms import AddForm
from reviews.views.trying import cuts

REASON = "review queue: said to be no personal data"
_RECENT = 5  # decisions shown below the question


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_safe
@only_for(may_review_doubts)
def queue(request: HttpRequest) -> HttpResponse:
    """The next thing to decide after `after`; `at` is one of its own."""
    after, at = (_number(request.GET.get(name, "")) for name in ("after", "at"))
    waiting = doubts_open(stores_for(request.user))
    doubt = waiting.filter(pk__gte=at).first() if at else waiting.filter(pk__gt=after).first()
    return _show(request, doubt, AddForm())


def _show(
    request: HttpRequest, doubt: Doubt | None, form: AddForm, status: int = 200
) -> HttpResponse:
    stores = stores_for(request.user)
    counts = doubt_counts(stores)
    context: dict[str, Any] = {
        "doubt": doubt,
        "waiting": counts["open"],
        "decided": counts["confirmed"] + counts["corrected"] + counts["rejected"],
        "recent": doubts_decided(stores)[:_RECENT],
        "cases": cases(stores).count(),
    }
    if doubt is not None:
        kept = doubt.review.sealed_original is not None
        context |= {
            "pieces": cuts(doubt.revision.text, _marks(doubt)),
            "form": form,
            "kinds": type_choices(TYPES - {doubt.type}),
            "comes_back": doubt.sealed_value is not None
            or (kept and may_open_originals(request.user)),
            "original_kept": kept,
            "keeps_none": doubt.review.source.original_policy == Source.OriginalPolicy.DROP,
        }
    title = gettext_lazy("Redaction review queue")
    return page(request, "reviews/queue.html", context, title=title, status=status)


def _marks(doubt: Doubt) -> list[dict[str, Any]]:
    """The placeholders of the text, the one in question and the others that wait marked."""
    others = set(
        Doubt.objects.filter(revision=doubt.revision_id, state=Doubt.State.OPEN).values_list(
            "start", "end"
        )
    )
    asked = (doubt.start, doubt.end)
    places = {(one.start, one.end) for one in placeholders_in(doubt.revision.text)} | {asked}
    return [
        {
            "start": start,
            "end": end,
            "asked": (start, end) == asked,
            "waits": (start, end) in others and (start, end) != asked,
        }
        for start, end in sorted(places)
    ]


def _open_doubt(request: HttpRequest, doubt_id: int) -> Doubt | None:
    """Theirs, or None where it was decided meanwhile; another store's is not found."""
    mine = Doubt.objects.filter(review__store__in=stores_for(request.user))
    get_object_or_404(mine, pk=doubt_id)
    return doubts_open(stores_for(request.user)).filter(pk=doubt_id).first()


@require_POST
@only_for(may_review_doubts)
def decide(request: HttpRequest, doubt_id: int) -> HttpResponse:
    doubt = _open_doubt(request, doubt_id)
    try:
        if doubt is None:
            raise DecidedAlready
        _decide(request, doubt)
    except DecidedAlready:
        messages.info(request, _("Somebody else decided this one already."))
    return redirect(f"{reverse('redaction-queue')}?after={doubt_id}")


def _decide(request: HttpRequest, doubt: Doubt) -> None:
    action, kind = request.POST.get("action", ""), request.POST.get("type", "")
    if action == "confirm" or (action == "correct" and kind in TYPES):
        decision = doubt_confirm(
            actor=request.user,
            doubt=doubt,
            type=kind if action == "correct" else "",
            holds=_engine_passes,
        )
        told = _("Confirmed.") if action == "confirm" else _("Corrected: %(type)s.")
        told %= {"type": type_words(kind)}
    elif action == "reject":
        decision = doubt_reject(
            actor=request.user, doubt=doubt, reason=REASON, keep="keep" in request.POST
        )
        told = _rejected_words(decision)
    else:
        messages.error(request, _("Choose what it is."))
        return
    became = _("It became a test case.") if decision.cases else ""
    messages.success(request, f"{told} {became}".strip())


def _rejected_words(decision: Decision) -> str:
    if decision.restored:
        return _("Not personal data: the words are back in the text.")
    return _("Not personal data. The original is not at hand, so it stays replaced.")


def _engine_passes(case: RedactionCase) -> bool:
    """Whether the engine finds what the case wants; False while the text service is off."""
    try:
        [found] = text_service.redact([case.text])
    except (text_service.TextServiceUnavailable, text_service.TextServiceRefused):
        return False
    wanted = Case("", case.text, case.language, tuple((a, b, kind) for a, b, kind in case.spans))
    return not failures(wanted, [(s["start"], s["end"], s["type"]) for s in found.spans])


@sensitive_post_parameters("words")
@require_POST
@only_for(may_review_doubts)
def add(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Words of the text that redaction missed."""
    doubt = _open_doubt(request, doubt_id)
    if doubt is None:
        messages.info(request, _("Somebody else decided this one already."))
        return redirect("redaction-queue")
    form = AddForm(request.POST)
    if not form.is_valid():
        return _show(request, doubt, form, status=422)
    said = form.cleaned_data
    try:
        decision = doubt_add(
            actor=request.user,
            revision=doubt.revision,
            words=said["words"],
            type=said["type"],
            deny=said["deny"] and is_privacy_officer(request.user),
        )
    except WordsNotFound:
        form.add_error("words", _("These words do not stand in the text. Write them as they are."))
        return _show(request, doubt, form, status=422)
    except DecidedAlready:
        messages.info(request, _("The text has changed meanwhile. Look again."))
    else:
        for job in spread_request(actor=request.user, entries=decision.entries):
            doorway.wake(job)
        messages.success(request, _("Replaced in this text."))
    return redirect(f"{reverse('redaction-queue')}?at={doubt_id}")


@require_safe
@for_officers
def cases_file(request: HttpRequest) -> StreamingHttpResponse:
    """The test cases, a JSON object on each line."""

    stores = list(stores_for(request.user))

    def lines() -> Iterator[str]:
        for case in stored_cases(stores):
            yield json.dumps(case.as_dict(), ensure_ascii=False) + "\n"

    response = StreamingHttpResponse(lines(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="redaction-cases.jsonl"'
    return response
