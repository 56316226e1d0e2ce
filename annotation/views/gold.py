"""Setting the right answer of a review, to be hidden among others."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.guard import only_for
from accounts.selectors import stores_for
from annotation.models import Annotation, GoldAnswer
from annotation.selectors.leads import may_lead
from annotation.selectors.questions import NamedQuestion, questions_named
from annotation.services.gold import BadGold, gold_remove, gold_set
from annotation.views.label_json import person
from annotation.views.marked_text import pieces_shown
from common import text_service
from common.complaints import complaint_words
from common.pages import page
from reviews.models import Purpose, TextRevision
from reviews.selectors import revisions_for


class GoldForm(forms.Form):
    """One choice for each question, or none; and why."""

    note = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Personal data is taken out of it before it is stored."),
    )

    def __init__(
        self, data: Any, *, questions: list[NamedQuestion], initial: dict[str, str]
    ) -> None:
        super().__init__(data, label_suffix="", initial=initial)
        self.asked = questions
        for one in questions:
            choices = [*one.choices, ("", _("not settled"))]
            self.fields[one.key] = forms.ChoiceField(
                label=one.name, choices=choices, required=False, widget=forms.RadioSelect()
            )

    def questions(self) -> list[Any]:
        return [self[one.key] for one in self.asked]

    def answers(self) -> dict[str, str]:
        said = self.cleaned_data
        return {one.key: said[one.key] for one in self.asked if said[one.key]}


@sensitive_post_parameters("note")
@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_lead)
def gold(request: HttpRequest, review_id: int) -> HttpResponse:
    texts = revisions_for(Purpose.LABEL, stores_for(request.user)).select_related("review")
    revision = get_object_or_404(texts, review=review_id)
    kept = list(GoldAnswer.objects.filter(revision=revision).select_related("set_by"))
    form = GoldForm(
        request.POST or None, questions=questions_named(), initial=_initial(revision, kept)
    )
    if request.method == "POST":
        if request.POST.get("action") == "remove":
            gold_remove(actor=person(request), review=revision.review)
            messages.success(request, _("It is no longer gold."))
            return redirect("review", review_id)
        if form.is_valid() and _set(request, revision, form):
            messages.success(request, _("Kept as gold: new batches may hide it among others."))
            return redirect("review", review_id)
    return page(
        request,
        "annotation/gold.html",
        {
            "form": form,
            "pieces": pieces_shown(revision.text),
            "review": revision.review,
            "kept": kept,
        },
        title=gettext_lazy("Gold answer"),
        crumbs=[(gettext_lazy("Reviews"), "reviews")],
        status=422 if form.errors else 200,
    )


def _set(request: HttpRequest, revision: TextRevision, form: GoldForm) -> bool:
    try:
        gold_set(
            actor=person(request),
            review=revision.review,
            answers=form.answers(),
            note=form.cleaned_data["note"],
            redact=lambda text: text_service.redact([text])[0].text,
        )
    except BadGold as error:
        name = error.field if error.field in form.fields else None
        form.add_error(name, complaint_words(str(error)))
        return False
    except (text_service.TextServiceUnavailable, text_service.TextServiceRefused):
        form.add_error(
            "note", _("It cannot be checked for personal data just now. Try again in a minute.")
        )
        return False
    return True


def _initial(revision: TextRevision, kept: list[GoldAnswer]) -> dict[str, str]:
    """What is gold already, else what most people answered; to be read before it is saved."""
    found: dict[str, str] = {}
    said: dict[str, Counter[str]] = {}
    answers = Annotation.objects.filter(revision=revision, question__active=True)
    for question, choice in answers.values_list("question__key", "choice__key"):
        said.setdefault(question, Counter())[choice] += 1
    for question, counts in said.items():
        found[question] = counts.most_common(1)[0][0]
    if kept:
        found = {one.question.key: one.choice.key for one in kept}
        found["note"] = kept[0].note
    return found
