"""The record of processing (GDPR Art. 30, PIPL Art. 55 and 56), generated from the code.

Each app says of every field of its models what kind of data it is, and of every model what it is
for and how long it is kept. A test fails when a field has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of data a field holds, from the point of view of the person it is about."""

    NONE = "none"  # about things, settings and the work itself
    LINK = "link"  # the number of another row
    PSEUDONYM = "pseudonym"  # stands for a person, who cannot be told from it without a key
    REDACTED = "redacted"  # what a shopper wrote, personal data replaced
    SEALED = "sealed"  # personal data, encrypted
    BEHAVIOUR = "behaviour"  # what a shopper did or said, as a value: stars, an answer, a date
    STAFF = "staff"  # about the people who work here
    SECRET = "secret"  # noqa: S105  # hashes of secrets


OF_SHOPPERS = frozenset({Kind.PSEUDONYM, Kind.REDACTED, Kind.SEALED, Kind.BEHAVIOUR})


@dataclass(frozen=True)
class Held:
    """One model. `kept`: a class of `privacy.retention`, or words such as "with the review".

    `fields`: names by kind, divided by spaces.
    """

    model: str
    purpose: str
    kept: str
    fields: Mapping[Kind, str]

    def kinds(self) -> dict[str, Kind]:
        """The kind of each field. Raises ValueError when one is named twice."""
        found: dict[str, Kind] = {}
        for kind, names in self.fields.items():
            for name in names.split():
                if name in found:
                    raise ValueError(f"{self.model}.{name} is of two kinds")
                found[name] = kind
        return found


_held: dict[str, Held] = {}


def register(*rows: Held) -> None:
    for row in rows:
        _held[row.model.lower()] = row


def held(model: str) -> Held | None:
    """What is said of `app.model`, in any case."""
    return _held.get(model.lower())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record."""

    model: str
    field: str
    kind: Kind
    purpose: str
    kept: str


def record() -> Iterator[Line]:
    """Every field that is registered, model by model in the order of their names."""
    for name in sorted(_held):
        row = _held[name]
        for field, kind in row.kinds().items():
            yield Line(row.model, field, kind, row.purpose, row.kept)
