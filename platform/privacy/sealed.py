"""Where sealed texts are stored: each app registers its columns, so that keys can be rotated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from privacy.vault.cipher import RowIdentity


@dataclass(frozen=True, slots=True)
class SealedRow:
    pk: int
    blob: bytes
    row: RowIdentity


@dataclass(frozen=True)
class SealedColumn:
    """A binary column of sealed texts, the column with their key version beside it, and how a row
    is named: `identity` gets the values of `fields`.
    """

    model: type[models.Model]
    blob: str
    version: str
    fields: tuple[str, ...]
    identity: Callable[[Mapping[str, Any]], RowIdentity]

    @property
    def name(self) -> str:
        return f"{self.model._meta.db_table}.{self.blob}"

    def below(self, version: int) -> models.QuerySet[Any]:
        """The rows that an older key sealed."""
        return self.model._default_manager.filter(**{f"{self.version}__lt": version})

    def newest(self, limit: int) -> list[bytes]:
        rows = self.model._default_manager.filter(**{f"{self.version}__isnull": False})
        found = rows.order_by("-pk").values_list(self.blob, flat=True)[:limit]
        return [bytes(blob) for blob in found]

    def some_below(self, version: int, after: int, limit: int) -> list[SealedRow]:
        """Some of them, in the order of their keys, beginning after the row `after`."""
        rows = self.below(version).filter(pk__gt=after).order_by("pk")
        values = rows.values("pk", self.blob, *self.fields)[:limit]
        return [SealedRow(one["pk"], bytes(one[self.blob]), self.identity(one)) for one in values]

    def replace(self, rows: Sequence[SealedRow], blobs: Sequence[bytes], version: int) -> int:
        """Store what was sealed anew, except where somebody changed the row meanwhile."""
        meta: Any = self.model._meta
        blob = meta.get_field(self.blob).column
        number = meta.get_field(self.version).column
        with connection.cursor() as cursor:
            cursor.execute(
                f'update "{meta.db_table}" t set "{blob}" = n.new, "{number}" = %s '  # noqa: S608
                "from unnest(%s::bigint[], %s::bytea[], %s::bytea[]) n(id, old, new) "
                f'where t."{meta.pk.column}" = n.id and t."{blob}" = n.old',
                [version, [row.pk for row in rows], [row.blob for row in rows], list(blobs)],
            )
            return int(cursor.rowcount)

    def clear(self, rows: Sequence[SealedRow]) -> int:
        """Take away what can never be opened again: its key was destroyed by an erasure."""
        found = self.model._default_manager.filter(pk__in=[row.pk for row in rows])
        return found.update(**{self.blob: None, self.version: None})


_columns: dict[str, SealedColumn] = {}


def register(column: SealedColumn) -> None:
    _columns[column.name] = column


def columns() -> list[SealedColumn]:
    return list(_columns.values())
