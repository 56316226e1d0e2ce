"""Sealed texts opened for a person's own request, by the program, with one trace for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models

from privacy import sealed
from privacy.vault.errors import KeyGone, SealBroken, WrapBroken
from privacy.vault.here import key_ring

_AT_ONCE = 500
_TRIES = 5


def originals_of(
    rows: models.QuerySet, ids: Iterable[int] | None = None
) -> Iterator[tuple[int, str]]:
    """(id, text) of what is sealed in `rows`; what an erasure made unreadable is passed over.

    The caller leaves the trace: of the request, not of each row. Raises WrapBroken when keys do not
    unwrap: then nobody could be found, which must not look as if there were nobody.
    """
    for column in sealed.columns():
        if column.model is not rows.model:
            continue
        found = rows.filter(**{f"{column.blob}__isnull": False}).order_by("pk")
        if ids is not None:
            found = found.filter(pk__in=list(ids))
        values = found.values("pk", column.blob, *column.fields)
        for row in values.iterator(chunk_size=_AT_ONCE):
            plain = _opened(column, row)
            if plain is not None:
                yield row["pk"], plain.decode("utf-8", "replace")


def _opened(column: sealed.SealedColumn, row: Mapping[str, Any]) -> bytes | None:
    blob = bytes(row[column.blob])
    for _ in range(_TRIES):
        try:
            [plain] = key_ring().open([(blob, column.identity(row))])
        except WrapBroken:
            raise
        except SealBroken:
            return None
        except KeyGone:
            # Erased, or sealed anew by a rotation since the rows were asked for.
            found = column.model._default_manager.filter(pk=row["pk"])
            now = found.values_list(column.blob, flat=True).first()
            if now is None or bytes(now) == blob:
                return None
            blob = bytes(now)
        else:
            return plain
    raise KeyGone("the row was sealed anew again and again; try once more")
