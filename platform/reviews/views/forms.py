from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from reviews.importing.columns import FIELDS

FIELD_WORDS = {
    "id": _("Number of the review"),
    "text": _("Text"),
    "title": _("Title"),
    "product_id": _("Number of the product"),
    "product_name": _("Name of the product"),
    "brand": _("Brand"),
    "category": _("Category"),
    "shopper": _("Shopper"),
    "date": _("Date"),
    "stars": _("Stars"),
    "channel": _("Channel"),
    "variant": _("Variant"),
    "follow_up": _("Follow-up (追评)"),
}


class StoreChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name_zh if (get_language() or "").startswith("zh") else obj.name_en


class UploadForm(forms.Form):
    """A file of reviews, the store it belongs to, and the columns that have unusual names."""

    store = StoreChoice(label=_("Store"), queryset=Store.objects.none(), empty_label=None)
    source = forms.SlugField(
        label=_("Source"),
        max_length=120,
        help_text=_(
            "A short name for where the file comes from, such as shop-export. The same review "
            "from the same source is stored once, however often you send it."
        ),
        widget=forms.TextInput({"list": "sources", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, TSV or JSON Lines in UTF-8, with a line of column names."),
        widget=forms.FileInput({"accept": ".csv,.tsv,.jsonl,.ndjson"}),
    )

    def __init__(self, *args: Any, stores: QuerySet[Store], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        chosen = self.fields["store"]
        assert isinstance(chosen, StoreChoice)  # noqa: S101 - declared above
        chosen.queryset = stores
        for field in FIELDS:
            self.fields[f"column_{field}"] = forms.CharField(
                label=FIELD_WORDS.get(field, field), required=False, max_length=200
            )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{field}"] for field in FIELDS]

    def mapping(self) -> dict[str, str]:
        """`{field: column}` of the columns that were named."""
        named = {field: self.cleaned_data[f"column_{field}"] for field in FIELDS}
        return {field: column for field, column in named.items() if column}
