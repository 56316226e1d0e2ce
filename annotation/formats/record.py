"""What every format is read into and written from: one person's work on one review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A span in code points of the record's text, end exclusive."""

    start: int
    end: int
    kind: str
    scope: str = "product"
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the review came to be labelled; `probability` None where it is not known."""

    batch: str
    design: str = ""
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who labelled: a stable id, and the name and address where the file tells them.

    session: the name is that of a session, with the name of a data set before the person's.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    session: bool = False

    @property
    def called(self) -> str:
        """What the file calls them first: the key by which rows of one person are joined."""
        return self.id or self.name or self.email


@dataclass(frozen=True, slots=True)
class Found:
    """Where the review is: our number, or the store, source and number the shop knows it by."""

    review: int | None = None
    store: str = ""
    source: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the champion says of a text; no label, and never read back as one."""

    model: str
    answers: Mapping[str, tuple[str, float]]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What the answers of all come to; `how`: decided (by a lead), majority or single."""

    choice: str
    how: str


@dataclass(frozen=True, slots=True)
class Record:
    """One person's answers, mentions, flags and comment about one review, or their skip.

    answers: choice key by question key. versions: of the questions, where the file tells them.
    marks None: the row says nothing about mentions; empty: looked, none found. skip: a reason, ""
    for an answer. seconds: time spent. at: when it was given. origin: how it came to us first
    (`page`, `starter`, ...). lines: of the file, first 1. gold: asked to see how people answer, its
    right answer being known. settled: by question what everybody's answers come to; written, and
    never read back. about: the questions that a skip is about; empty: the whole review.
    """

    text: str
    person: Person = Person()
    found: Found = Found()
    language: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[Mark, ...] | None = None
    flags: tuple[str, ...] = ()
    comment: str = ""
    skip: str = ""
    seconds: float | None = None
    guideline: int | None = None
    at: datetime | None = None
    drawn: Drawn | None = None
    origin: str = ""
    said: Said | None = None
    lines: tuple[int, ...] = ()
    gold: bool = False
    settled: Mapping[str, Settled] = field(default_factory=dict)
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line, or a piece of it, that cannot be mapped.

    reason: a key of `annotation.transfer_words.REASONS`. detail: a label or a name from the file;
    redact it before it is stored or shown. refused: whether its row is left out for it; else only
    the piece is.
    """

    line: int
    reason: str
    detail: str = ""
    refused: bool = True


class Unmapped(Exception):
    """Raised inside a reader for a row that has to be left out."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class UnreadableLabels(Exception):
    """The file as a whole cannot be read; the message is for people, and quotes none of it."""
