"""Why long work of this app ended: kept in English, said in the reader's language on pages."""

from __future__ import annotations

from django.utils.translation import gettext_noop

COMPLAINTS: tuple[str, ...] = (
    gettext_noop(
        "the key store has no key for the newest rows of %(column)s: put it back from its copy; "
        "nothing was destroyed"
    ),
    gettext_noop(
        "the key of %(row)s is not in the key store, and nobody destroyed it: put the key store "
        "back from its copy; nothing was destroyed"
    ),
)
