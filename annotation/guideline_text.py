"""The guideline as text and as clauses: what people read, and what is shown beside a choice.

A clause is a heading of the third level, a line that names it, and its words:

    ### Mild but favourable is positive
    `sentiment-mild` sentiment: positive; flags: mixed

The name stays the same in every language and version, so that answers and changes can point to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

VERSION = 2  # of the files beside this module
_FOLDER = Path(__file__).parent / "guidelines"
_NAMED = re.compile(r"^`(?P<id>[a-z0-9-]+)`\s*(?P<about>.*)$")


class BadGuideline(ValueError):
    """The text is not one of clauses; the message names the heading and says what is missing.

    `line` counts from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Clause:
    """`about`: "question:choice" for each choice it is about, or the question alone."""

    id: str
    section: str
    title: str
    about: tuple[str, ...]
    body: str
    line: int = 0  # of the heading, from 1


def shipped(language: str) -> str:
    """The guideline that comes with the product; `language` is en or zh."""
    return (_FOLDER / f"{language}.md").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a guideline in their order. Raises BadGuideline."""
    found: list[Clause] = []
    section, line = "", 1
    for block in re.split(r"^(?=#{2,3} )", text, flags=re.MULTILINE):
        head, _, rest = block.partition("\n")
        if head.startswith("## "):
            section = head[3:].strip()
        elif head.startswith("### "):
            found.append(_clause(section, head[4:].strip(), rest.strip(), line))
            if any(one.id == found[-1].id for one in found[:-1]):
                raise BadGuideline(f"two clauses are called {found[-1].id}", line)
        line += block.count("\n")
    return tuple(found)


def _clause(section: str, title: str, rest: str, number: int) -> Clause:
    line, _, body = rest.partition("\n")
    named = _NAMED.match(line.strip())
    if named is None:
        raise BadGuideline(
            f'"{title}": the line below must name the clause, as `some-name`', number
        )
    about: list[str] = []
    for part in named["about"].split(";"):
        question, _, choices = part.partition(":")
        keys = [key.strip() for key in choices.split(",") if key.strip()]
        about += [f"{question.strip()}:{key}" for key in keys] or [question.strip()]
    return Clause(named["id"], section, title, tuple(filter(None, about)), body.strip(), number)
