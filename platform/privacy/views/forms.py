from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.models import PersonRequest
from privacy.people import EMAIL, IDENTIFIERS, NAME, OTHER, PHONE, REVIEW, SHOPPER, Identifier
from privacy.purposes import Purpose

_EXAMPLES = {
    SHOPPER: "u-20981",
    REVIEW: "R-10442",
    EMAIL: "li.wei@example.com",
    PHONE: "138 0013 8000",
    NAME: "李伟",
    OTHER: "",
}


class StoreChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name_zh if (get_language() or "").startswith("zh") else obj.name_en


class RequestForm(forms.Form):
    """A request as it comes in: what is asked, by whom, for which stores."""

    kind = forms.ChoiceField(label=_("What the person asks for"), choices=PersonRequest.Kind)
    law = forms.ChoiceField(
        label=_("Law"),
        choices=PersonRequest.Law,
        help_text=_("It decides by when the person has to have an answer."),
    )
    stores = StoreChoices(
        label=_("Stores"),
        queryset=Store.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    purposes = forms.MultipleChoiceField(
        label=_("Objects to"),
        choices=Purpose,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    stars = forms.IntegerField(
        label=_("Stars, as they should be"), min_value=1, max_value=5, required=False
    )
    text = forms.CharField(
        label=_("Text, as it should be"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Personal data in it is replaced before it is stored."),
    )

    def __init__(self, *args: Any, stores: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        found = self.fields["stores"]
        assert isinstance(found, StoreChoices)  # noqa: S101 - declared above
        found.queryset = stores
        if len(stores) == 1:
            found.initial = list(stores)
        for kind, words in IDENTIFIERS.items():
            self.fields[f"by_{kind}"] = forms.CharField(
                label=words,
                max_length=300,
                required=False,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "placeholder": _EXAMPLES[kind]}
                ),
            )

    def who_fields(self) -> list[forms.BoundField]:
        return [self[f"by_{kind}"] for kind in IDENTIFIERS]

    def identifiers(self) -> list[Identifier]:
        return [
            Identifier(kind, self.cleaned_data[f"by_{kind}"])
            for kind in IDENTIFIERS
            if self.cleaned_data[f"by_{kind}"]
        ]

    def wanted(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("stars", "text") if self.cleaned_data[name]
        }
