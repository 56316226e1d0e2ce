"""Why a row of a file did not go in, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

REASONS: dict[str, str] = {
    "no_text": gettext_noop("The row has no text"),
    "too_long": gettext_noop("The row or its text is too long"),
    "encoding": gettext_noop("Bytes that are not UTF-8"),
    "bad_date": gettext_noop("The date cannot be read or cannot be right"),
    "bad_stars": gettext_noop("The stars are no whole number from 1 to 5"),
    "bad_channel": gettext_noop("The channel is none of review, question, ticket and chat"),
    "bad_id": gettext_noop("A number or key is too long or holds control characters"),
    "bad_csv": gettext_noop("The line is no proper CSV"),
    "bad_json": gettext_noop("The line is no JSON object"),
    "duplicate_id": gettext_noop("The same review stands in the file twice"),
}


def reason_words(reason: str) -> str:
    return gettext(REASONS[reason]) if reason in REASONS else reason.replace("_", " ")
