"""What redaction has to do with a source's reviews: its policy, and its store's lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from privacy.listed_values import value_open
from privacy.redaction.spans import TYPES
from privacy.styles import Style
from reviews.models import DEFAULT_DOUBT_BELOW, ListedValue, RedactionPolicy, Source


class BadPolicy(ValueError):
    """It cannot be read as a policy."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`doubt_below`: spans that score less wait for a look. `lists` changes with the lists."""

    store_id: int
    style: Style = Style.NUMBERED
    kept_types: frozenset[str] = frozenset()
    doubt_below: float = DEFAULT_DOUBT_BELOW
    lists: str = ""

    @property
    def types(self) -> frozenset[str]:
        """The types that are replaced."""
        return TYPES - self.kept_types

    def stamp(self, redactor_version: str) -> str:
        """What a revision made under this policy carries: the version, and the policy's mark.

        The defaults have no mark. Lists and the threshold are not in it: the one is carried into
        stored reviews as soon as it changes, the other changes no text.
        """
        if self.style == Style.NUMBERED and not self.kept_types:
            return redactor_version
        basis = json.dumps([self.style.value, sorted(self.kept_types)])
        return f"{redactor_version}+{hashlib.sha256(basis.encode()).hexdigest()[:6]}"

    def to_json(self) -> dict[str, Any]:
        """For the text service, which then needs no look at the policy itself."""
        return {
            "store": self.store_id,
            "style": self.style.value,
            "kept_types": sorted(self.kept_types),
            "doubt_below": self.doubt_below,
            "lists": self.lists,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Policy:
        """What `to_json` gave. Raises BadPolicy."""
        try:
            return cls(
                store_id=int(value["store"]),
                style=Style(value["style"]),
                kept_types=frozenset(map(str, value["kept_types"])) & TYPES,
                doubt_below=float(value["doubt_below"]),
                lists=str(value["lists"]),
            )
        except (KeyError, TypeError, ValueError):
            raise BadPolicy(
                "store, style, kept_types, doubt_below or lists cannot be read"
            ) from None


def policy_of(source: Source) -> Policy:
    """The policy of `source` as it stands now: two small queries."""
    kept = RedactionPolicy.objects.filter(source=source).first()
    lists = lists_mark(source.store_id)
    if kept is None:
        return Policy(source.store_id, lists=lists)
    return Policy(
        store_id=source.store_id,
        style=Style(kept.style),
        # A type of a later version, after a step back, is none of ours.
        kept_types=frozenset(kept.kept_types) & TYPES,
        doubt_below=kept.doubt_below,
        lists=lists,
    )


def lists_mark(store_id: int) -> str:
    """Another text whenever a value was added to or taken from the lists of the store."""
    found = ListedValue.objects.filter(store=store_id).aggregate(n=Count("id"), newest=Max("id"))
    return f"{found['n']}.{found['newest']}" if found["n"] else ""


def lists_open(store_id: int) -> tuple[frozenset[str], dict[str, str]]:
    """The values that always stay, and those that always go with their types, opened in memory.

    Never to be stored, shown or logged. Raises ListedValueBroken.
    """
    allow: set[str] = set()
    deny: dict[str, str] = {}
    for entry in ListedValue.objects.filter(store=store_id).iterator():
        if entry.kind == ListedValue.Kind.ALLOW:
            allow.add(entry.value)
        else:
            deny[deny_value(entry)] = entry.type
    return frozenset(allow), deny


def deny_value(entry: ListedValue) -> str:
    """Raises ListedValueBroken."""
    return value_open(bytes(entry.sealed_value or b""), row=seal_row(entry))


def seal_row(entry: ListedValue) -> str:
    return f"listed value|{entry.store_id}|{entry.key_hash}"


def listed_values(store_ids: QuerySet | list[int], kind: str) -> QuerySet[ListedValue]:
    """The entries of one kind in these stores, newest first."""
    found = ListedValue.objects.filter(store__in=store_ids, kind=kind)
    return found.select_related("store", "added_by").order_by("-id")
