"""Sealed texts opened for a person's own request, by the program, with one trace for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import models

from privacy import sealed
from privacy.vault.errors import KeyGone, SealBroken
from privacy.vault.here import key_ring

_AT_ONCE = 500


def originals_of(
    rows: models.QuerySet, ids: Iterable[int] | None = None
) -> Iterator[tuple[int, str]]:
    """(id, text) of what is sealed in `rows`; what an erasure made unreadable is passed over.

    The caller leaves the trace: of the request, not of each row.
    """
    for column in sealed.columns():
        if column.model is not rows.model:
            continue
        found = rows.filter(**{f"{column.blob}__isnull": False}).order_by("pk")
        if ids is not None:
            found = found.filter(pk__in=list(ids))
        values = found.values("pk", column.blob, *column.fields)
        for row in values.iterator(chunk_size=_AT_ONCE):
            try:
                [plain] = key_ring().open([(bytes(row[column.blob]), column.identity(row))])
            except (KeyGone, SealBroken):
                continue
            yield row["pk"], plain.decode("utf-8", "replace")
