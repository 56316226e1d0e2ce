"""What can be wrong with a row, and with a file as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rejection(Exception):
    """A row cannot go in: which field, a stable reason, and what to do about it."""

    field: str
    reason: str
    detail: str

    def __reduce__(self) -> tuple[type[Rejection], tuple[str, str, str]]:
        # As an exception it would be filled in after it was made, which frozen ones refuse.
        return Rejection, (self.field, self.reason, self.detail)


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of a file: `line` counts from 1; `values` is empty when `problem` says why.

    `raw` is then the text as it stands in the file, as far as it is kept (4,000 characters).
    """

    line: int
    values: dict[str, str]
    problem: Rejection | None = None
    raw: str = ""


LONGEST_RAW = 4_000  # characters of a line that could not be split into cells
MOST_COLUMNS = 1_000
LONGEST_CELL = 50_000  # characters; what follows is cut, and such a text is refused by its length
