"""What may be said of an error where nobody may read what it quotes."""

from __future__ import annotations

import os


class SafeWords:
    """For an error whose own words are types and places only, so that anybody may read them."""


def place_of(error: BaseException) -> str:
    """The type of `error` and the file, line and function that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        where = f" in {os.path.basename(code.co_filename)}:{trace.tb_lineno} ({code.co_name})"
    return f"{type(error).__name__}{where}"


def with_safe_words(name: str, error: BaseException) -> str:
    """`name`, with the words of `error` where they quote nothing."""
    return f"{name}: {error}" if isinstance(error, SafeWords) else name
