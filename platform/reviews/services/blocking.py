"""Who was erased does not come in again: known by keyed hashes of what a row says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from privacy.selectors.erased import anybody_erased, erased_digests
from privacy.services.locking import store_lock
from reviews import keys
from reviews.importing.rows import CleanRow
from reviews.importing.values import Rejection
from reviews.models import Source

ERASED = Rejection("", "erased", "its author, or this review, was erased at the person's request")
SHOPPER, REVIEW = "shopper", "review"  # kinds in the ledger of erasures
# A shorter text is written by many people; a longer one is known again by its words alone.
_LEAST_TEXT = 24  # letters and digits
_NOT_WORD = re.compile(r"[\W_]+")


def _digest(kind: str, value: str) -> str:
    """Under the same key as shoppers, so that a new key reaches these as well."""
    return keys.shopper_digest(f"{kind}\n{value}")


def review_digest(source_id: int, external_id: str) -> str:
    return _digest("review", f"{source_id}\n{external_id}")


def content_digest(content_hash: str) -> str:
    """Of what a row says, all columns together: known again under another number."""
    return _digest("content", content_hash)


def text_digest(text: str) -> str | None:
    """Of a redacted text alone; None when it is too short to be one person's."""
    plain = _NOT_WORD.sub("", text).casefold()
    if len(plain) < _LEAST_TEXT:
        return None
    return _digest("text", plain)


def rows_erased(
    source: Source, rows: Sequence[CleanRow], content_hashes: Mapping[int, str]
) -> set[int]:
    """The lines of `rows` that belong to somebody erased. Inside the transaction that stores.

    `content_hashes`: by line. It takes the store's lock, so that no erasure comes in between.
    """
    store_lock(source.store_id, alone=False)
    if not anybody_erased(store=source.store_id):
        return set()
    shoppers = {row.line: keys.shopper_digest(row.shopper) for row in rows if row.shopper}
    found = _known(source, SHOPPER, shoppers.values())
    by_review: dict[int, tuple[str, ...]] = {
        row.line: (
            review_digest(source.pk, row.external_id),
            content_digest(content_hashes[row.line]),
            *([review_digest(source.pk, row.follows)] if row.follows else []),
        )
        for row in rows
    }
    named = _known(source, REVIEW, [one for pair in by_review.values() for one in pair])
    return {line for line, one in shoppers.items() if one in found} | {
        line for line, pair in by_review.items() if named & set(pair)
    }


def texts_erased(source: Source, texts: Mapping[int, str]) -> set[int]:
    """The keys of `texts` (redacted) whose words were erased."""
    if not anybody_erased(store=source.store_id):
        return set()
    digests = {line: text_digest(text) for line, text in texts.items()}
    known = _known(source, REVIEW, [one for one in digests.values() if one is not None])
    return {line for line, one in digests.items() if one in known}


def values_erased(source: Source, rows: Sequence[Mapping[str, str]]) -> set[int]:
    """The places of `rows` (as they stand in a file) of which one value names somebody erased.

    For rows that are refused: nothing of them may be kept.
    """
    if not anybody_erased(store=source.store_id):
        return set()
    by_row = [{value.strip() for value in row.values() if value.strip()} for row in rows]
    values = {value for found in by_row for value in found if len(value) <= 200}
    shoppers = {keys.shopper_digest(value): value for value in values}
    reviews = {review_digest(source.pk, value): value for value in values}
    known = {shoppers[one] for one in _known(source, SHOPPER, shoppers)}
    known |= {reviews[one] for one in _known(source, REVIEW, reviews)}
    return {place for place, found in enumerate(by_row) if known & found}


def _known(source: Source, kind: str, digests: Iterable[str]) -> set[str]:
    wanted = list(digests)
    if not wanted:
        return set()
    return erased_digests(store=source.store_id, kind=kind, digests=wanted)
