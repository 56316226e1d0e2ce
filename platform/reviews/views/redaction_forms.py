from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from privacy.redaction.spans import TYPES
from reviews.models import ListedValue, PlaceholderStyle, RedactionPolicy, Source
from reviews.redaction_wording import type_choices

LONGEST_TRIED = 20_000  # characters the text service reads at once


def store_words(store: Store) -> str:
    return store.name_zh if (get_language() or "").startswith("zh") else store.name_en


class SourceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{store_words(obj.store)} · {obj.key}"


class StoresChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return store_words(obj)


class TryForm(forms.Form):
    """A text to try, and by whose policy."""

    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TRIED,
        strip=False,
        widget=forms.Textarea({"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )
    source = SourceChoice(
        label=_("Policy of"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=_("the defaults"),
    )

    def __init__(self, *args: Any, sources: QuerySet[Source], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        chosen = self.fields["source"]
        assert isinstance(chosen, SourceChoice)  # noqa: S101 - declared above
        chosen.queryset = sources


class PolicyForm(forms.Form):
    """What redaction does with a source. The types to replace are ticked."""

    original = forms.ChoiceField(
        label=_("What becomes of the original"),
        choices=Source.OriginalPolicy.choices,
        widget=forms.RadioSelect,
    )
    style = forms.ChoiceField(
        label=_("Placeholder"), choices=PlaceholderStyle.choices, widget=forms.RadioSelect
    )
    types = forms.MultipleChoiceField(
        label=_("What is replaced"), required=False, widget=forms.CheckboxSelectMultiple
    )
    doubt_below = forms.FloatField(
        label=_("Review what scores less than"),
        min_value=0,
        max_value=1,
        widget=forms.NumberInput({"step": "0.05", "min": "0", "max": "1"}),
        help_text=_(
            "From 0 to 1. What scores less is replaced all the same, and waits in the review "
            "queue. 0 asks about nothing, 1 about nearly everything."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        types = self.fields["types"]
        assert isinstance(types, forms.MultipleChoiceField)  # noqa: S101 - declared above
        types.choices = type_choices(TYPES)

    @staticmethod
    def initial_of(source: Source, policy: RedactionPolicy | None) -> dict[str, Any]:
        policy = policy or RedactionPolicy(source=source)
        return {
            "original": source.original_policy,
            "style": policy.style,
            "types": sorted(TYPES - set(policy.kept_types)),
            "doubt_below": policy.doubt_below,
        }

    def kept_types(self) -> list[str]:
        return sorted(TYPES - set(self.cleaned_data["types"]))


class ValuesForm(forms.Form):
    """Values for one of the lists, one on a line."""

    kind = forms.ChoiceField(choices=ListedValue.Kind.choices, widget=forms.HiddenInput)
    stores = StoresChoice(
        label=_("Stores"),
        queryset=Store.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one store.")},
    )
    type = forms.ChoiceField(label=_("They are"), required=False)
    values = forms.CharField(
        label=_("Values, one on each line"),
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, stores: QuerySet[Store], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        chosen, kinds = self.fields["stores"], self.fields["type"]
        assert isinstance(chosen, StoresChoice)  # noqa: S101 - declared above
        assert isinstance(kinds, forms.ChoiceField)  # noqa: S101 - declared above
        chosen.queryset = stores
        chosen.initial = list(stores)
        kinds.choices = type_choices(TYPES)


class AddForm(forms.Form):
    """Words of a stored text that redaction missed."""

    words = forms.CharField(label=_("Words in the text"), max_length=200)
    type = forms.ChoiceField(label=_("They are"))
    deny = forms.BooleanField(
        label=_("Replace them in all reviews of this store, and from now on"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        kinds = self.fields["type"]
        assert isinstance(kinds, forms.ChoiceField)  # noqa: S101 - declared above
        kinds.choices = type_choices(TYPES)
