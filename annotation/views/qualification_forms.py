"""Forms about tests before real work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import stores_for
from annotation.models import Batch, Qualification
from annotation.selectors.leading import batches_led
from annotation.selectors.qualification import stores_of_test
from annotation.selectors.questions import question_names
from annotation.services.qualifying import QualificationWanted
from annotation.views.batch_forms import NamedChoices, rows_set

_TICKS = forms.CheckboxSelectMultiple


class SettingsForm(forms.Form):
    """What of a test may be another afterwards."""

    name = forms.CharField(label=_("Name"), max_length=120)
    pass_mark = forms.IntegerField(label=_("Pass mark, %"), min_value=1, max_value=100, initial=80)
    reviews = forms.IntegerField(
        label=_("Reviews an attempt"), min_value=1, max_value=200, initial=10
    )
    attempts = forms.IntegerField(label=_("Attempts"), min_value=1, max_value=10, initial=2)

    def wanted(self) -> QualificationWanted:
        names = ("name", "pass_mark", "reviews", "attempts", "questions", "guards_all")
        said = self.cleaned_data
        return QualificationWanted(**{name: said[name] for name in names if name in said})


class TestForm(SettingsForm):
    questions = forms.MultipleChoiceField(
        label=_("Questions"), required=False, widget=_TICKS(), choices=question_names
    )
    stores = NamedChoices(label=_("Stores"), queryset=None, required=False, widget=_TICKS())
    guards_all = forms.BooleanField(label=_("Every batch of these stores needs it"), required=False)

    def __init__(self, data: Any, *, stores: Any) -> None:
        super().__init__(data, label_suffix="")
        self.all_stores = stores
        rows_set(self, "stores", stores)


class TestChangeForm(SettingsForm):
    guards = NamedChoices(
        label=_("Every batch of these stores needs it"),
        queryset=None,
        required=False,
        widget=_TICKS(),
    )
    anew = forms.BooleanField(label=_("Everybody has to pass it anew"), required=False)

    def __init__(self, data: Any, *, who: User, test: Qualification) -> None:
        initial = {
            "name": test.batch.name,
            "pass_mark": test.pass_mark,
            "reviews": test.reviews,
            "attempts": test.attempts,
            "guards": list(test.guards_stores.values_list("pk", flat=True)),
        }
        super().__init__(data, initial=initial, label_suffix="")
        own = [one.pk for one in stores_of_test(test.batch)]
        rows_set(self, "guards", stores_for(who).filter(pk__in=own))


class GuardForm(forms.Form):
    tests: Any = forms.ModelMultipleChoiceField(queryset=None, required=False, widget=_TICKS())

    def __init__(self, data: Any, *, who: Any, batch: Batch) -> None:
        super().__init__(data, initial={"tests": list(batch.needs.values_list("pk", flat=True))})
        found = Qualification.objects.filter(batch__in=batches_led(who)).select_related("batch")
        chosen: Any = self.fields["tests"]
        chosen.queryset = found.order_by("batch__name")
        chosen.label_from_instance = lambda one: one.batch.name
