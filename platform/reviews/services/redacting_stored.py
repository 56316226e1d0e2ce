"""Stored reviews redacted once more: after better rules, another policy, or a new listed value.

Where the original is sealed it is redacted anew; otherwise the stored text is redacted further,
which can find more and bring nothing back. One transaction a chunk, with the place to go on from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet

from common.models import Job
from common.services import job_create
from privacy.alignment import align
from privacy.listed_values import value_hash
from privacy.redaction.offsets import OffsetMap
from privacy.services import audit_record, may_open_originals
from privacy.styles import for_engine, replaced, restyled
from reviews.models import ListedValue, Source, TextRevision
from reviews.selectors.policies import Policy, deny_value, policy_of
from reviews.services.decisions import decided_about
from reviews.services.redacted import Doubtful
from reviews.services.restoring import NotRestored, text_restored
from reviews.services.revising import NewText, Revised, revisions_replace

if TYPE_CHECKING:
    from privacy.redaction.engine import Redaction, Redactor

KIND = "redact_stored"
LISTED = "apply_listed_values"
CHUNK = 200  # reviews in one transaction
REASON = "redacting stored reviews again"

Make = Callable[[list[TextRevision]], list[NewText]]


@dataclass(slots=True)
class Counts:
    """looked at = changed + same + overtaken; `from_original`: redacted from the sealed original.

    `not_opened`: the original is kept but could not be opened, so the stored text was taken.
    """

    looked_at: int = 0
    changed: int = 0
    same: int = 0
    overtaken: int = 0
    from_original: int = 0
    not_opened: int = 0

    def add(self, done: Revised, looked_at: int) -> None:
        self.looked_at += looked_at
        self.changed += len(done.changed)
        self.same += len(done.same)
        self.overtaken += done.overtaken


def redact_stored_request(
    *, actor: Any, sources: Iterable[Source], version: str, everything: bool = False
) -> Job:
    """Ask for the stored reviews of `sources` to be redacted again; the doorway wakes a worker.

    `version`: of the rules, as far as the asker knows it ("" where it holds no engine).
    `everything`: also those that carry the stamp of today already.
    """
    ids = sorted(source.pk for source in sources)
    job = job_create(
        actor=actor,
        kind=KIND,
        arguments={"sources": ids, "version": version, "everything": everything},
    )
    audit_record(
        actor=actor,
        action="reviews.redact_again",
        object_type="job",
        object_id=job.pk,
        details={"sources": ids, "everything": everything},
    )
    return job


def waiting(source: Source, stamp: str, *, everything: bool = False) -> QuerySet[TextRevision]:
    """Current texts of `source` that were not redacted under `stamp`, by review.

    Whatever they may be used for: what is kept has to be protected.
    """
    found = TextRevision.objects.filter(is_current=True, review__source=source)
    if not everything:
        found = found.filter(~Q(redactor_version=stamp))
    return found.order_by("review_id").defer("search")


def chunks_of(found: QuerySet[TextRevision], after: int) -> Iterator[list[TextRevision]]:
    """The texts in pieces, those of reviews after `after`; each piece is asked for anew."""
    while True:
        chunk = list(found.filter(review_id__gt=after).select_related("review__source")[:CHUNK])
        if not chunk:
            return
        after = chunk[-1].review_id
        yield chunk


def redact_source(
    *,
    actor: Any,
    source: Source,
    everything: bool,
    after: int,
    counts: Counts,
    done: Callable[[int], None],
) -> None:
    """Redact the stored reviews of `source` after the review `after`.

    `done(review id)` is called inside the transaction of each chunk, to note the place; it may
    raise to stop, which undoes that chunk.
    """
    from reviews import redacting

    policy = policy_of(source)
    stamp = policy.stamp(redacting.redactor_version())
    maker = Again(actor, policy, stamp, counts)
    for chunk in chunks_of(waiting(source, stamp, everything=everything), after):
        news = maker.texts(chunk)  # before the transaction: opening an original leaves its trace
        with transaction.atomic():
            revised = revisions_replace(news=news)
            counts.add(revised, len(chunk))
            done(chunk[-1].review_id)


def redact_source_look(*, actor: Any, source: Source, everything: bool, counts: Counts) -> None:
    """Count what `redact_source` would do to the stored texts; nothing is written or opened."""
    from reviews import redacting

    policy = policy_of(source)
    stamp = policy.stamp(redacting.redactor_version())
    maker = Again(actor, policy, stamp, counts, opens=False)
    for chunk in chunks_of(waiting(source, stamp, everything=everything), 0):
        news = {one.revision: one for one in maker.texts(chunk)}
        counts.looked_at += len(chunk)
        counts.changed += sum(news[one.pk].text != one.text for one in chunk)
        counts.same += sum(news[one.pk].text == one.text for one in chunk)


class Again:
    """Makes the new texts of a source's stored ones under one policy."""

    def __init__(
        self, actor: Any, policy: Policy, stamp: str, counts: Counts, *, opens: bool = True
    ) -> None:
        self._actor = actor
        self._policy = policy
        self._stamp = stamp
        self._counts = counts
        self._opens = opens

    def texts(self, chunk: Sequence[TextRevision]) -> list[NewText]:
        originals = self._originals(chunk)
        return [
            *self._from_originals([one for one in chunk if one.review_id in originals], originals),
            *self._further([one for one in chunk if one.review_id not in originals]),
        ]

    def _originals(self, chunk: Sequence[TextRevision]) -> dict[int, str]:
        found: dict[int, str] = {}
        sealed = [one for one in chunk if self._opens and one.review.sealed_original is not None]
        for one in sealed if may_open_originals(self._actor) else ():
            with suppress(NotRestored):
                found[one.review_id] = text_restored(
                    actor=self._actor, review=one.review, reason=REASON
                )
        self._counts.not_opened += len(sealed) - len(found)
        self._counts.from_original += len(found)
        return found

    def _further(self, chunk: list[TextRevision]) -> list[NewText]:
        from reviews.redacting import engine_for

        shown = [for_engine(one.text) for one in chunk]
        found = engine_for(self._policy).redact_many([text for text, _ in shown])
        decided = decided_about([one.review_id for one in chunk])
        return [
            further(
                one,
                redaction,
                back,
                self._policy,
                self._stamp,
                decided[one.review_id].kept if one.review_id in decided else (),
            )
            for one, redaction, (_, back) in zip(chunk, found, shown, strict=True)
        ]

    def _from_originals(
        self, chunk: list[TextRevision], originals: dict[int, str]
    ) -> list[NewText]:
        decided = decided_about([one.review_id for one in chunk])
        news = []
        for one in chunk:
            original = originals[one.review_id]
            engine = self._engine(original, decided.get(one.review_id))
            news.append(_anew(one, original, engine.redact(original), self._policy, self._stamp))
        return news

    def _engine(self, original: str, decided: Any) -> Redactor:
        from reviews.redacting import engine_for
        from reviews.services.decisions import words_found

        engine = engine_for(self._policy)
        if decided is None:
            return engine
        values = {original[span.start : span.end] for span in engine.find(original)}
        kept = {value for value in values if value_hash(value) in decided.kept}
        gone = {
            original[start:end]: kind for start, end, kind in words_found(original, decided.gone)
        }
        return engine_for(self._policy, allow=kept, deny=gone)


def further(
    revision: TextRevision,
    found: Redaction,
    back: OffsetMap,
    policy: Policy,
    stamp: str,
    kept: Collection[str] = (),
) -> NewText:
    """The stored text with what was `found` in it replaced as well.

    back: the map from the stored text to the one the engine was shown. kept: hashes of words that
    people said are no personal data.
    """
    changes: list[tuple[int, int, str]] = []
    spans = []
    for span, piece in zip(found.spans, found.offset_map.pieces, strict=True):
        start, end = back.to_original(span.start, span.end)
        if changes and start < changes[-1][1]:
            continue  # both reached into one placeholder, which is replaced as a whole
        if kept and value_hash(revision.text[start:end]) in kept:
            continue
        words, _ = restyled(
            revision.text[start:end],
            found.text[piece[2] : piece[3]],
            OffsetMap(((0, end - start, 0, piece[3] - piece[2]),)),
            policy.style,
        )
        changes.append((start, end, words))
        spans.append(span)
    text, offset_map = replaced(revision.text, changes)
    doubts = [
        Doubtful(piece[2], piece[3], span.type, span.score, span.rule)
        for span, piece in zip(spans, offset_map.pieces, strict=True)
        if span.score < policy.doubt_below
    ]
    return NewText(revision.pk, text, offset_map, stamp, doubts)


def _anew(
    revision: TextRevision, original: str, found: Redaction, policy: Policy, stamp: str
) -> NewText:
    from reviews.redacting import as_stored

    stored = as_stored(original, found, policy)
    if revision.first_length is None:
        offset_map = align(revision.text, stored.text)
        return NewText(revision.pk, stored.text, offset_map, stamp, stored.doubts)
    # A follow-up has an original of its own: its words stay below.
    text = stored.text + revision.text[revision.first_length :]
    offset_map = align(revision.text, text)
    return NewText(revision.pk, text, offset_map, stamp, stored.doubts, len(stored.text), True)


def listed_values_spread(
    *, entries: Sequence[ListedValue], after: int, counts: Counts, done: Callable[[int], None]
) -> None:
    """Replace values that always go in the stored reviews of their one store, after `after`."""
    from privacy.redaction.engine import Redactor

    engine = Redactor(types=(), deny={deny_value(entry): entry.type for entry in entries})
    policies: dict[int, Policy] = {}
    found = TextRevision.objects.filter(is_current=True, review__store=entries[0].store_id)
    found = found.order_by("review_id").defer("search")
    for chunk in chunks_of(found, after):
        news = []
        shown = [for_engine(one.text) for one in chunk]
        for one, redaction, (_, back) in zip(
            chunk, engine.redact_many([text for text, _ in shown]), shown, strict=True
        ):
            if redaction.spans:
                source = one.review.source_id
                if source not in policies:
                    policies[source] = policy_of(one.review.source)
                news.append(further(one, redaction, back, policies[source], one.redactor_version))
        with transaction.atomic():
            counts.add(revisions_replace(news=news), len(chunk))
            counts.same += len(chunk) - len(news)
            done(chunk[-1].review_id)


def counts_of(value: dict[str, Any]) -> Counts:
    """Counts as they were noted; see `as_note`."""
    return Counts(**value)


def as_note(counts: Counts) -> dict[str, int]:
    return asdict(counts)
