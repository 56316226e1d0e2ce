"""Words of the program that people read, in their language.

Jobs store the English word of their kind and stage; a page translates it when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext

KINDS: dict[str, str] = {
    "import_file": gettext_noop("Import of a file"),
    "check_file": gettext_noop("Look at a file before its import"),
    "import_products": gettext_noop("Import of products"),
    "find_duplicates": gettext_noop("Search for near-duplicates"),
    "train": gettext_noop("Training of a model"),
    "check_labels": gettext_noop("Look through the labels"),
    "learning_curve": gettext_noop("Whether more labels help"),
    "draw_batch": gettext_noop("Drawing of a batch"),
    "person_request": gettext_noop("Request of a person"),
    "verify_audit": gettext_noop("Check of the audit trail"),
    "rotate_keys": gettext_noop("Rotation of keys"),
    "rekey_shoppers": gettext_noop("New key for shoppers' ids"),
    "redact_stored": gettext_noop("Stored reviews redacted again"),
    "source_purposes": gettext_noop("Purposes of stored reviews"),
    "label_studio_check": gettext_noop("Check of a Label Studio server"),
    "label_studio_push": gettext_noop("Sending of a batch to Label Studio"),
    "label_studio_pull": gettext_noop("Answers brought in from Label Studio"),
    "label_studio_backend": gettext_noop("Pre-labels offered to Label Studio"),
    "label_studio_withdraw": gettext_noop("Batch taken back from Label Studio"),
    "apply_listed_values": gettext_noop("Listed values replaced in stored reviews"),
    "weak_labels": gettext_noop("Labels by word lists"),
    "change_label_set": gettext_noop("Change of a label set"),
    "export_labels": gettext_noop("Export of labels"),
    "import_labels": gettext_noop("Import of labels"),
}
STAGES: tuple[str, ...] = (
    gettext_noop("importing"),
    gettext_noop("reading the file"),
    gettext_noop("checking rows"),
    gettext_noop("looking for near-duplicates"),
    gettext_noop("looking for bursts"),
    gettext_noop("preparing"),
    gettext_noop("training"),
    gettext_noop("drawing"),
    gettext_noop("registering"),
    gettext_noop("redacting"),
    gettext_noop("analysing"),
    gettext_noop("baselines"),
    gettext_noop("exporting"),
    gettext_noop("looking a person up"),
    gettext_noop("changing rows"),
    gettext_noop("writing the archive"),
    gettext_noop("removing files"),
    gettext_noop("emptying tables"),
    gettext_noop("looking again"),
    gettext_noop("checking"),
    gettext_noop("sealing anew"),
    gettext_noop("wrapping keys"),
    gettext_noop("hashing anew"),
    gettext_noop("setting purposes"),
    gettext_noop("looking for labels"),
    gettext_noop("labelling by word lists"),
    gettext_noop("writing labels"),
    gettext_noop("storing labels"),
    gettext_noop("sending"),
    gettext_noop("bringing in"),
    gettext_noop("weighing answers"),
    gettext_noop("reading texts"),
    gettext_noop("looking at labels"),
    gettext_noop("learning from parts of the labels"),
    gettext_noop("carrying answers over"),
)
# What a finished job says about itself. Whatever is not here is for programs, not for people.
RESULTS: dict[str, str] = {
    "rows": gettext_noop("rows read"),
    "created": gettext_noop("new"),
    "updated": gettext_noop("updated"),
    "unchanged": gettext_noop("unchanged"),
    "rejected": gettext_noop("refused"),
    "labels": gettext_noop("labels made"),
    "carried": gettext_noop("answers carried over"),
    "relabel": gettext_noop("answers to be given anew"),
    "records": gettext_noop("records written"),
    "marked": gettext_noop("near-duplicates marked"),
    "model": gettext_noop("model version"),
    "looked_at": gettext_noop("labels looked at"),
    "suspects": gettext_noop("labels that look like mistakes"),
    "drawn": gettext_noop("reviews drawn"),
    "sent": gettext_noop("reviews sent"),
    "answers": gettext_noop("answers that are new or changed"),
}


def result_words(result: Mapping[str, Any]) -> list[tuple[str, int | str]]:
    """What came of a job, as people read it: a word and a number or a name each."""
    return [(gettext(words), result[key]) for key, words in RESULTS.items() if key in result]


# Cities whose time zones have a name of their own in Chinese.
CITIES: tuple[str, ...] = (
    gettext_noop("Shanghai"),
    gettext_noop("Hong Kong"),
    gettext_noop("Taipei"),
    gettext_noop("Singapore"),
)


def zone_words(zone: str) -> str:
    """What people call a time zone: by its city."""
    city = zone.rpartition("/")[2].replace("_", " ")
    return gettext(city) if city in CITIES else city


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
