"""Texts in which people marked the personal data, read from lines.

Two forms: JSON Lines {"text", "lang", "spans": [{"start", "end", "type"}], "kind"?, "template"?},
offsets in code points; or one text a line with marks, call me at ⟦PHONE:0123⟧, a line break as \\n.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from privacy.redaction.spans import TYPES

ALIASES: Final[dict[str, str]] = {
    "CN_ID": "ID_CARD",
    "CREDIT_CARD": "BANK_CARD",
    "STREET_ADDRESS": "ADDRESS",
    "HANDLE": "SOCIAL_HANDLE",
    "URL": "URL_WITH_ID",
    "PERSON": "PERSON",
    "PER.NAM": "PERSON",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "US_SSN": "SSN",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
}
"""What other sets call our types; anything else in them is no personal data of ours."""

_MARK: Final = re.compile(r"⟦([A-Z_]+):([^⟧]+)⟧")
_HAN: Final = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text with its marked stretches (start, end, type), sorted.

    negative: product talk that must stay as it is.
    group: texts of one template or writer share it.
    """

    text: str
    lang: str
    marks: tuple[tuple[int, int, str], ...]
    negative: bool
    group: str


def read(lines: Iterable[str]) -> Iterator[Labelled]:
    """The texts of a file's lines; empty lines are skipped.

    Raises ValueError that names the line and what is wrong with it, without repeating the text.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = _object(line, number) if line.lstrip().startswith("{") else None
            yield one or _marked(line.rstrip("\n"), number)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f'line {number}: wanted {{"text", "lang", "spans": [{{"start", "end", "type"}}]}}, '
                f"or a text with marks such as ⟦PHONE:0123⟧"
            ) from error
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error


def _object(line: str, number: int) -> Labelled | None:
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        # A shopper's pasted form begins with a brace as well.
        if _MARK.search(line):
            return None
        raise ValueError("not a JSON object on one line") from None
    text = row["text"]
    marks = []
    for span in row["spans"]:
        kind = ALIASES.get(str(span["type"]).upper(), str(span["type"]))
        if not 0 <= span["start"] < span["end"] <= len(text):
            raise ValueError("a span is outside its text")
        if kind in TYPES:
            marks.append((span["start"], span["end"], kind))
    group = row.get("template", row.get("template_id"))
    return Labelled(
        text,
        row.get("lang") or _language(text),
        tuple(sorted(marks)),
        row.get("kind") == "neg" or not row["spans"],
        f"line {number}" if group is None else f"template {group}",
    )


def _marked(line: str, number: int) -> Labelled:
    line = line.replace("\\n", "\n")
    text, marks, done = "", [], 0
    for match in _MARK.finditer(line):
        kind, value = match.groups()
        if kind not in TYPES:
            raise ValueError(f"no type {kind!r}")
        text += line[done : match.start()]
        marks.append((len(text), len(text) + len(value), kind))
        text += value
        done = match.end()
    text += line[done:]
    return Labelled(text, _language(text), tuple(marks), not marks, f"line {number}")


def _language(text: str) -> str:
    return "zh" if _HAN.search(text) else "en"
