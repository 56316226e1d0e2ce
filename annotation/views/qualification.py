"""Tests before real work: made and assigned by leads, begun and read by those who label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import only_for
from accounts.selectors import stores_for
from annotation.frames import BadBatch
from annotation.guideline_text import Clause
from annotation.models import (
    Batch,
    Qualification,
    QualificationAnswer,
    QualificationAttempt,
    SamplingDesign,
)
from annotation.selectors.assignments import may_label
from annotation.selectors.labelling import guideline_clauses
from annotation.selectors.leading import batches_led, may_change
from annotation.selectors.leads import may_lead
from annotation.selectors.qualification import (
    attempts_of,
    marks_made,
    may_begin,
    place_of,
    scores,
    taken,
    wrong_answers,
)
from annotation.selectors.questions import question_names
from annotation.services.qualifying import (
    NoAttempt,
    attempt_begin,
    batch_guard,
    gold_stock,
    qualification_create,
)
from annotation.services.requalifying import qualification_change
from annotation.views.label_json import person
from annotation.views.marked_text import pieces_shown
from annotation.views.qualification_forms import GuardForm, TestChangeForm, TestForm
from annotation.wording import batch_words
from common.complaints import complaint_words
from common.pages import page
from reviews.models import Purpose
from reviews.selectors import revisions_for


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_lead)
def new(request: HttpRequest) -> HttpResponse:
    form = TestForm(request.POST or None, stores=stores_for(request.user))
    if request.method == "POST" and form.is_valid():
        stores = list(form.cleaned_data["stores"] or form.all_stores)
        try:
            made = qualification_create(actor=person(request), stores=stores, wanted=form.wanted())
        except BadBatch as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The test is made and open."))
            return redirect("batch", batch_id=made.pk)
    return page(
        request,
        "annotation/test_new.html",
        {"form": form, "known": len(gold_stock(list(form.all_stores), ()))},
        title=gettext_lazy("New test"),
        crumbs=[(gettext_lazy("Batches"), "batches")],
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_lead)
def change(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The settings of a test; what becomes of those who took it stands beside them."""
    seen = batches_led(person(request)).filter(design=SamplingDesign.TEST)
    found = get_object_or_404(seen.select_related("qualification"), pk=batch_id)
    if not may_change(person(request), found):
        messages.error(request, _("Others have reviews in this batch, too."))
        return redirect("batch", batch_id=found.pk)
    test = found.qualification
    form = TestChangeForm(request.POST or None, who=person(request), test=test)
    if request.method == "POST" and form.is_valid() and _changed(request, found, form):
        return redirect("batch", batch_id=found.pk)
    return page(
        request,
        "annotation/test_change.html",
        {"form": form, "batch": found, "test": test, **taken(test)},
        title=gettext_lazy("Change the test"),
        crumbs=[(gettext_lazy("Batches"), "batches")],
        status=422 if form.errors else 200,
    )


def _changed(request: HttpRequest, batch: Batch, form: TestChangeForm) -> bool:
    try:
        qualification_change(
            actor=person(request),
            batch=batch,
            wanted=form.wanted(),
            guards=list(form.cleaned_data["guards"]),
            anew=form.cleaned_data["anew"],
        )
    except BadBatch as error:
        _refuse(form, error)
        return False
    messages.success(
        request,
        _("Saved. Everybody has to pass the test anew.")
        if form.cleaned_data["anew"]
        else _("Saved. Results that are in stay as they are."),
    )
    return True


def _refuse(form: Any, error: BadBatch) -> None:
    name = "guards_all" if error.field == "guards" and "guards" not in form.fields else error.field
    form.add_error(name if name in form.fields else None, complaint_words(str(error)))


@require_POST
@only_for(may_lead)
def guard(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = get_object_or_404(batches_led(person(request)), pk=batch_id)
    if not may_change(person(request), found):
        messages.error(request, _("Others have reviews in this batch, too."))
        return redirect("batch", batch_id=found.pk)
    form = GuardForm(request.POST, who=person(request), batch=found)
    if not form.is_valid():
        messages.error(request, _("Not changed: one of the tests is gone. Load the page anew."))
        return redirect("batch", batch_id=found.pk)
    try:
        batch_guard(actor=person(request), batch=found, tests=list(form.cleaned_data["tests"]))
    except BadBatch as error:
        messages.error(request, complaint_words(str(error)))
    else:
        messages.success(request, _("Saved."))
    return redirect("batch", batch_id=found.pk)


def test_context(request: HttpRequest, batch: Batch) -> Mapping[str, Any]:
    """What the page of a batch shows of tests: those it needs, or of itself."""
    changes = may_change(person(request), batch)
    if batch.design != SamplingDesign.TEST:
        form = GuardForm(None, who=person(request), batch=batch)
        return {"may_guard": changes, "guard_form": form}
    test = batch.qualification
    seen = batches_led(person(request))
    return {
        "test": test,
        "may_close": changes,
        "attempts": attempts_of(test),
        "guarded": seen.filter(pk__in=test.guarded.values("pk")),
        "guards_stores": [_name(one) for one in test.guards_stores.all()],
    }


@require_POST
@login_required
def begin(request: HttpRequest, batch_id: int) -> HttpResponse:
    test = get_object_or_404(Qualification.objects.select_related("batch"), batch=batch_id)
    try:
        attempt_begin(actor=person(request), test=test)
    except NoAttempt as error:
        messages.error(request, complaint_words(str(error)))
        return redirect("label")
    return redirect("label-batch", batch_id=batch_id)


@never_cache
@require_safe
@login_required
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """For the person themselves, and for leads of the test's stores; for nobody else."""
    found = QualificationAttempt.objects.select_related("qualification__batch", "person")
    attempt = get_object_or_404(found, pk=attempt_id)
    test, who = attempt.qualification, person(request)
    own = attempt.person_id == who.pk and may_label(who)
    if not own and not (may_lead(who) and batches_led(who).filter(pk=test.batch_id).exists()):
        raise Http404
    if attempt.ended_at is None:
        return (
            redirect("label-batch", batch_id=test.batch_id)
            if own
            else redirect("batch", batch_id=test.batch_id)
        )
    names = dict(question_names())
    context = {
        "attempt": attempt,
        "test": test,
        "own": own,
        "share": round(100 * attempt.right / attempt.asked),
        "may_retry": may_begin(attempt.person, test),
        "place": place_of(attempt),
        "scores": [
            {"name": names.get(one.question, one.question), "right": one.right, "asked": one.asked}
            for one in scores(attempt)
        ],
        "wrong": _told(request, attempt),
    }
    crumb = (gettext_lazy("Label"), "label") if own else (gettext_lazy("Batches"), "batches")
    title = batch_words(test.batch)
    return page(request, "annotation/test_result.html", context, title=title, crumbs=[crumb])


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _told(request: HttpRequest, attempt: QualificationAttempt) -> list[dict[str, Any]]:
    """Each text with its wrong answers, as far as whoever looks may read it, and the clauses."""
    wrong = wrong_answers(attempt)
    texts = dict(
        revisions_for(Purpose.LABEL, stores_for(request.user))
        .filter(review__in=[one.item.review_id for one in wrong])
        .values_list("review", "text")
    )
    known, marks = guideline_clauses()[1], marks_made(attempt)
    found: dict[int, dict[str, Any]] = {}
    for one in wrong:
        review = one.item.review
        if review.pk not in texts:
            continue
        if review.pk not in found:
            spans = marks.get(one.item_id, [])
            text = pieces_shown(texts[review.pk], spans)
            found[review.pk] = {
                "pieces": text,
                "marked": bool(spans),
                "language": review.language,
                "answers": [],
            }
        found[review.pk]["answers"].append(
            {
                "question": _name(one.question),
                "given": one.choice and _name(one.choice),
                "right": one.right and _name(one.right),
                "clauses": _clauses(known, one),
            }
        )
    return list(found.values())


def _name(named: Any) -> str:
    return str(named.name_zh if _chinese() else named.name_en)


def _clauses(
    known: list[tuple[Clause, Clause | None]], answer: QualificationAnswer
) -> list[Clause]:
    """Those about the right choice; without any, those about the whole question."""
    key = answer.question.key
    choice = f"{key}:{answer.right.key if answer.right else ''}"
    for about in (choice, key):
        found = [
            other if _chinese() and other else english
            for english, other in known
            if about in english.about
        ]
        if found:
            return found
    return []
