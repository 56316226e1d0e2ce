"""What is kept of the names of a file's columns: those of a known list, and places of all others.

Where a file has no header its first row stands where names should: what a shopper wrote. Nothing
tells that row from names that nobody has heard of, so a name of a table is kept only when it is one
of ours; any other column is called by its place, `#2`. Objects and Parquet name their columns
themselves, so their names are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from privacy.vault.keyed import keyed_hash
from reviews.importing.columns import FIXED, KNOWN, at_places, plain_name
from reviews.importing.presets import KNOWN_NAMES
from reviews.importing.reading import FileLook

NOTES = tuple(f"verbatim_{name}" for name in ("line", "field", "reason", "what_to_do"))
_TABLES = ("csv", "xlsx")
_AGAIN = re.compile(r" \(\d+\)$")  # how the second column of a name is called
_REMEMBERED = re.compile(r"(#\d*)~([0-9a-f]{32})")


def is_ours(name: str) -> bool:
    """Whether a column's name is a word of a list of ours, and so says nothing about anybody."""
    plain = plain_name(_AGAIN.sub("", name))
    return plain in KNOWN or plain in KNOWN_NAMES or plain in NOTES


def kept_header(look: FileLook) -> list[str]:
    """The columns of a file as they may be kept, in their order."""
    if look.kind.format not in _TABLES:
        return list(look.header)
    return [
        name if is_ours(name) else f"#{place}" for place, name in enumerate(look.header, start=1)
    ]


def kept_mapping(look: FileLook, mapping: Mapping[str, str]) -> dict[str, str]:
    """A mapping for this file as it may be kept: `at_places` of it is the mapping again."""
    kept = dict(zip(look.header, kept_header(look), strict=True))
    return {field: kept.get(column, column) for field, column in mapping.items()}


def remembered_mapping(look: FileLook, mapping: Mapping[str, str], key: str) -> dict[str, str]:
    """The same for the next file of the source: a name that is not kept leaves its place and a
    hash under `key`, by which it is known again wherever it stands (`recalled`)."""
    kept = kept_mapping(look, mapping)
    return {
        field: f"{kept[field]}~{name_hash(key, column)}" if kept[field] != column else column
        for field, column in at_places(look.header, mapping).items()
    }


def recalled(header: Sequence[str], mapping: Mapping[str, str], key: str) -> dict[str, str]:
    """What `remembered_mapping` gave, with the columns of `header` for hashes.

    A hash that is none of theirs stands for the column called by the same place, as in a list of
    refused rows, when there is one; else the field is left out.
    """
    found = {}
    hashes: dict[str, str] = {}
    for field, column in mapping.items():
        told = _REMEMBERED.fullmatch(column)
        if told is None:
            found[field] = column
            continue
        hashes = hashes or {name_hash(key, name): name for name in reversed(header)}
        name = hashes.get(told[2]) or (told[1] if told[1] in header else "")
        if name:
            found[field] = name
    return found


def name_hash(key: str, name: str) -> str:
    # A key of a JSON object may be half of a character.
    return keyed_hash(key, "column\x1f" + name.encode("utf-8", "replace").decode())[:32]


def stored_header(header: Sequence[str]) -> list[str]:
    """Of names that were kept before this rule: all, or none when one is not ours."""
    return list(header) if all(_may_stay(name) for name in header) else []


def stored_mapping(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Of an import from before: columns whose name is not ours, by their place in its header.

    One that has no place there is `#`, which no column is called.
    """
    return {
        field: column if _may_stay(column) else _place(header, column)
        for field, column in mapping.items()
    }


def stored_remembered(
    headers: Sequence[Sequence[str]], mapping: Mapping[str, str], key: str
) -> dict[str, str]:
    """Of a source from before; `headers`: of its imports, newest first."""
    found = {}
    for field, column in mapping.items():
        header = next((one for one in headers if column in one), ())
        told = f"{_place(header, column)}~{name_hash(key, column)}"
        found[field] = column if _may_stay(column) else told
    return found


def _may_stay(column: str) -> bool:
    return (
        not column
        or column.startswith(FIXED)
        or is_ours(column)
        or re.fullmatch(r"#\d*", column) is not None
        or _REMEMBERED.fullmatch(column) is not None
    )


def _place(header: Sequence[str], column: str) -> str:
    return f"#{header.index(column) + 1}" if column in header else "#"
