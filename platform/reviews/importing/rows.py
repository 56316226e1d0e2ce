"""A row of a file as a review about to be stored: mapped, checked, cleaned, not yet redacted."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from reviews.cleaning import rules
from reviews.cleaning.text import clean
from reviews.importing import values
from reviews.importing.columns import BadMapping, resolve
from reviews.importing.dates import Order
from reviews.importing.problems import Rejection


@dataclass(slots=True)
class CleanRow:
    """What one review says, before redaction. `shopper` is the shop's own id: hashed on storing.

    `updated_at` is when the shop last changed it, where the file says so. A `deleted` one may have
    no text.
    """

    line: int
    external_id: str
    text: str
    product_id: str
    product_name: str
    brand: str
    category: str
    variant: str
    shopper: str
    posted_at: datetime | None
    stars: int | None
    channel: str
    default_text: bool
    incentivised: bool
    updated_at: datetime | None = None
    deleted: bool = False

    def content(self) -> str:
        """Everything an import can change, as one canonical string (no field holds U+001F)."""
        posted = self.posted_at.isoformat() if self.posted_at else ""
        return (
            f"{self.text}\x1f{self.product_id}\x1f{self.product_name}\x1f{self.brand}\x1f"
            f"{self.category}\x1f{self.variant}\x1f{self.shopper}\x1f{posted}\x1f{self.stars}\x1f"
            f"{self.channel}"
        )


def keyed_hash(key: str, value: str) -> str:
    """HMAC-SHA256 in hexadecimal (RFC 2104): without the key nothing can be tried out."""
    return hmac.digest(key.encode(), value.encode(), "sha256").hex()


# Names of products, brands and categories come again and again.
_clean_name = lru_cache(maxsize=20_000)(clean)


@dataclass(frozen=True)
class RowReader:
    """Turns the values of a row into a CleanRow by `columns` ({field: column} of the header).

    A JSON object may have keys that the first one had not; its columns are looked for again, with
    what `mapping` says of them. `fixed` values stand in for cells; `order` is that of dates.
    """

    columns: Mapping[str, str]
    header: frozenset[str]
    mapping: Mapping[str, str]
    zone: ZoneInfo
    now: datetime
    key: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    _found: dict[frozenset[str], Mapping[str, str]] = field(default_factory=dict)

    def _columns_of(self, row: Mapping[str, str]) -> Mapping[str, str]:
        if row.keys() <= self.header:
            return self.columns
        names = frozenset(row)
        if names not in self._found:
            mapping = {
                name: column
                for name, column in self.mapping.items()
                if column in row or not column or column.startswith("=")
            }
            try:
                self._found[names] = resolve(list(row), mapping)
            except BadMapping:
                self._found[names] = self.columns
            if len(self._found) > 1000:  # each line with keys of its own
                self._found.clear()
                return self.columns
        return self._found[names]

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        """`{field: value}` of a row, as the file has them."""
        columns = self._columns_of(row)
        found = {name: row.get(column, "") for name, column in columns.items()}
        return {**self.fixed, **found} if self.fixed else found

    def read(self, line: int, row: Mapping[str, str]) -> CleanRow:
        """Raises Rejection with the field, the reason and what to do."""
        cell = self.cells(row).get
        deleted = values.deleted_of(cell("deleted", ""))
        external_id = values.id_of(cell("id", ""))
        text = self._text(cell("text", ""), cell("title", ""), deleted and bool(external_id))
        name = _clean_name(cell("product_name", "")[:1000])[:300]
        found = CleanRow(
            line,
            external_id,
            text,
            (values.id_of(cell("product_id", ""), "product_id") or name)[:120],
            name,
            _clean_name(cell("brand", "")[:1000])[:120],
            _clean_name(cell("category", "")[:1000])[:120],
            _clean_name(cell("variant", "")[:1000])[:120],
            values.id_of(cell("shopper", ""), "shopper"),
            values.date_of(cell("date", ""), self.zone, self.now, self.order),
            values.stars_of(cell("stars", "")),
            values.channel_of(cell("channel", "")),
            rules.is_default_text(text),
            rules.is_incentivised(text),
            self._updated(cell("updated_at", "")),
            deleted,
        )
        if not found.external_id:
            # Without an id of its own a review is known by what it says about what.
            found.external_id = "content:" + keyed_hash(self.key, found.content())[:40]
        return found

    def _text(self, body: str, title: str, may_be_empty: bool) -> str:
        if may_be_empty and not body.strip() and not title.strip():
            return ""
        text = clean(values.text_of(body, title))
        if not text:
            raise Rejection("text", "no_text", "nothing but invisible characters or markup")
        if len(text) > values.LONGEST_TEXT:
            # Cleaning can lengthen a text: some characters stand for several.
            most = values.LONGEST_TEXT
            raise Rejection("text", "too_long", f"{len(text)} characters; at most {most} are taken")
        return text

    def _updated(self, value: str) -> datetime | None:
        try:
            return values.date_of(value, self.zone, self.now, self.order)
        except Rejection as why:
            raise Rejection("updated_at", why.reason, why.detail) from None
