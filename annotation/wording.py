"""Kinds of mention and batches, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from annotation.models import Batch, SamplingDesign

KINDS: dict[str, str] = {
    "praise": gettext_noop("praise"),
    "issue": gettext_noop("complaint"),
    "add": gettext_noop("wish to add"),
    "improve": gettext_noop("wish to improve"),
    "remove": gettext_noop("wish to remove"),
    "keep": gettext_noop("wish to keep"),
}
RELABEL = "relabel "  # how the names of batches begin that are labelled again


def batch_words(batch: Batch) -> str:
    """What a batch is called: those that Verbatim makes itself have a name in every language."""
    if batch.design == SamplingDesign.AUDIT:
        return gettext("Audit sample")
    if batch.name.startswith(RELABEL):
        return gettext("Label again: %(what)s") % {"what": batch.name.removeprefix(RELABEL)}
    return batch.name


def kind_words(kind: str) -> str:
    return gettext(KINDS[kind]) if kind in KINDS else kind
