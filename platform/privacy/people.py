"""Who a request is about, and how each app finds, hands out and erases what it holds of them.

Apps register a `Keeper` when they are ready, from the lowest floor to the highest. Finding goes
upwards, so that a higher app can use the ids a lower one found; erasing goes downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SHOPPER: Final = "shopper"
REVIEW: Final = "review"
EMAIL: Final = "email"
PHONE: Final = "phone"
NAME: Final = "name"
OTHER: Final = "other"

IDENTIFIERS = {
    SHOPPER: _("Number at the shop"),
    REVIEW: _("Number of a review"),
    EMAIL: _("E-mail address"),
    PHONE: _("Phone number"),
    NAME: _("Name of the person"),
    OTHER: _("Anything else, as it was written"),
}
IDENTIFIERS_CHOICES = tuple(IDENTIFIERS)


class CannotCarryOut(Exception):
    """A request cannot be carried out as it is; the message says what to do, and names nobody."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """`kind`: one of IDENTIFIERS. `value`: as the person gave it; never stored in the clear."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found or erased, in the words of the record (English), and how much."""

    place: str
    count: int


@dataclass
class Subject:
    """The person a request is about.

    `stores`: ids. `keys`: ids found so far, by kind of row; keepers add to it and read it.
    `wanted`: for a correction {field: value}; for an objection nothing.
    """

    stores: list[int]
    identifiers: Sequence[Identifier]
    request_id: int = 0
    keys: dict[str, list[int]] = field(default_factory=dict)
    wanted: dict[str, Any] = field(default_factory=dict)
    purposes: list[str] = field(default_factory=list)
    # What keepers tell each other, such as the sources' numbers of the reviews: never stored.
    notes: dict[str, list[str]] = field(default_factory=dict)

    def values(self, *kinds: str) -> list[str]:
        """What was given under `kinds`; without kinds, everything."""
        return [one.value for one in self.identifiers if not kinds or one.kind in kinds]

    def found(self, kind: str) -> list[int]:
        return self.keys.get(kind, [])

    def add(self, kind: str, ids: Iterable[int]) -> None:
        self.keys[kind] = sorted({*self.found(kind), *ids})


Part = tuple[str, Iterable[Mapping[str, Any]]]
"""A file of the archive (its name without an ending) and its records."""


def _nothing(subject: Subject) -> list[Place]:
    return []


def _no_files(subject: Subject) -> list[Path]:
    return []


def _no_parts(subject: Subject) -> list[Part]:
    return []


@dataclass(frozen=True)
class Keeper:
    """One app's answers to the rights of a person. All but `find` and `erase` may be left out.

    `erase` runs in the transaction of the erasure; `erase_files` afterwards, and must be safe to
    run again. `correct`, `restrict` (with True or False) and `object` change rows in a
    transaction and say how many. `foreign_files`: of other stores than the subject's, which the
    last look after an erasure passes over. `tables`: what holds such rows, for emptying after an
    erasure. `actor` is passed to what changes anything.
    """

    name: str
    find: Callable[[Subject], list[Place]]
    erase: Callable[[Any, Subject], list[Place]]
    export: Callable[[Subject], Iterable[Part]] = _no_parts
    erase_files: Callable[[Subject], list[Place]] = _nothing
    foreign_files: Callable[[Subject], Iterable[Path]] = _no_files
    correct: Callable[[Any, Subject], list[Place]] | None = None
    restrict: Callable[[Any, Subject, bool], list[Place]] | None = None
    object: Callable[[Any, Subject], list[Place]] | None = None
    tables: tuple[str, ...] = ()
    rank: int = 0  # found first and erased last, when lower


_keepers: dict[str, Keeper] = {}


def register(keeper: Keeper) -> None:
    _keepers[keeper.name] = keeper


def keepers() -> list[Keeper]:
    """From the lowest floor to the highest."""
    return sorted(_keepers.values(), key=lambda keeper: keeper.rank)
