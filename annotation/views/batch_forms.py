from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation import batch_wording as wording
from annotation.designs import AGAINST, DRAWN, Design
from annotation.frames import STARS, Frame
from annotation.models import Batch
from annotation.selectors.frames import STRATA
from annotation.selectors.leading import people_who_label
from annotation.selectors.questions import question_names
from annotation.services.batches import Wanted
from annotation.services.changing import Extended
from annotation.services.sampling.stratified import ALLOCATIONS
from reviews.models import ANALYSED_LANGUAGES, Category, Source

_DAY = forms.DateInput({"type": "date", "min": "1990-01-01", "max": "2200-12-31"}, "%Y-%m-%d")


class NamedChoices(forms.ModelMultipleChoiceField):
    """Rows by their name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, User):
            return obj.get_username()
        if isinstance(obj, Source):
            return obj.key
        chinese = (get_language() or "").startswith("zh")
        return str(obj.name_zh if chinese else obj.name_en)


def rows_set(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """What can be chosen in the field `name`: known only once it is known who asks."""
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ModelMultipleChoiceField)  # noqa: S101 - declared so
    chosen.queryset = rows


def _named(label: Any, **more: Any) -> NamedChoices:
    ticks = forms.CheckboxSelectMultiple()
    return NamedChoices(
        label=label, queryset=Store.objects.none(), required=False, widget=ticks, **more
    )


_LANGUAGES = {"zh": _("Chinese"), "en": _("English")}


def _translated(words: dict[str, str], keys: Any) -> list[tuple[str, Any]]:
    return [(key, _(words[key])) for key in keys]


class FrameForm(forms.Form):
    """What is drawn from. What is left empty does not narrow it."""

    stores = _named(_("Stores"))
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        choices=[(code, _LANGUAGES[code]) for code in ANALYSED_LANGUAGES],
    )
    categories = _named(_("Categories"))
    sources = _named(_("Sources"))
    since = forms.DateField(label=_("From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("To"), required=False, widget=_DAY)
    stars = forms.TypedMultipleChoiceField(
        label=_("Stars"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(),
        choices=[(n, n) for n in STARS],
    )
    words = forms.CharField(
        label=_("Search words"),
        required=False,
        max_length=200,
        help_text=_('All of them: battery life, "lid leaks", -refund'),
    )
    fresh = forms.BooleanField(
        label=_("Leave out what is in another batch already"), required=False
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.stores_seen = stores_for(person)
        rows_set(self, "stores", self.stores_seen)
        sources = Source.objects.filter(store__in=self.stores_seen).order_by("key")
        rows_set(self, "sources", sources)
        rows_set(self, "categories", Category.objects.order_by("key"))

    def frame(self) -> Frame:
        said = self.cleaned_data
        return Frame(
            stores=list(said["stores"]) or list(self.stores_seen),
            languages=said["languages"],
            sources=[one.key for one in said["sources"]],
            categories=[one.key for one in said["categories"]],
            since=said["since"],
            until=said["until"],
            stars=said["stars"],
            words=said["words"],
            fresh=said["fresh"],
        )


class BatchForm(FrameForm):
    """A new batch: what it is drawn from, how, and how it is worked on."""

    name = forms.CharField(label=_("Name"), max_length=120)
    design = forms.ChoiceField(
        label=_("How they are drawn"),
        choices=_translated(wording.DESIGNS, DRAWN),
        initial="uniform",
        widget=forms.RadioSelect(),
    )
    strata = forms.ChoiceField(
        label=_("Groups by"), required=False, choices=_translated(wording.STRATA, STRATA)
    )
    allocation = forms.ChoiceField(
        label=_("Share of a group"),
        required=False,
        choices=_translated(wording.ALLOCATIONS, ALLOCATIONS),
    )
    question = forms.ChoiceField(
        label=_("About"),
        required=False,
        choices=lambda: [("", gettext("all questions")), *question_names()],
    )
    explored = forms.IntegerField(
        label=_("Drawn at random, %"),
        required=False,
        min_value=0,
        max_value=100,
        initial=20,
        help_text=_("At 0 the batch may not correct an index."),
    )
    any_words = forms.CharField(
        label=_("Words or phrases"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line; a review with any of them may be drawn."),
    )
    against = forms.ChoiceField(
        label=_("Between"), required=False, choices=_translated(wording.AGAINST, AGAINST)
    )
    size = forms.IntegerField(
        label=_("Number of reviews"), min_value=1, max_value=1_000_000, initial=200
    )
    overlap = forms.IntegerField(label=_("People a review"), min_value=1, max_value=10, initial=1)
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=-100,
        max_value=100,
        initial=0,
        help_text=_("Higher comes first."),
    )
    due_on = forms.DateField(label=_("Due on"), required=False, widget=_DAY)
    gold = forms.IntegerField(
        label=_("Hidden gold, %"),
        min_value=0,
        max_value=50,
        initial=0,
        help_text=_("Of what each person gets."),
    )
    all_mentions = forms.BooleanField(
        label=_("Praise and complaints are marked, too"), required=False
    )
    shows_answers = forms.BooleanField(
        label=_("Show the model's answers beforehand"), required=False
    )
    annotators = _named(_("Only for"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        rows_set(self, "annotators", people_who_label(self.stores_seen))

    def chosen_design(self) -> Design:
        said = self.cleaned_data
        explored = said["explored"]
        return Design(
            name=said["design"],
            strata=said["strata"] or "language",
            allocation=said["allocation"] or "proportional",
            question=said["question"],
            explored=0.2 if explored is None else explored / 100,
            words=[one.strip() for one in said["any_words"].splitlines() if one.strip()],
            against=said["against"] or "lexicon",
        )

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(
            overlap=said["overlap"],
            priority=said["priority"],
            due_on=said["due_on"],
            all_mentions=said["all_mentions"],
            shows_answers=said["shows_answers"],
            gold_rate=said["gold"] / 100,
            annotators=list(said["annotators"]),
        )


class ExtendForm(forms.Form):
    """What of an existing batch may be another."""

    overlap = forms.IntegerField(label=_("People a review"), min_value=1, max_value=10)
    priority = forms.IntegerField(label=_("Priority"), min_value=-100, max_value=100)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=_DAY)
    gold = forms.IntegerField(label=_("Hidden gold, %"), min_value=0, max_value=50)
    annotators = _named(_("Only for"))

    def __init__(self, data: Any, *, person: User, batch: Batch) -> None:
        initial = {
            "overlap": batch.overlap,
            "priority": batch.priority,
            "due_on": batch.due_on,
            "gold": round(100 * batch.gold_rate),
            "annotators": _keys(batch.annotators.all()),
        }
        super().__init__(data, initial=initial, label_suffix="")
        chosen = self.fields["annotators"]
        assert isinstance(chosen, NamedChoices)  # noqa: S101 - declared above
        may = people_who_label(stores_for(person))
        chosen.queryset = (may | batch.annotators.all().distinct()).distinct()

    def wanted(self) -> Extended:
        said = self.cleaned_data
        return Extended(
            overlap=said["overlap"],
            priority=said["priority"],
            due_on=said["due_on"],
            gold_rate=said["gold"] / 100,
            annotators=list(said["annotators"]),
        )


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


class RateForm(forms.Form):
    """The rate of the audit sample, in per cent."""

    rate = forms.FloatField(label=_("From tomorrow on, %"), min_value=0, max_value=100)
