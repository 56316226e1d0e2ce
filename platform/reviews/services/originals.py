"""Originals: sealed where the policy of their source keeps them, opened for a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from privacy.redaction.spans import Span
from privacy.services import (
    RowIdentity,
    Sealed,
    ToSeal,
    open_text,
    seal_texts,
    sealed_key,
    spans_text,
    texts_opener,
)
from reviews.importing.rows import CleanRow
from reviews.models import ImportBatch, RejectedRow, Review, Source

# Before the pieces, where only those are kept; no text can begin with it.
SPANS_ONLY = "\0spans "


def review_identity(store: int, source: int, external_id: str) -> RowIdentity:
    """What the original of a review is sealed for: known before its row is written."""
    return RowIdentity(store, "review", f"{source}/{external_id}")


def reject_identity(store: int, batch: int, line: int) -> RowIdentity:
    return RowIdentity(store, "rejected_row", f"{batch}/{line}")


def originals_seal(
    *,
    source: Source,
    rows: Sequence[CleanRow],
    uids: Mapping[str, UUID],
    spans: Mapping[str, Sequence[Span]],
) -> dict[str, Sealed]:
    """The sealed original of each row, by external id; none where the policy drops them.

    `spans`: what was replaced in the text of each row, by external id; where the policy keeps
    nothing else, only these pieces are sealed.

    `uids`: `Shopper.uid` of each identifier, whose key is used. A review without a shopper has a
    key of its own, which it keeps. Inside the transaction that stores them.
    """
    if source.original_policy == Source.OriginalPolicy.DROP:
        return {}
    own = _own_keys(source, [row.external_id for row in rows if not row.shopper])
    items = [
        ToSeal(
            _kept(source, row.original, row.text, spans.get(row.external_id, ())),
            review_identity(source.store_id, source.pk, row.external_id),
            uids[row.shopper] if row.shopper else own.get(row.external_id),
        )
        for row in rows
    ]
    return dict(zip((row.external_id for row in rows), seal_texts(items), strict=True))


def original_reseal(
    *, review: Review, original: str, text: str, spans: Sequence[Span]
) -> Sealed | None:
    """The sealed original of a stored review that got another text; None where it is dropped.

    original, text: before and after cleaning; the rest as for `originals_seal`. The key stays.
    """
    if review.source.original_policy == Source.OriginalPolicy.DROP:
        return None
    key = review.shopper.uid if review.shopper is not None else None
    if review.shopper is None and review.sealed_original is not None:
        key = sealed_key(review.sealed_original)
    row = review_identity(review.store_id, review.source_id, review.external_id)
    [sealed] = seal_texts([ToSeal(_kept(review.source, original, text, spans), row, key)])
    return sealed


def _kept(source: Source, original: str, text: str, spans: Sequence[Span]) -> str:
    if source.original_policy == Source.OriginalPolicy.SPANS:
        return SPANS_ONLY + spans_text(text, spans)
    return original or text


def rejects_seal(*, source: Source, batch: int, rows: Mapping[int, str]) -> dict[int, Sealed]:
    """The sealed content of refused rows, by line; each has a key of its own.

    Whatever the policy of the source: a row that is not in has to be put right and sent again.
    """
    items = [
        ToSeal(content, reject_identity(source.store_id, batch, line))
        for line, content in rows.items()
    ]
    return dict(zip(rows, seal_texts(items), strict=True))


def original_open(*, actor: Any, review: Review, reason: str) -> str:
    """The original of a review, for the privacy officer; leaves a trace.

    Raises as `privacy.services.open_text`. Which reviews `actor` may see is the caller's to ask.
    """
    return open_text(
        actor=actor,
        reason=reason,
        row=review_identity(review.store_id, review.source_id, review.external_id),
        object_type="review",
        object_id=review.pk,
        fetch=lambda: _sealed_original(review.pk),
    )


def rejects_opener(
    *, actor: Any, batch: ImportBatch, reason: str
) -> Callable[[Sequence[RejectedRow]], dict[int, str]]:
    """What opens refused rows of one import as they came, some at a time, by their keys.

    One trace for all. A row of which nothing is sealed, or whose key is gone, is left out. Raises
    as `privacy.services.texts_opener`.
    """
    store = batch.source.store_id
    opener = texts_opener(
        actor=actor,
        reason=reason,
        object_type="import",
        object_id=batch.pk,
        rows=batch.rejections.filter(sealed_content__isnull=False).count(),
    )

    def opened(rows: Sequence[RejectedRow]) -> dict[int, str]:
        return opener(
            {
                row.pk: (bytes(row.sealed_content), reject_identity(store, batch.pk, row.line))
                for row in rows
                if row.sealed_content is not None
            }
        )

    return opened


def _sealed_original(review_id: int) -> bytes | None:
    kept = Review.objects.filter(pk=review_id).values_list("sealed_original", flat=True).first()
    return None if kept is None else bytes(kept)


def _own_keys(source: Source, external_ids: list[str]) -> dict[str, UUID]:
    found = Review.objects.filter(
        source=source,
        external_id__in=external_ids,
        shopper__isnull=True,
        sealed_original__isnull=False,
    )
    return {
        external_id: sealed_key(blob)
        for external_id, blob in found.values_list("external_id", "sealed_original")
        if blob is not None
    }
