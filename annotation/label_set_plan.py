"""What a change of a question's choices comes to: the new set, and where each old answer goes.

Pure rules; nothing here knows the database. A choice's key stays the same for good and is never
given to another meaning, so that an answer, a model or a file of any age can be read by its keys.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from taxonomy.questions import SAYS_NOTHING

SAME, RENAMED, POLARITY, MERGED, SPLIT, RETIRED, ADDED = (
    "same",
    "renamed",
    "polarity",
    "merged",
    "split",
    "retired",
    "added",
)
KINDS = (SAME, RENAMED, POLARITY, MERGED, SPLIT, RETIRED, ADDED)
RELABEL = "relabel"  # the rule for answers that a person has to give anew
OPS = ("add", "rename", "polarity", "merge", "split", "retire")
MOST_CHOICES = 6  # so many keys the labelling page has for a question
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DEMAND = "product_demand"
_LONGEST_NAME = 120


class BadChange(ValueError):
    """The change cannot be made: `field` says where it stands, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    name_en: str
    name_zh: str
    polarity: int


@dataclass(frozen=True, slots=True)
class Route:
    """From an old choice to a new one. `people`: the answers of people go this way; `models`:
    what models trained on the old set answer does. At most one route of a choice has each.

    `before` is empty for a choice that is added, `after` for answers that go nowhere.
    """

    before: str
    after: str
    kind: str
    people: bool = True
    models: bool = True


@dataclass(slots=True)
class Plan:
    choices: list[Choice]
    routes: list[Route] = field(default_factory=list)

    def target(self, key: str, whose: str) -> str | None:
        """Where answers of `key` go; `whose` is people or models. None: nowhere by itself."""
        for route in self.routes:
            if route.before == key and route.after and getattr(route, whose):
                return route.after
        return None


def plan(
    question: str,
    now: Sequence[Choice],
    changes: Sequence[Mapping[str, Any]],
    used: Collection[str],
) -> Plan:
    """The set after `changes`, all of which are said of the set `now`.

    used: every key the question has ever had. Raises BadChange, whose field is `changes[n]`.
    """
    if not changes:
        raise BadChange("changes", _("Say what is to change: the list is empty."))
    made = _Making(question, {one.key: one for one in now}, set(used))
    for number, change in enumerate(changes):
        made.at = f"changes[{number}]"
        made.apply(change)
    return made.finish()


class _Making:
    """A set on its way: choices in their order, and what became of each old one."""

    def __init__(self, question: str, before: dict[str, Choice], used: set[str]) -> None:
        self.question = question
        self.before = before
        self.used = used | before.keys()
        self.at = "changes"
        self.after: dict[str, Choice] = dict(before)
        self.routes: dict[str, list[Route]] = {}
        self.added: list[str] = []

    def apply(self, change: Mapping[str, Any]) -> None:
        if not isinstance(change, Mapping) or change.get("op") not in OPS:
            raise self.bad(_("“op” must be one of %(known)s.") % {"known": ", ".join(OPS)})
        op = str(change["op"])
        known = {"op", *_FIELDS[op]}
        if unknown := sorted(set(change) - known):
            raise self.bad(
                _("“%(field)s” means nothing here; “%(op)s” takes %(known)s.")
                % {"field": unknown[0], "op": op, "known": ", ".join(_FIELDS[op])}
            )
        if self.question == _DEMAND and op not in {"rename", "polarity"}:
            raise self.bad(
                _(
                    "The answer to product_demand follows from the kinds of mention that people "
                    "mark, so its choices can be renamed or change polarity, and nothing else."
                )
            )
        getattr(self, f"_{op}")(change)

    def bad(self, message: str) -> BadChange:
        return BadChange(self.at, message)

    def _add(self, change: Mapping[str, Any]) -> None:
        fresh = self._fresh(change)
        self.after[fresh.key] = fresh
        self.added.append(fresh.key)

    def _rename(self, change: Mapping[str, Any]) -> None:
        old = self._old(change.get("choice"))
        shown = self.after.get(old.key, old)
        names: dict[str, Any] = {
            name: self._name(change[name], name)
            for name in ("name_en", "name_zh")
            if change.get(name) is not None
        }
        if not names or all(getattr(shown, name) == text for name, text in names.items()):
            raise self.bad(_("Give a new name_en, a new name_zh, or both."))
        self._adjust(old, RENAMED, replace(shown, **names))

    def _polarity(self, change: Mapping[str, Any]) -> None:
        old = self._old(change.get("choice"))
        shown = self.after.get(old.key, old)
        polarity = self._sign(change.get("polarity"))
        if polarity == shown.polarity:
            raise self.bad(_("“%(choice)s” has this polarity already.") % {"choice": old.key})
        self._adjust(old, POLARITY, replace(shown, polarity=polarity))

    def _adjust(self, old: Choice, kind: str, fresh: Choice) -> None:
        """A choice that stays what it is, with another name or polarity; both may change."""
        before = self.routes.get(old.key, [])
        if before and before[0].kind not in {RENAMED, POLARITY}:
            raise self._twice(old.key)
        # Of both kinds the one that moves the index is what people have to know.
        kinds = {kind, *(route.kind for route in before)}
        self.routes[old.key] = [Route(old.key, old.key, POLARITY if POLARITY in kinds else RENAMED)]
        self.after[old.key] = fresh

    def _merge(self, change: Mapping[str, Any]) -> None:
        keys = change.get("choices")
        listed = list(keys) if isinstance(keys, list | tuple) else []
        if len({key for key in listed if isinstance(key, str)}) < 2:
            raise self.bad(_("“choices” must list two choices or more."))
        old = [self._leaving(key) for key in listed]
        into = change.get("into")
        if not isinstance(into, Mapping):
            raise self.bad(_("“into” must be a choice: key, name_en, name_zh, polarity."))
        fresh = self._fresh(into, allowed=[one.key for one in old])
        self._replace(old, [fresh])
        for one in old:
            self.routes[one.key] = [Route(one.key, fresh.key, MERGED)]

    def _split(self, change: Mapping[str, Any]) -> None:
        old = self._leaving(change.get("choice"))
        parts = change.get("into")
        if not isinstance(parts, Sequence) or isinstance(parts, str) or len(parts) < 2:
            raise self.bad(_("“into” must list two choices or more."))
        fresh = []
        for part in parts:
            if not isinstance(part, Mapping):
                raise self.bad(_("“into” must be a choice: key, name_en, name_zh, polarity."))
            fresh.append(self._fresh(part))
            self.used.add(fresh[-1].key)
        self._replace([old], fresh)
        people, models = self._rules(change, [one.key for one in fresh])
        self.routes[old.key] = [
            Route(old.key, one.key, SPLIT, people=one.key == people, models=one.key == models)
            for one in fresh
        ]

    def _retire(self, change: Mapping[str, Any]) -> None:
        old = self._leaving(change.get("choice"))
        del self.after[old.key]
        left = [key for key in self.before if key != old.key]
        people, models = self._rules(change, left)
        self.routes[old.key] = [
            Route(old.key, after, RETIRED, people=after == people, models=after == models)
            for after in dict.fromkeys(key for key in (people, models) if key)
        ] or [Route(old.key, "", RETIRED, people=False, models=False)]

    def _rules(
        self, change: Mapping[str, Any], among: Sequence[str]
    ) -> tuple[str | None, str | None]:
        """Where the answers of people and of models go: one of `among`, or nowhere."""
        found: list[str | None] = []
        for name in ("people", "models"):
            rule = change.get(name, RELABEL if name == "people" else None)
            if rule in (None, "", RELABEL):
                found.append(None)
            elif rule in among:
                found.append(str(rule))
            else:
                raise self.bad(
                    _("“%(field)s” must be one of %(known)s, or be left out.")
                    % {"field": name, "known": ", ".join(among)}
                )
        return found[0], found[1]

    def _old(self, key: Any) -> Choice:
        if not isinstance(key, str) or key not in self.before:
            raise self.bad(
                _("There is no choice “%(choice)s”; there are %(known)s.")
                % {"choice": key, "known": ", ".join(self.before)}
            )
        return self.before[key]

    def _leaving(self, key: Any) -> Choice:
        """An old choice that is about to go, and that nothing else was said of."""
        old = self._old(key)
        if old.key in self.routes:
            raise self._twice(old.key)
        if old.key == SAYS_NOTHING:
            raise self.bad(
                _(
                    "“none” stands for reviews that say nothing of it: shares are worked out from "
                    "all the others, so it can be renamed, and nothing else."
                )
            )
        return old

    def _twice(self, key: str) -> BadChange:
        return self.bad(
            _("“%(choice)s” is changed twice; make the second change afterwards.") % {"choice": key}
        )

    def _fresh(self, given: Mapping[str, Any], allowed: Collection[str] = ()) -> Choice:
        key = given.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise self.bad(
                _("A key is 1 to 40 small letters, digits and _, and begins with a letter.")
            )
        if key in self.used and key not in allowed:
            raise self.bad(
                _(
                    "“%(key)s” is or was the key of another choice; old answers and models use it, "
                    "so take another key."
                )
                % {"key": key}
            )
        self.used.add(key)
        return Choice(
            key,
            self._name(given.get("name_en"), "name_en"),
            self._name(given.get("name_zh"), "name_zh"),
            self._sign(given.get("polarity")),
        )

    def _name(self, given: Any, name: str) -> str:
        text = given.strip() if isinstance(given, str) else ""
        storable = not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text)
        if not text or len(text) > _LONGEST_NAME or not storable:
            raise self.bad(
                _("“%(field)s” must have 1 to %(most)s characters.")
                % {"field": name, "most": _LONGEST_NAME}
            )
        return text

    def _sign(self, given: Any) -> int:
        if isinstance(given, bool) or given not in (-1, 0, 1):
            raise self.bad(_("The polarity is 1, 0 or -1."))
        return int(given)

    def _replace(self, old: Sequence[Choice], fresh: Sequence[Choice]) -> None:
        """`fresh` where the first of `old` stood; the others go."""
        gone = {one.key for one in old}
        after: dict[str, Choice] = {}
        for key, choice in self.after.items():
            if key == old[0].key:
                after |= {one.key: one for one in fresh}
            elif key not in gone:
                after[key] = choice
        self.after = after

    def finish(self) -> Plan:
        self.at = "changes"
        routes = [
            route for key in self.before for route in self.routes.get(key, [Route(key, key, SAME)])
        ]
        for route in routes:
            if route.after and route.after not in self.after:
                raise self.bad(
                    _("“%(choice)s” goes to “%(key)s”, which goes as well.")
                    % {"choice": route.before, "key": route.after}
                )
        if not 2 <= len(self.after) <= MOST_CHOICES:
            raise self.bad(
                _("A question has 2 to %(most)s choices; this would leave %(n)s.")
                % {"most": MOST_CHOICES, "n": len(self.after)}
            )
        for name in ("name_en", "name_zh"):
            names = [getattr(one, name).casefold() for one in self.after.values()]
            if len(set(names)) < len(names):
                raise self.bad(_("Two choices would have the same “%(field)s”.") % {"field": name})
        return Plan(
            list(self.after.values()),
            routes + [Route("", key, ADDED, people=False, models=False) for key in self.added],
        )


_CHOICE = ("key", "name_en", "name_zh", "polarity")
_FIELDS: dict[str, tuple[str, ...]] = {
    "add": _CHOICE,
    "rename": ("choice", "name_en", "name_zh"),
    "polarity": ("choice", "polarity"),
    "merge": ("choices", "into"),
    "split": ("choice", "into", "people", "models"),
    "retire": ("choice", "people", "models"),
}
