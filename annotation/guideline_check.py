"""Whether a guideline in two languages can be published, and what differs from the one before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.guideline_text import BadGuideline, Clause, clauses
from taxonomy.mentions import FLAGS, KINDS, SCOPES

GENERAL = "general"
ALWAYS_KNOWN = frozenset(
    {GENERAL, "skip"}
    | {f"mentions:{kind}" for kind in KINDS}
    | {f"scope:{scope}" for scope in SCOPES}
    | {f"flags:{flag}" for flag in FLAGS}
)
_PARTS = ("section", "title", "about", "body")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be published: `language` is en or zh, `line` counts from 1."""

    language: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that is not as before. `kind`: added, removed or changed. `parts`: what changed, by
    language, as `en:body`. `about`: what it is or was about."""

    id: str
    kind: str
    title_en: str
    title_zh: str
    parts: tuple[str, ...]
    about: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def problems(english: str, chinese: str, known: Collection[str]) -> list[Problem]:
    """All that stands in the way of publishing; empty where nothing does.

    known: what a clause may be about, as "question:choice", besides what always is.
    """
    found: list[Problem] = []
    read: dict[str, tuple[Clause, ...]] = {}
    for language, text in (("en", english), ("zh", chinese)):
        try:
            read[language] = clauses(text)
        except BadGuideline as bad:
            found.append(Problem(language, bad.line, _structure(text, bad)))
            continue
        if not read[language]:
            found.append(Problem(language, 1, _("There is no clause: begin one with “### ”.")))
        for one in read[language]:
            found += [Problem(language, line, told) for line, told in _clause(one, known)]
    if len(read) == 2 and not found:
        found += _apart(read["en"], read["zh"])
    return sorted(found, key=lambda one: (one.line, one.language))


def _structure(text: str, bad: BadGuideline) -> str:
    lines = text.split("\n")
    heading = lines[bad.line - 1].removeprefix("### ").strip() if bad.line <= len(lines) else ""
    if "two clauses" in str(bad):
        return _("“%(heading)s”: another clause has this name already.") % {"heading": heading}
    return _("“%(heading)s”: the line below must name the clause, as `some-name`.") % {
        "heading": heading
    }


def _clause(one: Clause, known: Collection[str]) -> list[tuple[int, str]]:
    found = []
    if not one.title:
        found.append((one.line, _("A clause needs a title after “### ”.")))
    if not one.section:
        found.append((one.line, _("“%(id)s” stands in no section (“## ”).") % {"id": one.id}))
    if not one.body:
        found.append((one.line, _("“%(id)s” has no words.") % {"id": one.id}))
    for about in one.about:
        if about not in known and about not in ALWAYS_KNOWN:
            found.append(
                (
                    one.line,
                    _("“%(id)s” is about “%(about)s”, which is no answer, mention or flag.")
                    % {"id": one.id, "about": about},
                )
            )
    if not one.about:
        found.append(
            (one.line, _("“%(id)s”: say after its name what it is about.") % {"id": one.id})
        )
    return found


def _apart(english: tuple[Clause, ...], chinese: tuple[Clause, ...]) -> list[Problem]:
    """Clauses that one language has and the other has not, or has about something else."""
    found = []
    there = {one.id: one for one in chinese}
    here = {one.id: one for one in english}
    for one in english:
        other = there.get(one.id)
        if other is None:
            found.append(
                Problem("en", one.line, _("“%(id)s” is not in the Chinese text.") % {"id": one.id})
            )
        elif other.about != one.about:
            found.append(
                Problem(
                    "zh",
                    other.line,
                    _("“%(id)s” is about something else in English.") % {"id": one.id},
                )
            )
    found += [
        Problem("zh", one.line, _("“%(id)s” is not in the English text.") % {"id": one.id})
        for one in chinese
        if one.id not in here
    ]
    return found


def differences(before: tuple[str, str], after: tuple[str, str]) -> list[Difference]:
    """Clause by clause, in the order of the new text, then those that are gone.

    Both are (English, Chinese). Raises BadGuideline.
    """
    old = [{one.id: one for one in clauses(text)} for text in before]
    new = [{one.id: one for one in clauses(text)} for text in after]
    order = [*new[0], *(key for key in new[1] if key not in new[0])]
    order += [key for key in old[0] if key not in order]
    found = []
    for key in order:
        was, now = [one.get(key) for one in old], [one.get(key) for one in new]
        parts = tuple(
            f"{language}:{part}"
            for language, mine, theirs in zip(("en", "zh"), was, now, strict=True)
            for part in _PARTS
            if mine and theirs and getattr(mine, part) != getattr(theirs, part)
        )
        kind = "added" if not any(was) else "removed" if not any(now) else "changed"
        if kind == "changed" and not parts:
            continue
        about = [about for one in (*was, *now) if one for about in one.about]
        english, chinese = now[0] or was[0], now[1] or was[1]
        found.append(
            Difference(
                key,
                kind,
                english.title if english else "",
                chinese.title if chinese else "",
                parts,
                tuple(dict.fromkeys(about)),
            )
        )
    return found
