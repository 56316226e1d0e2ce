"""Words of the program that people read, in their language.

Jobs store the English word of their kind and stage; a page translates it when it is shown.
"""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, ngettext

KINDS: dict[str, str] = {
    "import_file": gettext_noop("Import of a file"),
    "check_file": gettext_noop("Look at a file before its import"),
    "import_products": gettext_noop("Import of products"),
    "find_duplicates": gettext_noop("Search for near-duplicates"),
    "train": gettext_noop("Training of a model"),
}
STAGES: tuple[str, ...] = (
    gettext_noop("importing"),
    gettext_noop("reading the file"),
    gettext_noop("checking rows"),
    gettext_noop("looking for near-duplicates"),
    gettext_noop("looking for bursts"),
    gettext_noop("preparing"),
    gettext_noop("training"),
    gettext_noop("registering"),
    gettext_noop("redacting"),
    gettext_noop("analysing"),
    gettext_noop("baselines"),
    gettext_noop("exporting"),
)


def kind_words(kind: str) -> str:
    """What a kind of job is called; an unknown one by its own name."""
    return gettext(KINDS[kind]) if kind in KINDS else kind.replace("_", " ")


def stage_words(stage: str) -> str:
    return gettext(stage) if stage in STAGES else stage


def duration_words(seconds: float) -> str:
    """A span of time in the two coarsest words that matter: `3 minutes`, `40 seconds`."""
    whole = max(1, round(seconds))
    if whole < 60:
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    if whole < 3600:
        minutes = round(whole / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, minutes = divmod(round(whole / 60), 60)
    words = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if minutes:
        words += " " + ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return words
