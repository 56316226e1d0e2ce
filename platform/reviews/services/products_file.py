"""The catalogue from a file: every product is stored, or listed with what is wrong with it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Store
from reviews.importing import reading
from reviews.importing.problems import Rejection
from reviews.importing.products import product_columns, product_values
from reviews.services.catalogue import BadVariant, ProductRow, products_store

MOST = 200_000  # products of one file


@dataclass
class ProductsResult:
    """Products that were stored, and the rows that were not: line and why."""

    stored: int = 0
    rejected: list[tuple[int, Rejection]] = field(default_factory=list)


@transaction.atomic
def products_file_store(*, actor: Any, store: Store, path: Path) -> ProductsResult:
    """Store the products of a file in one transaction: all that can be, or none after an error.

    The same number twice: the last one counts. Raises UnreadableFile or BadMapping.
    """
    columns = product_columns(reading.header_of(path))
    result = ProductsResult()
    rows: dict[str, ProductRow] = {}
    with closing(reading.read(path)) as found:
        for raw in found:
            try:
                if raw.problem is not None:
                    raise raw.problem
                values = product_values(raw.values, columns)
            except Rejection as why:
                result.rejected.append((raw.line, why))
                continue
            rows[values["external_id"]] = ProductRow(**values)
            if len(rows) > MOST:
                raise reading.UnreadableFile(f"{path.name} has more than {MOST} products")
    try:
        products_store(actor=actor, store=store, rows=list(rows.values()))
    except BadVariant as error:
        raise reading.UnreadableFile(
            f"{path.name}: product {error} is a variant of itself or of another variant"
        ) from None
    result.stored = len(rows)
    return result
