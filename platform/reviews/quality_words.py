"""Names of what the data-quality page counts, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MEASURES: dict[str, Promise] = {
    "product": pgettext_lazy("missing", "no product"),
    "category": pgettext_lazy("missing", "no category"),
    "date": pgettext_lazy("missing", "no date"),
    "stars": pgettext_lazy("missing", "no stars"),
    "shopper": pgettext_lazy("missing", "no author"),
    "duplicate": _("near-duplicates"),
    "default_text": _("default texts"),
    "spam": _("advertisements"),
    "language": _("other languages"),
    "incentivised": _("paid for"),
    "low_information": _("low information"),
    "burst": _("in a burst"),
    "follow_up": _("with a follow-up"),
    "zh-Hans": _("Simplified Chinese"),
    "zh-Hant": _("Traditional Chinese"),
    "en": _("English"),
    "mixed": _("Chinese and English mixed"),
    "other": _("other languages"),
    "redacted": _("with personal data replaced"),
    "refused": _("rows refused"),
}
HELP: dict[str, Promise] = {
    "duplicate": _("The same words about the same product; they count once, as the first of them."),
    "default_text": _("Written by the platform, not by a shopper; left out of figures."),
    "spam": _("Bait for something else, with a way to reach somebody; left out of figures."),
    "language": _("Neither Chinese nor English; left out of figures."),
    "incentivised": _("Say that they were paid for; in the figures, which can leave them out."),
    "low_information": _("Name nothing but praise or blame; in the figures."),
    "burst": _("Written on a day with far more reviews of the product than usual; in the figures."),
    "follow_up": _("Have what the shopper added later joined to them."),
}


def measure_words(name: str) -> str:
    return str(MEASURES.get(name, name))


def measure_help(name: str) -> str:
    return str(HELP.get(name, ""))
