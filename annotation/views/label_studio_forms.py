from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from common.templatetags.pages import named


class _Stores(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


def _token(required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Access token"),
        required=required,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


def _ours() -> forms.CharField:
    return forms.CharField(
        label=_("Our address, as the server reaches it"),
        max_length=300,
        widget=forms.URLInput,
    )


class ConnectForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    url = forms.CharField(
        label=_("Address of the server"),
        max_length=300,
        widget=forms.URLInput(attrs={"placeholder": "https://labels.example.com"}),
    )
    token = _token(True)
    our_url = _ours()
    stores = _Stores(Store.objects.none(), label=_("Stores"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, stores: QuerySet[Store], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        field = self.fields["stores"]
        assert isinstance(field, _Stores)  # noqa: S101 - it says so above
        field.queryset = stores
        field.initial = list(stores)


class ChangeForm(forms.Form):
    our_url = _ours()
    token = _token(False)
