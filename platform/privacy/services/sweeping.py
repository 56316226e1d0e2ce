"""The last look after an erasure: through every table and file, for what should be gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection

from privacy.people import NAME, PHONE, REVIEW, SHOPPER, Identifier, Subject, keepers
from privacy.selectors.stores import models_by_table, rows_of

# What is looked for must be long enough not to stand in other people's rows by chance.
_LEAST = {SHOPPER: 6, REVIEW: 6, PHONE: 7, NAME: 2}
_LEAST_ELSE = 5
# The database's own files are read through its tables; models hold numbers.
_NOT_READ = {"postgres", "postgres-binaries", "run", "static", "bases", "models", "secrets"}
_PIECE = 1 << 22  # bytes


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for; `whole`: not as a piece of a longer number or word."""

    text: str
    whole: bool = False

    def pattern(self) -> str:
        found = re.escape(self.text)
        return f"(^|[^[:alnum:]_-]){found}($|[^[:alnum:]_-])" if self.whole else found


def needles(identifiers: Iterable[Identifier]) -> list[Needle]:
    """What to look for, as it was given; of a phone number also its digits alone."""
    found: list[Needle] = []
    for one in identifiers:
        value = one.value.strip()
        if one.kind == PHONE:
            digits = "".join(c for c in unicodedata.normalize("NFKC", value) if c.isdigit())
            found.append(Needle(digits))
        if len(value) >= _LEAST.get(one.kind, _LEAST_ELSE):
            found.append(Needle(value, one.kind in {SHOPPER, REVIEW}))
    return list(dict.fromkeys(found))


def tables_look(wanted: list[Needle], stores: Sequence[int]) -> tuple[int, list[str]]:
    """How many tables were read, and which of them hold one of `wanted` in any column of a row that
    is not of another store than `stores` (ids).
    """
    if not wanted:
        return 0, []
    patterns = [needle.pattern() for needle in wanted]
    hits = []
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            which, values = _rows_asked(table, stores)
            quoted = connection.ops.quote_name(table)
            cursor.execute(
                f"select count(*) from {quoted} t where t::text ~* any(%s){which}",  # noqa: S608
                [patterns, *values],
            )
            if count := cursor.fetchone()[0]:
                hits.append(f"table {table} ({count})")
    return len(tables), hits


def _rows_asked(table: str, stores: Sequence[int]) -> tuple[str, tuple[Any, ...]]:
    """A condition, and its values, that leaves the rows of other stores out."""
    model = models_by_table().get(table)
    if model is None:
        return "", ()
    found = rows_of(model, stores)
    if not found.query.where:
        return "", ()
    try:
        sql, values = found.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return " and false", ()
    assert model._meta.pk is not None  # noqa: S101 - a model with a table has one
    key = connection.ops.quote_name(str(model._meta.pk.column))
    return f" and t.{key} in ({sql})", values


def files_look(needles: list[Needle], foreign: Collection[Path]) -> tuple[int, list[str]]:
    """The same for the files of the data folder; `foreign` ones are of other stores."""
    root: Path = settings.VERBATIM_HOME.root
    wanted = [needle.text.encode() for needle in needles]
    count, hits = 0, []
    for path in sorted(root.rglob("*")) if wanted else []:
        parts = path.relative_to(root).parts
        if parts[0] in _NOT_READ or path in foreign or not path.is_file():
            continue
        count += 1
        if _holds(path, wanted):
            hits.append(f"file {parts[0]}/{path.name}" if len(parts) > 1 else f"file {path.name}")
    return count, hits


def _holds(path: Path, wanted: list[bytes]) -> bool:
    longest = max(map(len, wanted))
    kept = b""
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                kept = kept[-longest:] + piece
                if any(word in kept for word in wanted):
                    return True
    except FileNotFoundError:
        pass  # it went while we looked
    return False


def look(subject: Subject) -> dict[str, Any]:
    """Look for the person in what is of the subject's stores, or of none: in another store the same
    number is somebody else, or was not asked about.
    """
    wanted = needles(subject.identifiers)
    tables, in_tables = tables_look(wanted, subject.stores)
    foreign = {path for keeper in keepers() for path in keeper.foreign_files(subject)}
    files, in_files = files_look(wanted, foreign)
    return {"tables": tables, "files": files, "hits": in_tables + in_files}


def tables_empty(names: Iterable[str]) -> None:
    """Have the database give up the space of deleted rows and pending index entries.

    Not inside a transaction.
    """
    with connection.cursor() as cursor:
        for name in dict.fromkeys(names):
            cursor.execute(f"vacuum {connection.ops.quote_name(name)}")
