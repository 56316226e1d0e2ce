"""A row of a file as a review about to be stored: mapped, checked, cleaned, not yet redacted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from privacy.vault.keyed import keyed_hash
from reviews.cleaning.catalogue import CleanedReview, Cleaner
from reviews.cleaning.text import clean
from reviews.importing import values
from reviews.importing.columns import BadMapping, resolve
from reviews.importing.dates import Order
from reviews.importing.problems import Rejection

HASH = 32  # hexadecimal digits of a content hash
STATE = 8  # and of a state


@dataclass(slots=True)
class CleanRow:
    """What one review says, before redaction. `shopper` is the shop's own id: hashed on storing.

    `updated_at` is when the shop last changed it, where the file says so. A `deleted` one may have
    no text. `content_hash` is of everything the file says of the review, before cleaning: equal
    hash, nothing new. `state` is of what cleaning made of it, which rules can change.
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
    spam: bool = False
    low_information: bool = False
    follow_up: bool = False
    # Keys of the cleaning rules that did something to this row.
    rules: tuple[str, ...] = ()
    updated_at: datetime | None = None
    deleted: bool = False
    # The external id of the review that this one adds to.
    follows: str = ""
    content_hash: str = ""
    state: str = ""
    # As it came, before any rule: what is sealed where the policy of the source keeps originals.
    original: str = field(default="", repr=False)

    def __reduce__(self) -> tuple[type[CleanRow], tuple[Any, ...]]:
        # Between processes: a third of the time that pickle takes by itself.
        return CleanRow, _values(self)


_values = attrgetter(*(one.name for one in fields(CleanRow)))


# Names of products, brands and categories come again and again.
_clean_name = lru_cache(maxsize=20_000)(clean)


_NO_FIRST = {"0", "-1", "-", "null", "none", "nil", "n/a"}  # how exports say: it follows nothing


def _first_id(value: str, own: str) -> str:
    found = values.id_of(value, "follows")
    return "" if found == own or found.lower() in _NO_FIRST else found


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
    cleaner: Cleaner = field(default_factory=Cleaner)
    _found: dict[frozenset[str], Mapping[str, str]] = field(default_factory=dict)

    def columns_of(self, row: Mapping[str, str]) -> Mapping[str, str]:
        """`{field: column}` for this row."""
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
        columns = self.columns_of(row)
        found = {name: row.get(column, "") for name, column in columns.items()}
        return {**self.fixed, **found} if self.fixed else found

    def read(self, line: int, row: Mapping[str, str]) -> CleanRow:
        """Raises Rejection with the field, the reason and what to do."""
        cell = self.cells(row).get
        deleted = values.deleted_of(cell("deleted", ""))
        external_id = values.id_of(cell("id", ""))
        raw, follow_up = self._raw_text(cell, may_be_empty=deleted and bool(external_id))
        cleaned = self.cleaner.review(raw, follow_up) if raw else CleanedReview("")
        self._check_text(cleaned.text, raw)
        name = _clean_name(cell("product_name", "")[:1000])[:300]
        found = CleanRow(
            line,
            external_id,
            cleaned.text,
            (values.id_of(cell("product_id", ""), "product_id") or name)[:120],
            name,
            _clean_name(cell("brand", "")[:1000])[:120],
            _clean_name(cell("category", "")[:1000])[:120],
            _clean_name(cell("variant", "")[:1000])[:120],
            values.id_of(cell("shopper", ""), "shopper"),
            values.date_of(cell("date", ""), self.zone, self.now, self.order),
            values.stars_of(cell("stars", "")),
            values.channel_of(cell("channel", "")),
            cleaned.default_text,
            cleaned.incentivised,
            cleaned.spam,
            cleaned.low_information,
            cleaned.follow_up,
            cleaned.rules,
            self._updated(cell("updated_at", "")),
            deleted,
            _first_id(cell("follows", ""), external_id),
        )
        self._sign(found, raw, follow_up)
        later = cleaned.follow_up and follow_up != raw
        found.original = f"{raw}\n{follow_up}" if later else raw
        return found

    def _raw_text(self, cell: Callable[[str, str], str], may_be_empty: bool) -> tuple[str, str]:
        """The text with its title, and what the shopper added later."""
        text, title, later = cell("text", "").strip(), cell("title", ""), cell("follow_up", "")
        later = values.text_of(later) if later and later.strip() else ""
        if may_be_empty and not text and not title.strip():
            return later, ""
        # Some exports have a row of its own for what was added later, without the first words.
        return values.text_of(text or later, title), later

    def _check_text(self, text: str, raw: str) -> None:
        if raw and not text:
            raise Rejection("text", "no_text", "nothing but invisible characters or markup")
        if len(text) > values.LONGEST_TEXT:
            # Joined, or longer than it came: some characters stand for several.
            most = values.LONGEST_TEXT
            raise Rejection("text", "too_long", f"{len(text)} characters; at most {most} are taken")

    def _sign(self, row: CleanRow, raw: str, follow_up: str) -> None:
        posted = row.posted_at.isoformat() if row.posted_at else ""
        # No field holds U+001F but the raw text, and that stands last.
        content = (
            f"{row.product_id}\x1f{row.product_name}\x1f{row.brand}\x1f{row.category}\x1f"
            f"{row.variant}\x1f{row.shopper}\x1f{posted}\x1f{row.stars}\x1f{row.channel}\x1f"
            f"{len(follow_up)}\x1f{follow_up}\x1f{raw}"
        )
        if row.follows:
            # No number begins so: what was stored before this was read keeps its hash.
            content = f"\x1e{row.follows}\x1f{content}"
        signed = keyed_hash(self.key, content)
        row.content_hash = signed[:HASH]
        marks = (
            row.default_text
            | row.incentivised << 1
            | row.spam << 2
            | row.low_information << 3
            | row.follow_up << 4
        )
        row.state = f"{marks:02x}{keyed_hash(self.key, row.text)[: STATE - 2]}"
        if not row.external_id:
            # Without an id of its own a review is known by what it says about what.
            row.external_id = "content:" + signed[:40]

    def _updated(self, value: str) -> datetime | None:
        try:
            return values.date_of(value, self.zone, self.now, self.order)
        except Rejection as why:
            raise Rejection("updated_at", why.reason, why.detail) from None
