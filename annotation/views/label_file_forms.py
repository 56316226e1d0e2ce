"""What is asked before labels go out or come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from annotation.models import Batch, BatchItem, LabelImport, SamplingDesign
from annotation.selectors.label_records import Wanted
from annotation.services.label_options import Options, pairs_of
from annotation.transfer_words import FORMATS, format_words
from annotation.wording import batch_words


class StoreChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name_zh if (get_language() or "").startswith("zh") else obj.name_en


class BatchChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return batch_words(obj)


def _formats() -> list[tuple[str, str]]:
    return [(key, format_words(key)) for key in FORMATS]


class _WithStores(forms.Form):
    def __init__(self, *args: Any, stores: QuerySet[Store], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self._stores = stores
        for name in ("store", "batch"):
            field = self.fields.get(name)
            if isinstance(field, StoreChoice):
                field.queryset = stores
            elif isinstance(field, BatchChoice):
                items = BatchItem.objects.filter(batch=OuterRef("pk"), review__store__in=stores)
                mine = Batch.objects.exclude(design=SamplingDesign.TEST).filter(Exists(items))
                field.queryset = mine.order_by("-created_at")

    def chosen_stores(self) -> list[Store]:
        one = self.cleaned_data["store"]
        return [one] if one else list(self._stores)


class ExportForm(_WithStores):
    """Labels into a file."""

    format = forms.ChoiceField(label=_("Format"), choices=_formats)
    batch = BatchChoice(
        label=_("Batch"),
        queryset=Batch.objects.none(),
        required=False,
        empty_label=_("all labels"),
    )
    store = StoreChoice(
        label=_("Store"),
        queryset=Store.objects.none(),
        required=False,
        empty_label=_("all of yours"),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("all")), ("zh", _("Chinese")), ("en", _("English"))],
    )
    names = forms.BooleanField(
        label=_("Names and addresses of the annotators, not only their ids"), required=False
    )
    predictions = forms.BooleanField(
        label=_("What the model in charge says, for Label Studio to show"), required=False
    )

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(
            batches=[given["batch"].pk] if given["batch"] else [],
            languages=[given["language"]] if given["language"] else [],
            names=given["names"],
            predictions=given["predictions"],
        )


class ImportForm(_WithStores):
    """Labels out of a file."""

    file = forms.FileField(label=_("File"), error_messages={"empty": _("The file is empty.")})
    format = forms.ChoiceField(
        label=_("Format"),
        choices=_formats,
        help_text=_("JSON_MIN of Label Studio counts as Label Studio, its CSV as CSV."),
    )
    store = StoreChoice(
        label=_("Store"),
        queryset=Store.objects.none(),
        required=False,
        empty_label=_("all of yours"),
    )
    annotator = forms.CharField(
        label=_("Whose labels they are"),
        required=False,
        max_length=150,
        help_text=_("A user name, for rows that name nobody, as those of doccano do."),
    )
    stand_in = forms.SlugField(
        label=_("Stand-ins for unknown people"),
        required=False,
        max_length=60,
        help_text=_(
            "A short word such as vendor: whoever is not known here becomes vendor-NAME, a user "
            "that nobody can sign in as. Empty: their rows are refused."
        ),
    )
    people = forms.CharField(
        label=_("Who is who"),
        required=False,
        help_text=_("One NAME=USER a line, where the file calls a user by another name."),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    labels = forms.CharField(
        label=_("What labels mean"),
        required=False,
        help_text=_(
            "One LABEL=MEANING a line for labels that are not ours: WANT_TO_BUY="
            "purchase_intent:want, DEMAND=add, BUG=issue/delivery, TODO=ignore."
        ),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    batch = forms.CharField(
        label=_("Batch for what names none"),
        required=False,
        max_length=120,
        help_text=_("Skips need one. It is made when there is none of this name."),
    )
    make_batches = forms.BooleanField(
        label=_("Make the batches that the file names, with their chances"), required=False
    )
    utf16 = forms.BooleanField(
        label=_("Spans count UTF-16 units, as scripts in a browser do"), required=False
    )

    def options(self) -> Options:
        """Raises BadTransfer."""
        given = self.cleaned_data
        return Options(
            labels=_lines(given["labels"]),
            annotator=given["annotator"].strip(),
            people=pairs_of(_lines(given["people"]), "people"),
            stand_in=given["stand_in"],
            batch=given["batch"].strip(),
            make_batches=given["make_batches"],
            utf16=given["utf16"],
        )


def filled_as(found: LabelImport) -> dict[str, Any]:
    """What was said of a file of before, to say the same of the next one."""
    said = Options.from_json(found.options)
    return {
        "format": found.format,
        "store": found.stores[0] if len(found.stores) == 1 else None,
        "annotator": said.annotator,
        "stand_in": said.stand_in,
        "people": "\n".join(f"{name}={user}" for name, user in said.people.items()),
        "labels": "\n".join(said.labels),
        "batch": said.batch,
        "make_batches": said.make_batches,
        "utf16": said.utf16,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
