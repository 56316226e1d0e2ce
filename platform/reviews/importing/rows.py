"""A row of a file as a review about to be stored: mapped, checked, cleaned, not yet redacted."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reviews.cleaning.catalogue import Cleaner
from reviews.cleaning.text import clean
from reviews.importing import values
from reviews.importing.columns import BadMapping, resolve
from reviews.importing.values import Rejection


@dataclass(frozen=True, slots=True)
class CleanRow:
    """What one review says, before redaction. `shopper` is the shop's own id: hashed on storing."""

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
    spam: bool = False
    low_information: bool = False
    follow_up: bool = False
    # Keys of the cleaning rules that did something to this row.
    rules: tuple[str, ...] = ()

    def content(self) -> str:
        """Everything an import can change, as one canonical string."""
        fields = [
            self.text,
            self.product_id,
            self.product_name,
            self.brand,
            self.category,
            self.variant,
            self.shopper,
            self.posted_at.isoformat() if self.posted_at else "",
            self.stars,
            self.channel,
        ]
        # Switching a rule changes what is known of a row that says the same; most have no mark.
        marks = ("default_text", "incentivised", "spam", "low_information", "follow_up")
        fields += [mark for mark in marks if getattr(self, mark)]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def keyed_hash(key: str, value: str) -> str:
    """HMAC-SHA256 in hexadecimal (RFC 2104): without the key nothing can be tried out."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class RowReader:
    """Turns the values of a row into a CleanRow by `columns` ({field: column} of the header).

    A JSON object may have keys that the first one had not; its columns are looked for again, with
    what `mapping` says of them.
    """

    columns: Mapping[str, str]
    header: frozenset[str]
    mapping: Mapping[str, str]
    zone: ZoneInfo
    now: datetime
    key: str
    cleaner: Cleaner = field(default_factory=Cleaner)
    _found: dict[frozenset[str], Mapping[str, str]] = field(default_factory=dict)

    def _columns_of(self, row: Mapping[str, str]) -> Mapping[str, str]:
        names = frozenset(row)
        if names <= self.header:
            return self.columns
        if names not in self._found:
            mapping = {name: column for name, column in self.mapping.items() if column in row}
            try:
                self._found[names] = resolve(list(row), mapping)
            except BadMapping:
                self._found[names] = self.columns
        return self._found[names]

    def read(self, line: int, row: Mapping[str, str]) -> CleanRow:
        """Raises Rejection with the field, the reason and what to do."""
        columns = self._columns_of(row)

        def cell(field: str) -> str:
            column = columns.get(field)
            return row.get(column, "") if column is not None else ""

        follow_up = cell("follow_up").strip()
        # Some exports have a row of its own for what was added later, without the first words.
        raw = values.text_of(cell("text").strip() or follow_up, cell("title"))
        cleaned = self.cleaner.review(raw, values.text_of(follow_up) if follow_up else "")
        text = cleaned.text
        if not text:
            raise Rejection("text", "no_text", "nothing but invisible characters or markup")
        if len(text) > values.LONGEST_TEXT:
            # Joined, or longer than it came: some characters stand for several.
            n, most = len(text), values.LONGEST_TEXT
            raise Rejection("text", "too_long", f"{n} characters; at most {most} are taken")
        product_id = values.id_of(cell("product_id"), "product_id")
        name = clean(cell("product_name"))[:300]
        found = CleanRow(
            line=line,
            external_id=values.id_of(cell("id")),
            text=text,
            product_id=(product_id or name)[:120],
            product_name=name,
            brand=clean(cell("brand"))[:120],
            category=clean(cell("category"))[:120],
            variant=clean(cell("variant"))[:120],
            shopper=values.id_of(cell("shopper"), "shopper"),
            posted_at=values.date_of(cell("date"), self.zone, self.now),
            stars=values.stars_of(cell("stars")),
            channel=values.channel_of(cell("channel")),
            default_text=cleaned.default_text,
            incentivised=cleaned.incentivised,
            spam=cleaned.spam,
            low_information=cleaned.low_information,
            follow_up=cleaned.follow_up,
            rules=cleaned.rules,
        )
        if found.external_id:
            return found
        # Without an id of its own a review is known by what it says about what.
        basis = json.dumps([found.product_id, found.shopper, found.content()])
        return _with_id(found, "content:" + keyed_hash(self.key, basis)[:40])


def _with_id(row: CleanRow, external_id: str) -> CleanRow:
    return replace(row, external_id=external_id)
