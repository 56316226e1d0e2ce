"""The frame of a batch: what it is drawn from, as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Store

STARS = (1, 2, 3, 4, 5)


class BadBatch(ValueError):
    """The batch cannot be made; `field` names what is wrong, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Frame:
    """Which reviews a batch is drawn from. Days are of the named time zone, `until` included.

    words: as they are typed into the search of reviews. fresh: without what is in another batch
    already.
    """

    stores: Sequence[Store]
    languages: Sequence[str] = ()
    sources: Sequence[str] = ()
    categories: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    stars: Sequence[int] = ()
    words: str = ""
    fresh: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "stores": [store.key for store in self.stores],
            "languages": list(self.languages),
            "sources": list(self.sources),
            "categories": list(self.categories),
            "stars": list(self.stars),
            "words": self.words,
            "fresh": self.fresh,
            "without": "reviews of the audit sample, default texts and near-duplicates",
        }

    def as_arguments(self) -> dict[str, Any]:
        """As JSON, for a job; `from_arguments` reads it."""
        return self.as_dict() | {
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
        }

    @classmethod
    def from_arguments(cls, given: Mapping[str, Any]) -> Frame:
        """The frame that `as_arguments` wrote down; stores that are gone are left out."""
        return cls(
            stores=list(Store.objects.filter(key__in=given["stores"])),
            languages=given["languages"],
            sources=given["sources"],
            categories=given["categories"],
            since=_day(given["since"]),
            until=_day(given["until"]),
            stars=given["stars"],
            words=given["words"],
            fresh=given["fresh"],
        )

    @property
    def is_cut(self) -> bool:
        """Whether it was chosen by what reviews say or whom they met: no figure is about such a
        choice, so what was drawn from it corrects none."""
        return bool(self.stars or self.words.strip() or self.fresh)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
