"""Answers that differ, and labels that look like mistakes, settled by a lead one after another."""

from __future__ import annotations

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
from accounts.models import User
from accounts.selectors import stores_for
from annotation.models import Adjudication
from annotation.selectors.leads import may_lead
from annotation.selectors.settling import Case, case_of, suspects_open, to_settle
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
    "changed": gettext_lazy("That answer was changed meanwhile. Look at it again."),
}


def _queue(request: HttpRequest, given: QueryDict) -> tuple[str, dict[int, list[str]]]:
    """Which queue it is, and the open questions by revision, in its order."""
    stores = stores_for(request.user)
    if given.get("queue") != SUSPECTS:
        return DIFFER, to_settle(stores)
    found: dict[int, list[str]] = {}
    for revision, question in suspects_open(stores).values_list("revision_id", "question__key"):
        found.setdefault(revision, []).append(question)
    return SUSPECTS, found


def _number(given: QueryDict, name: str) -> int | None:
    said = given.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _shown(waiting: dict[int, list[str]], given: QueryDict) -> int | None:
    """The revision asked for, the one behind `after`, else the first; None when all is settled."""
    order = list(waiting)
    at, after = _number(given, "at"), _number(given, "after")
    if at in waiting:
        return at
    if after in waiting and len(order) > 1:
        return order[(order.index(after) + 1) % len(order)]
    return order[0] if order else None


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
    queue, waiting = _queue(request, request.GET)
    shown = _shown(waiting, request.GET)
    other, others = _queue(request, QueryDict(f"queue={SUSPECTS if queue == DIFFER else DIFFER}"))
    names = request.GET.get("names") == "1"
    context: dict[str, Any] = {
        "queue": queue,
        "counts": {queue: len(waiting), other: len(others)},
        "names": names,
    }
    if shown is not None:
        context["card"] = card(_case(request, queue, shown, waiting[shown]), names=names)
    title = gettext_lazy("Settle answers")
    crumbs = [(gettext_lazy("Label quality"), "label-quality")]
    return page(request, "annotation/adjudicate.html", context, title=title, crumbs=crumbs)


@require_POST
@only_for(may_lead)
def settle(request: HttpRequest, revision_id: int) -> HttpResponse:
    queue, waiting = _queue(request, request.POST)
    if revision_id not in waiting:
        messages.info(request, _("This one is settled already."))
        return redirect(_address(request.POST, queue))
    case = _case(request, queue, revision_id, waiting[revision_id])
    order = list(waiting)
    behind = order[(order.index(revision_id) + 1) % len(order)]
    try:
        answers_settle(
            actor=cast(User, request.user),
            stores=stores_for(request.user),
            revision_id=revision_id,
            decisions=_decisions(request.POST, case),
            cause=Adjudication.Cause.SUSPECT if queue == SUSPECTS else Adjudication.Cause.DIFFER,
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
    queue = SUSPECTS if request.POST.get("queue") == SUSPECTS else DIFFER
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
