"""Active learning: when the next training is due, why, and how it is set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guard import only_for
from accounts.models import Store, User
from accounts.selectors import stores_for
from common.complaints import complaint_words
from common.pages import page
from modelops.models import ActivePlan
from modelops.selectors.active import active_plan, outlook, plan_stores
from modelops.services.active import BadPlan, Planned, active_plan_set
from modelops.views_weak import may_label_weakly
from modelops.wording import LANGUAGES
from reviews.models import ANALYSED_LANGUAGES


class _Stores(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        chinese = (get_language() or "").startswith("zh")
        return str(obj.name_zh if chinese else obj.name_en)


class PlanForm(forms.Form):
    is_on = forms.BooleanField(label=gettext_lazy("Train by itself"), required=False)
    new_labels = forms.IntegerField(
        label=gettext_lazy("After so many newly labelled reviews"), min_value=1, max_value=1_000_000
    )
    days = forms.IntegerField(
        label=gettext_lazy("Or after so many days, if any came"), min_value=1, max_value=365
    )
    promotes = forms.BooleanField(
        label=gettext_lazy("Let the new version answer at once if it passes every check"),
        required=False,
    )
    batch_size = forms.IntegerField(
        label=gettext_lazy("Reviews in a proposed batch"), min_value=1, max_value=10_000
    )
    overlap = forms.IntegerField(
        label=gettext_lazy("People who answer each"), min_value=1, max_value=10
    )
    explored = forms.IntegerField(
        label=gettext_lazy("Drawn at random (%)"), min_value=1, max_value=100
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    stores = _Stores(
        label=gettext_lazy("Stores"),
        queryset=Store.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        languages = self.fields["languages"]
        assert isinstance(languages, forms.MultipleChoiceField)  # noqa: S101 - declared above
        languages.choices = [(code, _(LANGUAGES[code])) for code in ANALYSED_LANGUAGES]
        stores = self.fields["stores"]
        assert isinstance(stores, _Stores)  # noqa: S101 - declared above
        stores.queryset = stores_for(person)

    def planned(self) -> Planned:
        said = dict(self.cleaned_data)
        return Planned(**{**said, "explored": said["explored"] / 100})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_label_weakly)
def active_plan_page(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101 - only_for
    plan = active_plan()
    form = PlanForm(request.POST or None, person=request.user, initial=_initial(plan))
    if request.method == "POST" and form.is_valid():
        try:
            active_plan_set(actor=request.user, wanted=form.planned())
        except BadPlan as problem:
            form.add_error(None, complaint_words(str(problem)))
        else:
            messages.success(request, _("Active learning was set."))
            return redirect("active-plan")
    seen = outlook(plan)
    told = complaint_words(seen.problem) if seen.problem else ""
    context = {"form": form, "outlook": seen, "problem": told}
    return page(
        request,
        "modelops/active.html",
        context,
        title=gettext_lazy("Active learning"),
        crumbs=[(gettext_lazy("Models"), "models")],
    )


def _initial(plan: ActivePlan) -> dict[str, Any]:
    names = ("is_on", "new_labels", "days", "promotes", "batch_size", "overlap", "languages")
    return {name: getattr(plan, name) for name in names} | {
        "explored": round(100 * plan.explored),
        "stores": [store.pk for store in plan_stores(plan)],
    }
