"""What went wrong, in the reader's language.

Jobs and the reading of files keep their complaints in English: they are written down by processes
that have no reader. A page finds out which known complaint one is by its shape, and says it in
the reader's words. Each app tells the complaints it can make when it is ready.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext, gettext_noop

_known: dict[str, None] = {
    gettext_noop("Stopped after %(n)s tries: its worker died each time."): None,
    gettext_noop("cancelled"): None,
}
# An unexpected error is kept as its type and place, see `common.runner`.
_UNEXPECTED = re.compile(r"[A-Z]\w*(?: in \S+:\d+ \(\S+\))?")


def register(messages: Iterable[str]) -> None:
    """`messages` as gettext has them, with their parameters as `%(name)s`."""
    _known.update(dict.fromkeys(messages))


def complaint_words(told: str) -> str:
    """A complaint in the reader's language; an unknown one as it stands."""
    for message in _known:
        found = _shape(message).fullmatch(told)
        if found:
            return gettext(message) % found.groupdict() if found.groupdict() else gettext(message)
    if _UNEXPECTED.fullmatch(told):
        return gettext(
            "An error in the program (%(error)s). Your administrator finds more in the log."
        ) % {"error": told}
    return told


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
