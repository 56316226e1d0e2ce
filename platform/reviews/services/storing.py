"""Storing reviews: redacted before anything is written, idempotent by (source, external id)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from privacy.services import Sealed, keys_in_use
from privacy.services.locking import store_lock
from reviews import keys
from reviews.importing.rows import CleanRow
from reviews.language import Detected, identify, language_load
from reviews.models import ANALYSED_LANGUAGES, Doubt, LeftOut, Review, Source, TextRevision
from reviews.search_vector import search_vector
from reviews.services import blocking, staging
from reviews.services.comparing import (
    CREATED,
    DELETED,
    UNCHANGED,
    UPDATED,
    Compared,
    graves_of,
    known_of,
    rows_compare,
    stored_hash,
)
from reviews.services.deleting import Buried, reviews_bury, tombstones_drop, tombstones_set
from reviews.services.following import any_follow_ups, tails_keep, tails_mark
from reviews.services.holding import decisions_hold
from reviews.services.originals import originals_seal
from reviews.services.redacted import Doubtful, Redact, Redacted
from reviews.services.removing import reviews_remove
from reviews.services.revising import doubts_close
from reviews.services.shoppers import shoppers_ensure, shoppers_lift
from reviews.services.staging import StagedRow, Target
from reviews.signals import reviews_changing, reviews_stored

MOST_PLACEHOLDERS = 32_767
ERASED_FATE = "erased"
__all__ = ["ChunkResult", "Doubtful", "Redact", "Redacted", "rows_store"]

_TRIES = 3  # when somebody else stores the same reviews meanwhile


@dataclass(frozen=True, slots=True)
class Made:
    """What is made of a text before it is stored."""

    redacted: Redacted
    detected: Detected
    text_hash: str
    search: str

    def __reduce__(self) -> tuple[type[Made], tuple[Redacted, Detected, str, str]]:
        # Between processes: a third of the time that pickle takes by itself.
        return Made, (self.redacted, self.detected, self.text_hash, self.search)


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What became of rows: counts by fate, the fate of each external id, and placeholders.

    Rows of somebody erased have the fate `ERASED_FATE`, and are not taken in.
    """

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


def texts_ready() -> None:
    """Load what `texts_make` needs beside redaction."""
    language_load()
    search_vector("第一句话 first words")


def texts_make(texts: Sequence[str], redact: Redact) -> list[Made]:
    """Redact `texts` and work out what is stored beside them. Touches no database."""
    return [made_of(found) for found in redact(texts)]


def made_of(found: Redacted) -> Made:
    """What is stored beside a redacted text."""
    return Made(
        found,
        identify(found.text),
        hashlib.sha256(found.text.encode()).hexdigest(),
        search_vector(found.text),
    )


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
    if set(compared.fates) <= {UNCHANGED} and not compared.newer:
        _bury(source, compared)
        fates = {row.external_id: UNCHANGED for row in compared.rows}
        return ChunkResult(Counter(fates.values()), fates, 0)
    staging.source_lock(source.pk)
    # Before what is stored is looked at: whoever takes reviews or shoppers out waits from here on.
    store_lock(source.store_id, alone=False)
    # Before anything is read that decides what is written: a decision about one of these reviews
    # is either committed, and holds, or waits for us, and then finds another text.
    staging.reviews_lock(compared.touched)
    _look_again(source, compared)
    # What they may be used for was perhaps said anew since the import began.
    source.refresh_from_db(fields=["legal_basis", "purposes"])
    erased = blocking.rows_erased(
        source, compared.rows, {row.line: row.content_hash for row in compared.rows}
    )
    pairs = _held(source, compared, made)
    erased |= blocking.texts_erased(source, {row.line: one.redacted.text for row, _, one in pairs})
    pairs = [pair for pair in pairs if pair[0].line not in erased]
    _take_out(actor, source, compared)
    _note_newer(compared)
    if pairs:
        _write(source, pairs, redactor_version)
    fates = {
        row.external_id: ERASED_FATE if row.line in erased else fate
        for row, fate in zip(compared.rows, compared.fates, strict=True)
    }
    placeholders = sum(one.redacted.placeholders for _, _, one in pairs)
    return ChunkResult(Counter(fates.values()), fates, placeholders)


def _look_again(source: Source, compared: Compared) -> None:
    known = known_of(source, [row.external_id for row in compared.rows])
    # The graves as well: a review of which nothing is stored can have been deleted meanwhile.
    if known != compared.known or graves_of(source, compared.rows, known) != compared.graves:
        raise Overtaken


Pair = tuple[CleanRow, int, Made]
"""A row to store, the id of its review (0: new), and what was made of its text."""


def _held(source: Source, compared: Compared, made: Sequence[Made]) -> list[Pair]:
    """What is to be stored, with what people decided about earlier forms of these reviews."""
    rows = wanted(compared)
    ids = [
        pk
        for pk, fate in zip(compared.ids, compared.fates, strict=True)
        if fate in {CREATED, UPDATED}
    ]
    redacted = [one.redacted for one in made]
    held = decisions_hold(source, ids, redacted)
    return [
        (row, pk, one if now is before else made_of(now))
        for row, pk, one, before, now in zip(rows, ids, made, redacted, held, strict=True)
    ]


def _write(source: Source, pairs: Sequence[Pair], redactor_version: str) -> None:
    people, sealed, version = _under_keys(source, pairs)
    tails = tails_keep(pk for _, pk, _ in pairs) if any_follow_ups(source.pk) else {}
    staged = [
        _staged_row(
            pair,
            tails.get(pair[1], ""),
            stored_hash(pair[0], redactor_version, source.original_policy),
            people[pair[0].shopper],
            sealed.get(pair[0].external_id),
        )
        for pair in pairs
    ]
    changing = [row.id for row in staged if row.id]
    if changing:
        reviews_changing.send(sender=Review, review_ids=changing)
    stored = staging.merge(
        staged,
        Target(
            store=source.store_id,
            source=source.pk,
            legal_basis=source.legal_basis,
            purposes=source.purposes,
            redactor=redactor_version,
            version=version,
        ),
    )
    tails_mark({pk: len(one.redacted.text) for _, pk, one in pairs if pk in tails})
    doubts_close(review_ids=stored.updated)
    _keep_doubts(pairs, stored.revisions)
    reviews_stored.send(
        sender=Review,
        review_ids=stored.created + stored.updated,
        revision_ids=stored.revisions,
        created=stored.created,
    )


def _keep_doubts(pairs: Sequence[Pair], revision_ids: Sequence[int]) -> None:
    doubts = {row.external_id: one.redacted.doubts for row, _, one in pairs if one.redacted.doubts}
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


def _under_keys(
    source: Source, pairs: Sequence[Pair]
) -> tuple[dict[str, str], dict[str, Sealed], int]:
    """Hash of each shopper, sealed original of each review, and the version of the hashes."""
    keys_in_use()
    rows = [row for row, _, _ in pairs]
    version = keys.shopper_version()
    digests = keys.shopper_digests({row.shopper for row in rows if row.shopper}, version)
    shoppers_lift(store=source.store_id, digests=digests, version=version)
    sealed: dict[str, Sealed] = {}
    if source.original_policy != Source.OriginalPolicy.DROP:
        uids = shoppers_ensure(store=source.store_id, digests=digests, version=version)
        spans = {row.external_id: one.redacted.spans for row, _, one in pairs}
        sealed = originals_seal(source=source, rows=rows, uids=uids, spans=spans)
    return {"": "", **{who: found[-1] for who, found in digests.items()}}, sealed, version


def _take_out(actor: Any, source: Source, compared: Compared) -> None:
    gone = [pk for pk, fate in zip(compared.ids, compared.fates, strict=True) if fate == DELETED]
    if gone:
        reviews_bury(source=source, review_ids=gone)
    # After it: of those that the file names it says itself what they were.
    _bury(source, compared)
    if gone:
        reviews_remove(actor=actor, review_ids=gone)


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


def left_out_of(default_text: bool, spam: bool, language: str) -> str:
    """Why a review does not count, as far as its text says."""
    if default_text:
        return LeftOut.DEFAULT_TEXT.value
    if spam:
        return LeftOut.SPAM.value
    return (LeftOut.NOTHING if language in ANALYSED_LANGUAGES else LeftOut.LANGUAGE).value


def _staged_row(
    pair: Pair, tail: str, content_hash: str, shopper_hash: str, sealed: Sealed | None
) -> StagedRow:
    row, pk, made = pair
    if tail:
        # Only what the shop says anew may make a new revision of a text that has a follow-up.
        made = made_of(replace(made.redacted, text=made.redacted.text + tail))
    return StagedRow(
        pk,
        row.external_id,
        row.product_id,
        row.product_name,
        row.brand,
        row.category,
        row.variant,
        row.follows,
        shopper_hash,
        row.posted_at,
        row.stars,
        row.channel,
        made.detected.language,
        made.detected.variety,
        left_out_of(row.default_text, row.spam, made.detected.language),
        row.incentivised,
        row.low_information,
        row.follow_up or bool(tail),
        content_hash,
        row.updated_at,
        made.redacted.text,
        made.text_hash,
        min(made.redacted.placeholders, MOST_PLACEHOLDERS),
        made.search,
        sealed.blob if sealed else None,
        sealed.version if sealed else None,
    )
