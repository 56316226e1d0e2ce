"""Why a row or a file did not go in, in words for people.

The reading of files tells its complaints in English, and rows keep them so; a page says them in
the reader's language.
"""

from __future__ import annotations

import re
from functools import cache

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
    "erased": gettext_noop("Erased at the request of the person it is about"),
    "duplicate_id": gettext_noop("The same review stands in the file twice"),
    "columns": gettext_noop("The row has more cells than there are columns"),
}
COMPLAINTS: tuple[str, ...] = (
    # of a row
    gettext_noop("the text is empty"),
    gettext_noop("nothing but invisible characters or markup"),
    gettext_noop("bytes that are not UTF-8; save the file as UTF-8"),
    gettext_noop("bytes that are not UTF-8"),
    gettext_noop("%(n)s characters; at most %(most)s are taken"),
    gettext_noop("a line of more than %(size)s MB"),
    gettext_noop("the date lies in the future"),
    gettext_noop("the date lies before %(year)s"),
    gettext_noop("day and month cannot be told apart; write YYYY-MM-DD"),
    gettext_noop("not a date with a year; write YYYY-MM-DD"),
    gettext_noop("not a date; write YYYY-MM-DD"),
    gettext_noop("stars are a whole number from 1 to 5"),
    gettext_noop("the channel is review, question, ticket or chat"),
    gettext_noop("longer than %(most)s characters"),
    gettext_noop("holds control characters or bytes that are not UTF-8"),
    gettext_noop("the same review stands in line %(line)s"),
    gettext_noop("not readable as CSV: %(why)s"),
    gettext_noop("%(cells)s cells for %(columns)s columns; quote the text"),
    gettext_noop("not a JSON object on one line"),
    gettext_noop("not a JSON object"),
    # of a whole file
    gettext_noop("%(file)s: files ending in .csv, .tsv, .jsonl or .ndjson can be read"),
    gettext_noop("%(file)s has no row that can be read"),
    gettext_noop("%(file)s is not a text file in UTF-8; save it as UTF-8"),
    gettext_noop("%(file)s is empty or has no header line"),
    gettext_noop("%(file)s has %(n)s columns; at most %(most)s are read"),
    gettext_noop("%(file)s: the header is not UTF-8; save the file as UTF-8"),
    gettext_noop("%(file)s has the column %(column)s twice; rename one"),
    gettext_noop("The mapping wants column %(column)s for %(field)s; the file has %(columns)s"),
    gettext_noop(
        "No column holds the review's text; the file has %(columns)s. "
        "Name it with the mapping text=COLUMN"
    ),
)


def reason_words(reason: str) -> str:
    return gettext(REASONS[reason]) if reason in REASONS else reason.replace("_", " ")


@cache
def _shape(message: str) -> re.Pattern[str]:
    """What a told complaint looks like whose message is `message`."""
    pieces = re.split(r"%\((\w+)\)s", message)
    return re.compile(
        "".join(
            f"(?P<{piece}>.+)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )


def complaint_words(told: str) -> str:
    """A complaint about a row or a file in the reader's language; an unknown one as it stands."""
    for message in COMPLAINTS:
        found = _shape(message).fullmatch(told)
        if found:
            return gettext(message) % found.groupdict() if found.groupdict() else gettext(message)
    return told
