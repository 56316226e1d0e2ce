"""Tests before real work: made and assigned by leads, begun and read by those who label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
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
from annotation.selectors.qualification import attempts_of, scores, wrong_answers
from annotation.selectors.questions import question_names
from annotation.services.qualifying import (
    NoAttempt,
    QualificationWanted,
    attempt_begin,
    batch_guard,
    qualification_create,
)
from annotation.views.batch_forms import NamedChoices
from annotation.views.label_json import person
from annotation.wording import batch_words
from common.complaints import complaint_words
from common.pages import page
from reviews.models import Purpose
from reviews.selectors import revisions_for

_TICKS = forms.CheckboxSelectMultiple


class TestForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    pass_mark = forms.IntegerField(
        label=gettext_lazy("Pass mark, %"), min_value=1, max_value=100, initial=80
    )
    reviews = forms.IntegerField(
        label=gettext_lazy("Reviews an attempt"), min_value=1, max_value=200, initial=10
    )
    attempts = forms.IntegerField(
        label=gettext_lazy("Attempts"), min_value=1, max_value=10, initial=2
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Questions"), required=False, widget=_TICKS(), choices=question_names
    )
    stores = NamedChoices(
        label=gettext_lazy("Stores"), queryset=None, required=False, widget=_TICKS()
    )
    guards_all = forms.BooleanField(
        label=gettext_lazy("Every batch of these stores needs it"), required=False
    )

    def __init__(self, data: Any, *, stores: Any) -> None:
        super().__init__(data, label_suffix="")
        self.all_stores = stores
        self.fields["stores"].queryset = stores  # type: ignore[attr-defined]

    def wanted(self) -> QualificationWanted:
        names = ("name", "pass_mark", "reviews", "attempts", "questions", "guards_all")
        return QualificationWanted(**{name: self.cleaned_data[name] for name in names})


class GuardForm(forms.Form):
    tests: Any = forms.ModelMultipleChoiceField(queryset=None, required=False, widget=_TICKS())

    def __init__(self, data: Any, *, who: Any, batch: Batch) -> None:
        super().__init__(data, initial={"tests": list(batch.needs.values_list("pk", flat=True))})
        found = Qualification.objects.filter(batch__in=batches_led(who)).select_related("batch")
        chosen: Any = self.fields["tests"]
        chosen.queryset = found.order_by("batch__name")
        chosen.label_from_instance = lambda one: one.batch.name


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_lead)
def new(request: HttpRequest) -> HttpResponse:
    form = TestForm(request.POST or None, stores=stores_for(request.user))
    if request.method == "POST" and form.is_valid():
        stores = list(form.cleaned_data["stores"] or form.all_stores)
        try:
            made = qualification_create(actor=person(request), stores=stores, wanted=form.wanted())
        except BadBatch as error:
            form.add_error(
                error.field if error.field in form.fields else None, complaint_words(str(error))
            )
        else:
            messages.success(request, _("The test is made and open."))
            return redirect("batch", batch_id=made.pk)
    return page(
        request,
        "annotation/test_new.html",
        {"form": form},
        title=gettext_lazy("New test"),
        crumbs=[(gettext_lazy("Batches"), "batches")],
        status=422 if form.errors else 200,
    )


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
        "guards_stores": [
            one.name_zh if _chinese() else one.name_en for one in test.guards_stores.all()
        ],
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
        "may_retry": test.batch.state == Batch.State.OPEN
        and not test.tries.filter(person=attempt.person, passed=True).exists()
        and test.tries.filter(person=attempt.person).count() < test.attempts,
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
    """Each wrong answer with its text, as far as whoever looks may read it, and the clauses."""
    wrong = wrong_answers(attempt)
    texts = dict(
        revisions_for(Purpose.LABEL, stores_for(request.user))
        .filter(review__in=[one.item.review_id for one in wrong])
        .values_list("review", "text")
    )
    known = guideline_clauses()[1]
    return [
        {
            "text": texts[one.item.review_id],
            "language": one.item.review.language,
            "question": one.question.name_zh if _chinese() else one.question.name_en,
            "given": one.choice and (one.choice.name_zh if _chinese() else one.choice.name_en),
            "right": one.right and (one.right.name_zh if _chinese() else one.right.name_en),
            "clauses": _clauses(known, one),
        }
        for one in wrong
        if one.item.review_id in texts
    ]


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
