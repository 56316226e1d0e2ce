"""Label sets and their changes, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, pgettext

OPS: dict[str, str] = {
    "add": gettext_noop("Add an answer"),
    "rename": gettext_noop("Rename an answer"),
    "polarity": gettext_noop("Change what an answer counts"),
    "merge": gettext_noop("Merge answers"),
    "split": gettext_noop("Split an answer"),
    "retire": gettext_noop("Retire an answer"),
}
KINDS: dict[str, str] = {
    "same": gettext_noop("stays"),
    "renamed": gettext_noop("has another name"),
    "polarity": gettext_noop("counts otherwise"),
    "merged": gettext_noop("is merged"),
    "split": gettext_noop("is split"),
    "retired": gettext_noop("is retired"),
    "added": gettext_noop("is new"),
}
SOURCES: dict[str, str] = {
    "page": gettext_noop("on the labelling page"),
    "label_studio": gettext_noop("in Label Studio"),
    "file": gettext_noop("from files"),
    "starter": gettext_noop("starter labels"),
}
# What a change made by a worker may be refused for: kept in English, said in the reader's language.
COMPLAINTS: tuple[str, ...] = (
    gettext_noop("The numbers have changed since you looked. Look at them again."),
    gettext_noop("Another change is being made. Wait for it, then look again."),
)
_IN_ENGLISH = {
    "section": gettext_noop("section in English"),
    "title": gettext_noop("heading in English"),
    "about": gettext_noop("what it is about, in English"),
    "body": gettext_noop("words in English"),
}
_IN_CHINESE = {
    "section": gettext_noop("section in Chinese"),
    "title": gettext_noop("heading in Chinese"),
    "about": gettext_noop("what it is about, in Chinese"),
    "body": gettext_noop("words in Chinese"),
}
SIGNS = {1: "+", 0: "0", -1: "−"}


def op_words(op: str) -> str:
    return gettext(OPS[op]) if op in OPS else op


def kind_of_route(kind: str) -> str:
    return gettext(KINDS[kind]) if kind in KINDS else kind


def source_words(source: str) -> str:
    return gettext(SOURCES[source]) if source in SOURCES else source


def _listed(words: Iterable[str]) -> str:
    return pgettext("list", ", ").join(words)


def change_words(change: Mapping[str, Any]) -> str:
    """One change in a line, with the keys of its choices."""
    op = str(change.get("op", ""))
    said: dict[str, Any] = {"choice": change.get("choice", "")}
    if op == "add":
        return gettext("Add “%(key)s”") % change
    if op == "rename":
        names = " / ".join(str(change[key]) for key in ("name_en", "name_zh") if key in change)
        return gettext("Rename “%(choice)s” to “%(names)s”") % {**said, "names": names}
    if op == "polarity":
        said["sign"] = SIGNS.get(change["polarity"], "")
        return gettext("“%(choice)s” counts as %(sign)s") % said
    if op == "merge":
        said = {"choices": _listed(change["choices"]), "key": change["into"]["key"]}
        return gettext("Merge %(choices)s into “%(key)s”") % said
    if op == "split":
        said["parts"] = _listed(part["key"] for part in change["into"])
        return gettext("Split “%(choice)s” into %(parts)s") % said
    return gettext("Retire “%(choice)s”") % said


def part_words(part: str) -> str:
    """What of a clause changed, of `guideline_check.Difference.parts`, such as `en:body`."""
    language, _colon, what = part.partition(":")
    said = _IN_ENGLISH if language == "en" else _IN_CHINESE
    return gettext(said[what]) if what in said else part
