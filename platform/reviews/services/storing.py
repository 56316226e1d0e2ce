"""Storing reviews: redacted before anything is written, idempotent by (source, external id)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from privacy.services import Sealed, keys_in_use
from privacy.vault.identity import keyed_hash
from reviews import keys
from reviews.importing.rows import CleanRow
from reviews.language import identify
from reviews.models import (
    ANALYSED_LANGUAGES,
    Doubt,
    LeftOut,
    Review,
    Source,
    TextRevision,
)
from reviews.search_vector import search_vector
from reviews.services import blocking, staging
from reviews.services.holding import decisions_hold
from reviews.services.originals import originals_seal
from reviews.services.redacted import Doubtful, Redact, Redacted
from reviews.services.shoppers import shoppers_ensure, shoppers_lift
from reviews.signals import reviews_changing, reviews_stored

_MOST_PLACEHOLDERS = 32_767
ERASED_FATE = "erased"


__all__ = ["ChunkResult", "Doubtful", "Redact", "Redacted", "rows_store"]


@dataclass(frozen=True, slots=True)
class ChunkResult:
    created: list[int]
    updated: list[int]
    unchanged: int
    placeholders: int
    # external id -> "created" | "updated" | "unchanged" | "erased"
    fates: dict[str, str]
    # Rows that each cleaning rule changed or marked, by its key.
    cleaned: Counter[str] = field(default_factory=Counter)

    @property
    def erased(self) -> int:
        """Rows that were not taken in, since their author or the review was erased."""
        return sum(fate == ERASED_FATE for fate in self.fates.values())


def rows_store(
    *,
    actor: Any,
    source: Source,
    rows: Sequence[CleanRow],
    redact: Redact,
    redactor_version: str,
) -> ChunkResult:
    """Store `rows` (their external ids all different) in one transaction.

    Rows that change nothing are not redacted again and touch no table; rows of somebody erased are
    not taken in. Raises whatever `redact` raises, before anything is written.
    """
    hashes = _content_hashes(source, rows, redactor_version)
    known = _known(source, [row.external_id for row in rows])
    wanted = [row for row in rows if known.get(row.external_id, (0, ""))[1] != hashes[row.line]]
    redacted = decisions_hold(
        source,
        [known.get(row.external_id, (0, ""))[0] for row in wanted],
        redact([row.text for row in wanted]),
    )
    with transaction.atomic():
        erased = blocking.rows_erased(source, rows, hashes)
        erased |= blocking.texts_erased(
            source, {row.line: found.text for row, found in zip(wanted, redacted, strict=True)}
        )
        pairs = [
            (row, found)
            for row, found in zip(wanted, redacted, strict=True)
            if row.line not in erased
        ]
        wanted, redacted = [row for row, _ in pairs], [found for _, found in pairs]
        people, sealed, version = _under_keys(source, wanted, redacted)
        staged = [
            _staged(
                place,
                row,
                found,
                hashes[row.line],
                people[row.shopper],
                sealed.get(row.external_id),
            )
            for place, (row, found) in enumerate(zip(wanted, redacted, strict=True))
        ]
        changing = [known[row.external_id][0] for row in wanted if row.external_id in known]
        if changing:
            reviews_changing.send(sender=Review, review_ids=changing)
        staging.stage(staged)
        stored = staging.merge(
            store=source.store_id,
            source=source.pk,
            legal_basis=source.legal_basis,
            purposes=source.purposes,
            redactor=redactor_version,
            version=version,
        )
        Doubt.objects.filter(
            review__in=stored.updated, state=Doubt.State.OPEN, revision__is_current=False
        ).update(state=Doubt.State.GONE, sealed_value=None)
        _keep_doubts(wanted, redacted, stored.revisions)
        if stored.created or stored.updated:
            reviews_stored.send(
                sender=Review,
                review_ids=stored.created + stored.updated,
                revision_ids=stored.revisions,
            )
    return _result(rows, wanted, redacted, known, stored, erased)


def _keep_doubts(
    rows: Sequence[CleanRow], redacted: Sequence[Redacted], revision_ids: Sequence[int]
) -> None:
    doubts = {
        row.external_id: found.doubts
        for row, found in zip(rows, redacted, strict=True)
        if found.doubts
    }
    if not doubts or not revision_ids:
        return
    written = TextRevision.objects.filter(
        pk__in=revision_ids, review__external_id__in=list(doubts)
    ).values_list("pk", "review_id", "review__external_id")
    Doubt.objects.bulk_create(
        Doubt(
            review_id=review,
            revision_id=revision,
            origin=Doubt.Origin.ENGINE,
            **doubt._asdict(),
        )
        for revision, review, external_id in written
        for doubt in doubts[external_id]
    )


def _result(
    rows: Sequence[CleanRow],
    wanted: Sequence[CleanRow],
    redacted: Sequence[Redacted],
    known: dict[str, tuple[int, str]],
    stored: staging.Stored,
    erased: set[int],
) -> ChunkResult:
    fates = {row.external_id: "unchanged" for row in rows}
    for row in wanted:
        fates[row.external_id] = "updated" if row.external_id in known else "created"
    fates |= {row.external_id: ERASED_FATE for row in rows if row.line in erased}
    return ChunkResult(
        created=stored.created,
        updated=stored.updated,
        unchanged=len(rows) - len(stored.created) - len(stored.updated) - len(erased),
        placeholders=sum(found.placeholders for found in redacted),
        fates=fates,
        cleaned=Counter(key for row in rows for key in row.rules),
    )


def _under_keys(
    source: Source, rows: Sequence[CleanRow], redacted: Sequence[Redacted]
) -> tuple[dict[str, str], dict[str, Sealed], int]:
    """Hash of each shopper, sealed original of each review, and the version of the hashes."""
    keys_in_use()
    version = keys.shopper_version()
    digests = keys.shopper_digests({row.shopper for row in rows if row.shopper}, version)
    shoppers_lift(store=source.store_id, digests=digests, version=version)
    sealed: dict[str, Sealed] = {}
    if source.original_policy != Source.OriginalPolicy.DROP:
        uids = shoppers_ensure(store=source.store_id, digests=digests, version=version)
        spans = {row.external_id: found.spans for row, found in zip(rows, redacted, strict=True)}
        sealed = originals_seal(source=source, rows=rows, uids=uids, spans=spans)
    return {"": "", **{who: found[-1] for who, found in digests.items()}}, sealed, version


def _content_hashes(
    source: Source, rows: Sequence[CleanRow], redactor_version: str
) -> dict[int, str]:
    # With the redactor's version and the policy in it, a file sent again after an upgrade is
    # redacted anew, and after a change of policy sealed or no longer sealed.
    key, before = keys.content_key(), redactor_version
    if source.original_policy != Source.OriginalPolicy.DROP:
        before += f"|{source.original_policy}|"
    return {row.line: keyed_hash(key, before + row.content()) for row in rows}


def _known(source: Source, external_ids: list[str]) -> dict[str, tuple[int, str]]:
    found = Review.objects.filter(source=source, external_id__in=external_ids)
    return {
        external_id: (pk, content_hash)
        for pk, external_id, content_hash in found.values_list("pk", "external_id", "content_hash")
    }


def _staged(
    place: int,
    row: CleanRow,
    found: Redacted,
    content_hash: str,
    shopper_hash: str,
    sealed: Sealed | None,
) -> tuple[Any, ...]:
    detected = identify(found.text)
    language = detected.language
    if row.default_text:
        left_out = LeftOut.DEFAULT_TEXT.value
    elif row.spam:
        left_out = LeftOut.SPAM.value
    elif language not in ANALYSED_LANGUAGES:
        left_out = LeftOut.LANGUAGE.value
    else:
        left_out = LeftOut.NOTHING.value
    return (
        place,
        row.external_id,
        row.product_id,
        row.product_name,
        row.brand,
        row.category,
        row.variant,
        shopper_hash,
        row.posted_at,
        row.stars,
        row.channel,
        language,
        detected.variety,
        left_out,
        row.incentivised,
        row.low_information,
        row.follow_up,
        content_hash,
        found.text,
        hashlib.sha256(found.text.encode()).hexdigest(),
        min(found.placeholders, _MOST_PLACEHOLDERS),
        search_vector(found.text),
        sealed.blob if sealed else None,
        sealed.version if sealed else None,
    )
