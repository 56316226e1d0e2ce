"""Storing reviews: redacted before anything is written, idempotent by (source, external id)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from reviews import keys
from reviews.importing.rows import CleanRow, keyed_hash
from reviews.language import Detected, identify
from reviews.models import ANALYSED_LANGUAGES, LeftOut, Review, Source
from reviews.models.reviews import default_purposes
from reviews.search_vector import search_vector
from reviews.services import staging
from reviews.services.comparing import (
    CREATED,
    DELETED,
    UNCHANGED,
    UPDATED,
    Compared,
    known_of,
    rows_compare,
    stored_hash,
)
from reviews.services.deleting import Buried, reviews_take_out, tombstones_drop, tombstones_set
from reviews.services.staging import StagedRow, Target
from reviews.signals import reviews_changing, reviews_stored

_MOST_PLACEHOLDERS = 32_767
_TRIES = 3  # when somebody else stores the same reviews meanwhile


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without personal data, and how many pieces were taken out."""

    text: str
    placeholders: int


# Texts in, redacted texts out, in order: the engine in a worker, the text service in the web.
Redact = Callable[[Sequence[str]], list[Redacted]]


@dataclass(frozen=True, slots=True)
class Made:
    """What is made of a text before it is stored."""

    text: str
    placeholders: int
    detected: Detected
    text_hash: str
    search: str


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What became of rows: counts by fate, the fate of each external id, and placeholders."""

    counts: Counter[str]
    fates: dict[str, str]
    placeholders: int


class Overtaken(Exception):
    """Somebody else changed these reviews since they were compared. Compare them again."""


def wanted(compared: Compared) -> list[CleanRow]:
    """The rows whose texts will be stored."""
    return [
        row
        for row, fate in zip(compared.rows, compared.fates, strict=True)
        if fate in {CREATED, UPDATED}
    ]


def texts_make(texts: Sequence[str], redact: Redact) -> list[Made]:
    """Redact `texts` and work out what is stored beside them. Touches no database."""
    return [
        Made(
            found.text,
            min(found.placeholders, _MOST_PLACEHOLDERS),
            identify(found.text),
            hashlib.sha256(found.text.encode()).hexdigest(),
            search_vector(found.text),
        )
        for found in redact(texts)
    ]


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
    ready: dict[str, Made] = {}
    for last in range(_TRIES - 1, -1, -1):
        compared = rows_compare(source=source, rows=rows, redactor_version=redactor_version)
        texts = [row.text for row in wanted(compared)]
        missing = list({text: None for text in texts if text not in ready})
        if missing or not ready:
            ready |= dict(zip(missing, texts_make(missing, redact), strict=True))
        made = [ready[text] for text in texts]
        try:
            return compared_store(
                actor=actor,
                source=source,
                compared=compared,
                made=made,
                redactor_version=redactor_version,
            )
        except Overtaken:
            if not last:
                raise
    raise AssertionError


@transaction.atomic
def compared_store(
    *,
    actor: Any,
    source: Source,
    compared: Compared,
    made: Sequence[Made],
    redactor_version: str,
) -> ChunkResult:
    """Write what `rows_compare` found and `texts_make` made of its `wanted` rows.

    Raises Overtaken, and then writes nothing, when what is stored is not what it was.
    """
    counts = Counter(compared.fates)
    result = ChunkResult(
        counts,
        {row.external_id: fate for row, fate in zip(compared.rows, compared.fates, strict=True)},
        sum(one.placeholders for one in made),
    )
    if counts[UNCHANGED] == len(compared.rows) and not compared.newer:
        _bury(source, compared)
        return result
    staging.source_lock(source.pk)
    if known_of(source, [row.external_id for row in compared.rows]) != compared.known:
        raise Overtaken
    _take_out(actor, source, compared)
    _note_newer(compared)
    staged = _staged(compared, made, redactor_version)
    if staged:
        _write(source, staged, redactor_version)
    return result


def _write(source: Source, staged: list[StagedRow], redactor_version: str) -> None:
    changing = [row.id for row in staged if row.id]
    if changing:
        reviews_changing.send(sender=Review, review_ids=changing)
    stored = staging.merge(
        staged,
        Target(
            store=source.store_id,
            source=source.pk,
            purposes=default_purposes(),
            redactor=redactor_version,
            version=keys.KEY_VERSION,
        ),
    )
    reviews_stored.send(
        sender=Review,
        review_ids=stored.created + stored.updated,
        revision_ids=stored.revisions,
    )


def _take_out(actor: Any, source: Source, compared: Compared) -> None:
    _bury(source, compared)
    gone = [pk for pk, fate in zip(compared.ids, compared.fates, strict=True) if fate == DELETED]
    if gone:
        reviews_take_out(review_ids=gone)


def _bury(source: Source, compared: Compared) -> None:
    """Remember what the file calls deleted, stored or not, and forget what comes back."""
    placed = list(enumerate(zip(compared.rows, compared.fates, strict=True)))
    gone = [
        place
        for place, (row, fate) in placed
        if fate == DELETED or (row.deleted and not compared.ids[place])
    ]
    tombstones_set(
        source=source,
        reviews=[
            Buried(
                compared.rows[place].external_id,
                compared.rows[place].content_hash if compared.rows[place].text else "",
                compared.rows[place].updated_at,
            )
            for place in gone
        ],
    )
    back = [
        row.external_id
        for _, (row, fate) in placed
        if fate == CREATED and row.external_id in compared.graves
    ]
    tombstones_drop(source=source, external_ids=back)


def _note_newer(compared: Compared) -> None:
    """Unchanged reviews of which a later file says the same: older ones no longer change them."""
    if compared.newer:
        with connection.cursor() as cursor:
            cursor.execute(
                "update reviews_review r set source_updated_at = t.at "
                "from unnest(%s::bigint[], %s::timestamptz[]) as t(id, at) where r.id = t.id",
                [list(compared.newer), list(compared.newer.values())],
            )


def _staged(compared: Compared, made: Sequence[Made], redactor_version: str) -> list[StagedRow]:
    shopper_key = keys.shopper_key()
    makings = iter(made)
    return [
        _staged_row(row, next(makings), pk, stored_hash(row, redactor_version), shopper_key)
        for row, fate, pk in zip(compared.rows, compared.fates, compared.ids, strict=True)
        if fate in {CREATED, UPDATED}
    ]


def _staged_row(
    row: CleanRow, made: Made, pk: int, content_hash: str, shopper_key: str
) -> StagedRow:
    if row.default_text:
        left_out = LeftOut.DEFAULT_TEXT.value
    elif row.spam:
        left_out = LeftOut.SPAM.value
    elif made.detected.language not in ANALYSED_LANGUAGES:
        left_out = LeftOut.LANGUAGE.value
    else:
        left_out = LeftOut.NOTHING.value
    return StagedRow(
        pk,
        row.external_id,
        row.product_id,
        row.product_name,
        row.brand,
        row.category,
        row.variant,
        keyed_hash(shopper_key, row.shopper) if row.shopper else "",
        row.posted_at,
        row.stars,
        row.channel,
        made.detected.language,
        made.detected.variety,
        left_out,
        row.incentivised,
        row.low_information,
        row.follow_up,
        content_hash,
        row.updated_at,
        made.text,
        made.text_hash,
        made.placeholders,
        made.search,
    )
