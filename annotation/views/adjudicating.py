"""Answers that differ, and labels that look like mistakes, settled by a lead one after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import only_for
from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.models import Adjudication
from annotation.selectors.leads import may_lead
from annotation.selectors.settling import (
    Case,
    case_of,
    next_to_settle,
    questions_to_settle,
    suspects_open,
    to_settle,
)
from annotation.services.settling import BadDecision, Decision, answers_settle, settling_undo
from annotation.views.adjudicating_rows import card
from common.pages import page
from reviews.models import Purpose, TextRevision
from reviews.selectors import revisions_for

DIFFER, SUSPECTS = "differ", "suspects"
SUGGESTED = "suggested"
_REFUSED = {
    "nothing": gettext_lazy("Choose an answer first."),
    "unknown": gettext_lazy("There is no such answer any more. Look at it again."),
    "changed": gettext_lazy("Somebody answered or settled it meanwhile. Look at it again."),
}


def _named_queue(given: QueryDict) -> str:
    return SUSPECTS if given.get("queue") == SUSPECTS else DIFFER


def _open(stores: Iterable[Store], queue: str, revision_id: int) -> list[str]:
    """The open questions of one text; empty where it is settled, or not theirs."""
    if queue == DIFFER:
        return questions_to_settle(stores, revision_id)
    found = suspects_open(stores).filter(revision=revision_id)
    return list(found.order_by("question__order").values_list("question__key", flat=True))


def _behind(stores: Iterable[Store], queue: str, revision_id: int = 0) -> int | None:
    """The text behind `revision_id` in its queue, else the first; None when all is settled."""
    if queue == DIFFER:
        return next_to_settle(stores, revision_id)
    order = list(dict.fromkeys(suspects_open(stores).values_list("revision_id", flat=True)))
    at = order.index(revision_id) + 1 if revision_id in order else 0
    return order[at % len(order)] if order else None


def _counts(stores: Iterable[Store]) -> dict[str, int]:
    suspects = suspects_open(stores).order_by().values("revision").distinct()
    return {DIFFER: len(to_settle(stores)), SUSPECTS: suspects.count()}


def _number(given: QueryDict, name: str) -> int | None:
    said = given.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _shown(stores: Iterable[Store], queue: str, given: QueryDict) -> tuple[int, list[str]] | None:
    """The text asked for, the one behind `after`, else the first, and its open questions."""
    at = _number(given, "at")
    if at is not None and (questions := _open(stores, queue, at)):
        return at, questions
    found = _behind(stores, queue, _number(given, "after") or at or 0)
    return None if found is None else (found, _open(stores, queue, found))


def _case(request: HttpRequest, queue: str, revision_id: int, open_questions: list[str]) -> Case:
    stores = stores_for(request.user)
    revision = (
        revisions_for(Purpose.LABEL, stores)
        .select_related("review__product")
        .filter(pk=revision_id)
        .first()
    )
    if revision is None:
        raise Http404
    suspects = suspects_open(stores).filter(revision=revision) if queue == SUSPECTS else []
    return case_of(revision, open_questions, list(suspects))


@never_cache
@require_safe
@only_for(may_lead)
def adjudicate(request: HttpRequest) -> HttpResponse:
    queue, stores = _named_queue(request.GET), list(stores_for(request.user))
    shown = _shown(stores, queue, request.GET)
    names = request.GET.get("names") == "1"
    context: dict[str, Any] = {"queue": queue, "counts": _counts(stores), "names": names}
    if shown is not None:
        context["card"] = card(_case(request, queue, *shown), names=names)
    title = gettext_lazy("Settle answers")
    crumbs = [(gettext_lazy("Label quality"), "label-quality")]
    return page(request, "annotation/adjudicate.html", context, title=title, crumbs=crumbs)


@require_POST
@only_for(may_lead)
def settle(request: HttpRequest, revision_id: int) -> HttpResponse:
    queue, stores = _named_queue(request.POST), list(stores_for(request.user))
    questions = _open(stores, queue, revision_id)
    behind = _behind(stores, queue, revision_id)
    if not questions:
        messages.info(request, _("This one is settled already."))
        return redirect(_address(request.POST, queue, at=behind))
    case = _case(request, queue, revision_id, questions)
    try:
        answers_settle(
            actor=cast(User, request.user),
            stores=stores,
            revision_id=revision_id,
            decisions=_decisions(request.POST, case),
            cause=Adjudication.Cause.SUSPECT if queue == SUSPECTS else Adjudication.Cause.DIFFER,
            # What is chosen by its letter is the answer that stood there when the page was made.
            seen=request.POST.get("seen", ""),
        )
    except BadDecision as error:
        messages.error(request, _REFUSED[error.code])
        behind = revision_id
    except TextRevision.DoesNotExist:
        messages.info(request, _("The text was changed meanwhile, or is gone."))
    return redirect(_address(request.POST, queue, at=behind))


def _decisions(given: QueryDict, case: Case) -> dict[str, Decision]:
    """What was pressed: one person's answers, the suggestion, or a choice for each question."""
    take = given.get("take", "")
    found: dict[str, Decision] = {}
    if take == SUGGESTED:
        return {
            one.question.key: _by(case, one.question.key, one.suggested.key)
            for one in case.suspects
        }
    for voice in case.voices:
        if voice.letter == take:
            return {
                key: Decision(voice.answers[key], voice.person.pk)
                for key in case.open
                if key in voice.answers
            }
    for key in case.open:
        chosen = given.get(f"choice-{key}", "")
        if chosen:
            found[key] = _by(case, key, chosen)
    return found


def _by(case: Case, question: str, choice: str) -> Decision:
    """With the mentions of the first person who answered so, if anybody did."""
    whose = (one.person.pk for one in case.voices if one.answers.get(question) == choice)
    return Decision(choice, next(whose, None))


@require_POST
@only_for(may_lead)
def undo(request: HttpRequest) -> HttpResponse:
    queue = _named_queue(request.POST)
    try:
        back = settling_undo(actor=cast(User, request.user), stores=stores_for(request.user))
    except TextRevision.DoesNotExist:
        messages.info(request, _("The text was changed meanwhile, or is gone."))
        return redirect(_address(request.POST, queue))
    if back is None:
        messages.info(request, _("There is nothing to take back."))
        return redirect(_address(request.POST, queue))
    messages.success(request, _("Taken back. Here it is again."))
    return redirect(_address(request.POST, queue, at=back))


def _address(given: QueryDict, queue: str, at: int | None = None) -> str:
    asked = QueryDict(mutable=True)
    if queue == SUSPECTS:
        asked["queue"] = queue
    if given.get("names") == "1":
        asked["names"] = "1"
    if at is not None:
        asked["at"] = str(at)
    return reverse("adjudicate") + (f"?{asked.urlencode()}" if asked else "")
