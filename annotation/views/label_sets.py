"""The label sets: what is asked, what was changed, and a change with its preview."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import only_for
from accounts.models import Store
from annotation.label_set_followers import followers
from annotation.label_set_plan import OPS, BadChange
from annotation.models import Batch, LabelSetChange, Question
from annotation.selectors.guidelines import clauses_outdated
from annotation.selectors.label_set_preview import planned, preview, set_counts
from annotation.selectors.label_sets import (
    changes_in_force,
    changes_of,
    in_order,
    may_change_sets,
)
from annotation.selectors.progress import progress
from annotation.services.label_set_request import change_request, takes_long
from annotation.services.label_set_undo import label_set_undo
from annotation.services.label_sets import label_set_change
from annotation.services.relabelling import BadRelabelling, relabelling_open
from annotation.templatetags.label_sets import own_name
from annotation.views.label_set_forms import PARTS, change_from, changes_from
from annotation.wording import batch_words
from common import doorway
from common.pages import page

_DEMAND = "product_demand"


@require_safe
@only_for(may_change_sets)
def overview(request: HttpRequest) -> HttpResponse:
    asked = Question.objects.filter(active=True).prefetch_related("choices")
    waiting = list(
        Batch.objects.filter(relabelling__isnull=False)
        .exclude(state=Batch.State.CLOSED)
        .order_by("pk")
    )
    counts = progress(waiting, Store.objects.all())
    context = {
        "questions": [_shown(question) for question in asked],
        "outdated": clauses_outdated(),
        "relabel": [{"batch": batch, **counts[batch.pk]} for batch in waiting],
    }
    return page(request, "annotation/label_sets.html", context, title=gettext_lazy("Label sets"))


def _shown(question: Question) -> dict[str, Any]:
    counted = set_counts(question)
    last = changes_in_force(question.key).last()
    return {
        "question": question,
        "choices": [
            {"choice": choice, **counted.get(choice.key, {"answers": 0, "sources": {}})}
            for choice in in_order(question)
        ],
        "answers": sum(one["answers"] for one in counted.values()),
        "changes": list(changes_of(question.key)),
        "last": last.pk if last else None,
        "amiss": [pair for one in followers() for pair in one.amiss(question).items()],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_change_sets)
def change(request: HttpRequest, question: str) -> HttpResponse:
    asked = Question.objects.filter(key=question, active=True).first()
    if asked is None:
        raise Http404
    problem, changes = "", []
    if request.method == "POST":
        action = request.POST.get("action", "")
        try:
            changes = changes_from(request.POST.get("changes", ""))
            if action == "apply":
                return _apply(request, asked, changes)
            after = _edited(request, action, changes)
            if after:
                planned(asked, after)  # what cannot be is not taken into the list
            changes = after
        except BadChange as bad:
            problem = str(bad)
    return _change_page(request, asked, changes, problem)


def _edited(request: HttpRequest, action: str, changes: list[Any]) -> list[Any]:
    if action.startswith("drop-") and action[5:].isdigit():
        return [one for at, one in enumerate(changes) if at != int(action[5:])]
    return [*changes, change_from(request.POST)] if action == "add" else changes


def _apply(request: HttpRequest, asked: Question, changes: list[Any]) -> HttpResponse:
    if request.POST.get("agreed") != "yes":
        raise BadChange("agreed", _("Tick the numbers first: they say what will happen."))
    wanted: dict[str, Any] = {
        "actor": request.user,
        "question": asked.key,
        "changes": changes,
        "note": request.POST.get("note", "")[:2000],
        "expect": request.POST.get("fingerprint", ""),
        "or_more": request.POST.get("or_more") == "yes",
    }
    if takes_long(preview(asked, changes)):
        job = change_request(**wanted)
        doorway.wake(job)
        messages.info(
            request,
            _("There is much to carry over; people go on labelling meanwhile. See how far it is."),
        )
        return redirect("job", job_id=job.pk)
    made = label_set_change(**wanted)
    messages.success(
        request,
        _("Changed. %(carried)s answers were carried over, %(relabel)s are to be given anew.")
        % _numbers(made.counts["totals"]),
    )
    return redirect("label-sets")


def _numbers(counts: Mapping[str, int]) -> dict[str, str]:
    return {key: intcomma(n) for key, n in counts.items()}


def _change_page(
    request: HttpRequest, asked: Question, changes: list[Any], problem: str
) -> HttpResponse:
    seen = None
    if changes:
        try:
            seen = preview(asked, changes)
            batches = Batch.objects.in_bulk([one["id"] for one in seen["batches"]])
            seen["audit_relabel"] = sum(one["audit"] for one in seen["choices"] if one["relabel"])
            for one in seen["batches"]:
                one["words"] = batch_words(batches[one["id"]])
        except BadChange as bad:
            problem, changes = problem or str(bad), []  # not what this page had sent
    context = {
        "question": asked,
        "choices": in_order(asked),
        "forms": [
            (op, _typed(request) if problem and op == request.POST.get("op") else {})
            for op in (("rename", "polarity") if asked.key == _DEMAND else OPS)
        ],
        "derived": asked.key == _DEMAND,
        "parts": PARTS,
        "changes": changes,
        "changes_json": json.dumps(changes, ensure_ascii=False),
        "seen": seen,
        "names": _names(asked, seen),
        "problem": problem,
    }
    return page(
        request,
        "annotation/label_set_change.html",
        context,
        title=own_name(asked),
        crumbs=[(gettext_lazy("Label sets"), "label-sets")],
        status=400 if problem else 200,
    )


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed into the form that was refused, so that nobody types it twice."""
    return {**request.POST.dict(), "choices": request.POST.getlist("choices")}


def _names(asked: Question, seen: dict[str, Any] | None) -> dict[str, str]:
    after = {one["key"]: own_name(one) for one in seen["after"]} if seen else {}
    return {one.key: own_name(one) for one in in_order(asked)} | after


@require_POST
@only_for(may_change_sets)
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    found = get_object_or_404(LabelSetChange, pk=change_id)
    try:
        done = label_set_undo(actor=request.user, change=found)
    except BadChange as bad:
        messages.error(request, str(bad))
    else:
        messages.success(
            request,
            _(
                "Taken back. %(restored)s answers are what they were, %(mapped)s given since were "
                "carried back, %(left)s are to be given anew."
            )
            % _numbers(done),
        )
    return redirect("label-sets")


@require_POST
@only_for(may_change_sets)
def relabel(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = get_object_or_404(Batch, pk=batch_id, relabelling__isnull=False)
    try:
        relabelling_open(actor=request.user, batch=batch)
    except BadRelabelling as bad:
        messages.error(request, str(bad))
    else:
        messages.success(
            request, _("“%(name)s” is open for labelling.") % {"name": batch_words(batch)}
        )
    return redirect("label-sets")
