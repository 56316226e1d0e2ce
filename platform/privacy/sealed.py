"""Where sealed texts are stored: each app registers its columns, so that keys can be rotated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from privacy.vault.cipher import VERSION_AT, VERSION_BYTES, RowIdentity, version_bytes


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

    def some_below(
        self, version: int, after: int, limit: int, *, by_blob: bool = False
    ) -> list[SealedRow]:
        """Some of them, in the order of their keys, beginning after the row `after`.

        `by_blob`: also those whose bytes name an older version than the column beside them, which
        reads every row.
        """
        found = self.model._default_manager.all() if by_blob else self.below(version)
        found = found.filter(pk__gt=after).order_by("pk")
        if by_blob:
            found = found.filter(pk__in=self._named_below(version, after, limit))
        values = found.values("pk", self.blob, *self.fields)[:limit]
        return [SealedRow(one["pk"], bytes(one[self.blob]), self.identity(one)) for one in values]

    def _named_below(self, version: int, after: int, limit: int) -> list[int]:
        meta: Any = self.model._meta
        key, blob = meta.pk.column, meta.get_field(self.blob).column
        number = meta.get_field(self.version).column
        with connection.cursor() as cursor:
            cursor.execute(
                f'select "{key}" from "{meta.db_table}" '  # noqa: S608
                f'where "{key}" > %s and "{blob}" is not null '
                f'and ("{number}" is null or "{number}" < %s '
                f'or substring("{blob}" from %s for %s) < %s) order by "{key}" limit %s',
                [after, version, VERSION_AT + 1, VERSION_BYTES, version_bytes(version), limit],
            )
            return [row[0] for row in cursor]

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

    def clear(self, row: SealedRow) -> int:
        """Take away what can never be opened again, since an erasure destroyed its key; not what
        was stored in its place meanwhile.
        """
        found = self.model._default_manager.filter(**{"pk": row.pk, self.blob: row.blob})
        return found.update(**{self.blob: None, self.version: None})


_columns: dict[str, SealedColumn] = {}


def register(column: SealedColumn) -> None:
    _columns[column.name] = column


def columns() -> list[SealedColumn]:
    return list(_columns.values())
