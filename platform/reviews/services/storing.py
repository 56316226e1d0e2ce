"""Storing reviews: redacted before anything is written, idempotent by (source, external id)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from reviews import keys
from reviews.importing.rows import CleanRow, keyed_hash
from reviews.language import identify
from reviews.models import ANALYSED_LANGUAGES, LeftOut, Review, Source
from reviews.models.reviews import default_purposes
from reviews.search_vector import search_vector
from reviews.services import staging
from reviews.signals import reviews_changing, reviews_stored

_MOST_PLACEHOLDERS = 32_767


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data, and how many pieces were taken out."""

    text: str
    placeholders: int


# Texts in, redacted texts out, in order: the engine in a worker, the text service in the web.
Redact = Callable[[Sequence[str]], list[Redacted]]


@dataclass(frozen=True, slots=True)
class ChunkResult:
    created: list[int]
    updated: list[int]
    unchanged: int
    placeholders: int
    # external id -> "created" | "updated" | "unchanged"
    fates: dict[str, str]
    # Rows that each cleaning rule changed or marked, by its key.
    cleaned: Counter[str] = field(default_factory=Counter)


def rows_store(
    *,
    actor: Any,
    source: Source,
    rows: Sequence[CleanRow],
    redact: Redact,
    redactor_version: str,
) -> ChunkResult:
    """Store `rows` (their external ids all different) in one transaction.

    Rows that change nothing are not redacted again and touch no table. Raises whatever `redact`
    raises, before anything is written.
    """
    hashes = _content_hashes(rows, redactor_version)
    known = _known(source, [row.external_id for row in rows])
    wanted = [row for row in rows if known.get(row.external_id, (0, ""))[1] != hashes[row.line]]
    redacted = redact([row.text for row in wanted])
    staged = [
        _staged(place, row, found, hashes[row.line])
        for place, (row, found) in enumerate(zip(wanted, redacted, strict=True))
    ]
    with transaction.atomic():
        changing = [known[row.external_id][0] for row in wanted if row.external_id in known]
        if changing:
            reviews_changing.send(sender=Review, review_ids=changing)
        staging.stage(staged)
        stored = staging.merge(
            store=source.store_id,
            source=source.pk,
            purposes=default_purposes(),
            redactor=redactor_version,
            version=keys.KEY_VERSION,
        )
        if stored.created or stored.updated:
            reviews_stored.send(
                sender=Review,
                review_ids=stored.created + stored.updated,
                revision_ids=stored.revisions,
            )
    return _result(rows, wanted, redacted, known, stored)


def _result(
    rows: Sequence[CleanRow],
    wanted: Sequence[CleanRow],
    redacted: Sequence[Redacted],
    known: dict[str, tuple[int, str]],
    stored: staging.Stored,
) -> ChunkResult:
    fates = {row.external_id: "unchanged" for row in rows}
    for row in wanted:
        fates[row.external_id] = "updated" if row.external_id in known else "created"
    return ChunkResult(
        created=stored.created,
        updated=stored.updated,
        unchanged=len(rows) - len(stored.created) - len(stored.updated),
        placeholders=sum(found.placeholders for found in redacted),
        fates=fates,
        cleaned=Counter(key for row in rows for key in row.rules),
    )


def _content_hashes(rows: Sequence[CleanRow], redactor_version: str) -> dict[int, str]:
    # With the redactor's version in it, a file sent again after an upgrade is redacted anew.
    key = keys.content_key()
    return {row.line: keyed_hash(key, redactor_version + row.content()) for row in rows}


def _known(source: Source, external_ids: list[str]) -> dict[str, tuple[int, str]]:
    found = Review.objects.filter(source=source, external_id__in=external_ids)
    return {
        external_id: (pk, content_hash)
        for pk, external_id, content_hash in found.values_list("pk", "external_id", "content_hash")
    }


def _staged(place: int, row: CleanRow, found: Redacted, content_hash: str) -> tuple[Any, ...]:
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
        keyed_hash(keys.shopper_key(), row.shopper) if row.shopper else "",
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
    )
