from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from reviews.importing.columns import DATES, FIELDS, FIXED, fixed_values, order_of
from reviews.importing.reading import ENDINGS
from reviews.models import Channel

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
    "updated_at": _("Last changed"),
    "deleted": _("Deleted"),
    "follow_up": _("Follow-up (追评)"),
    "follows": _("Number of the review it adds to"),
}


class StoreChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name_zh if (get_language() or "").startswith("zh") else obj.name_en


class UploadForm(forms.Form):
    """A file of reviews and where it comes from."""

    store = StoreChoice(label=_("Store"), queryset=Store.objects.none(), empty_label=None)
    source = forms.RegexField(
        r"^[\w.-]+$",
        label=_("Source"),
        max_length=120,
        help_text=_(
            "A short name for where the file comes from, such as shop-export. The same review "
            "from the same source is stored once, however often you send it."
        ),
        error_messages={"invalid": _("Letters, digits, _, . and - only.")},
        widget=forms.TextInput({"list": "sources", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, TSV, Excel (.xlsx), JSON Lines, JSON or Parquet, gzipped or not. Encodings are "
            "found by themselves."
        ),
        error_messages={"empty": _("The file is empty.")},
        widget=forms.FileInput({"accept": ",".join(ENDINGS)}),
    )

    def __init__(self, *args: Any, stores: QuerySet[Store], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        chosen = self.fields["store"]
        assert isinstance(chosen, StoreChoice)  # noqa: S101 - declared above
        chosen.queryset = stores


class ColumnsForm(forms.Form):
    """Which column of a file is which field: one choice for each column, in their order."""

    channel = forms.ChoiceField(
        label=_("Every row is a"),
        required=False,
        choices=[("", _("as its column says, or a review")), *Channel.choices],
    )
    dates = forms.ChoiceField(
        label=_("Dates like 03/04/2025"),
        required=False,
        choices=[
            ("", _("found from the other dates of the file")),
            ("dmy", _("day first: 3 April")),
            ("mdy", _("month first: March 4")),
        ],
    )

    def __init__(
        self, *args: Any, header: Sequence[str], mapping: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.header = header
        fields = {column: field for field, column in mapping.items() if column in header}
        self.fields["channel"].initial = fixed_values(mapping).get("channel", "")
        self.fields["dates"].initial = order_of(mapping) or ""
        choices = [("", _("not used")), *((name, FIELD_WORDS[name]) for name in FIELDS)]
        for place, column in enumerate(header):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=column,
                required=False,
                choices=choices,
                initial=fields.get(column, ""),
                widget=forms.Select({"class": "v-select"}),
            )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{place}"] for place in range(len(self.header))]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        chosen: dict[str, str] = {}
        for place, column in enumerate(self.header):
            field = found.get(f"column_{place}")
            if field and field in chosen:
                self.add_error(
                    f"column_{place}",
                    _("%(field)s is already the column %(column)s.")
                    % {"field": FIELD_WORDS[field], "column": chosen[field]},
                )
            elif field:
                chosen[field] = column
        if "text" not in chosen and not self.errors:
            self.add_error(None, _("Choose the column that holds the text of the reviews."))
        self.chosen = chosen
        return found

    def mapping(self) -> dict[str, str]:
        """The whole mapping: what was not chosen is no column, however it is called."""
        mapping = {name: self.chosen.get(name, "") for name in FIELDS}
        if self.cleaned_data["channel"] and not mapping["channel"]:
            mapping["channel"] = FIXED + self.cleaned_data["channel"]
        if self.cleaned_data["dates"]:
            mapping[DATES] = FIXED + self.cleaned_data["dates"]
        return mapping
