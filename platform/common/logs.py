"""Log lines that never quote an error's own words.

The message of a database error holds the row that failed, that of a parser the text it stood at. A
log needs the type and the place.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from common.words import SafeWords, with_safe_words

_Error = tuple[type[BaseException], BaseException, TracebackType | None]
_LONGEST_CHAIN = 5


class SafeFormatter(logging.Formatter):
    """As `logging.Formatter`, but of an error it gives the frames and types, without the words."""

    def format(self, record: logging.LogRecord) -> str:
        # Whoever formatted this record before may have kept the words.
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.message = _without_words(record.message, error)
            # Celery makes a copy of an error that cannot be pickled, and tells of the first one.
            told = getattr(record, "data", None)
            if isinstance(told, dict) and told.get("exc"):
                record.message = record.message.replace(str(told["exc"]), _shown(error))
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802  # logging's name
        assert isinstance(ei, tuple)  # noqa: S101  # what logging passes
        error = ei[1]
        lines: list[str] = []
        for one in _chain(error):
            lines += [
                f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
                for frame in traceback.extract_tb(one.__traceback__)
            ]
            lines.append(_shown(one))
        return "\n".join(lines)


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error and what led to it, first cause first."""
    found: list[BaseException] = []
    while error is not None and len(found) < _LONGEST_CHAIN:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found[::-1]


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _shown(error: BaseException) -> str:
    return with_safe_words(_name(error), error)


def _without_words(message: str, error: BaseException) -> str:
    for one in _chain(error):
        if isinstance(one, SafeWords):
            continue
        for words in (repr(one), str(one)):
            if words:
                message = message.replace(words, _name(one))
    return message
