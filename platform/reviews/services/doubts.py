"""Deciding about what redaction is not sure of: confirmed, corrected, rejected, added, reported.

A decision changes the review's text at once, as a new revision; labels and open doubts go along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from privacy.alignment import align
from privacy.listed_values import value_hash, value_open, value_seal
from privacy.redaction.spans import TYPES
from privacy.services import audit_record
from privacy.services.locking import store_lock
from privacy.styles import Style, next_number, placeholders_in, render_placeholder, replaced
from reviews.models import Doubt, ListedValue, RedactionCase, Review, TextRevision
from reviews.selectors.policies import policy_of
from reviews.services.cases import case_keep, case_made
from reviews.services.decisions import placed
from reviews.services.following import joined_to
from reviews.services.lists import LONGEST, values_add
from reviews.services.restoring import NotRestored, text_restored
from reviews.services.revising import NewText, revisions_replace

Holds = Callable[[RedactionCase], bool]
"""Whether the engine passes a test now; False where that cannot be said."""


class DecidedAlready(Exception):
    """Somebody else was quicker, or the text has changed since."""


class WordsNotFound(ValueError):
    """The words do not stand in the text, or stand in a placeholder."""


@dataclass(slots=True)
class Decision:
    """What came of it. `restored` is None where nothing had to be brought back.

    cases: tests that are new. entries: new list entries, still to be spread by the doorway.
    """

    doubt: Doubt
    restored: bool | None = None
    cases: int = 0
    entries: list[ListedValue] = field(default_factory=list)


@transaction.atomic
def doubt_confirm(
    *, actor: Any, doubt: Doubt, type: str = "", holds: Holds | None = None
) -> Decision:
    """It is personal data: of its type, or of another one, which then stands in the text.

    A correction becomes a test; a confirmation does where the engine finds an invented value of
    the type in the same sentence, so that a later version has to find it too.
    Raises DecidedAlready, ValueError for an unknown type.
    """
    kind = type or doubt.type
    if kind not in TYPES:
        raise ValueError("type: unknown")
    doubt = _locked(doubt)
    text = doubt.revision.text
    corrected = kind != doubt.type
    state = Doubt.State.CORRECTED if corrected else Doubt.State.CONFIRMED
    decision = Decision(_decide(actor, doubt, state, kind))
    case = case_made(doubt, text, (doubt.start, doubt.end), kind, stays=False)
    if corrected or (holds is not None and holds(case)):
        decision.cases += case_keep(case)
    if corrected:
        _put(doubt, lambda length: _other(doubt, kind, length))
    return decision


def doubt_reject(*, actor: Any, doubt: Doubt, reason: str, keep: bool = False) -> Decision:
    """It is no personal data. The words come back where they are kept sealed, else they stay gone.

    reason: why the original is opened. keep: put the words on the list of what always stays.
    Becomes a test where the words are known. Not inside a transaction, since opening leaves a
    trace whatever happens next. Raises DecidedAlready.
    """
    value = _words(actor, doubt, reason)
    with transaction.atomic():
        return _reject(actor, _locked(doubt), doubt.revision_id, value, keep)


def _reject(actor: Any, doubt: Doubt, seen: int, value: str | None, keep: bool) -> Decision:
    if doubt.revision_id != seen:
        raise DecidedAlready
    decision = Decision(doubt, restored=value is not None)
    if value is not None:
        doubt.value_hash, doubt.value_length = value_hash(value), len(value)
    _decide(actor, doubt, Doubt.State.REJECTED, doubt.type)
    if value is None:
        return decision
    text = doubt.revision.text
    _put(doubt, lambda length: value)
    shown, _ = replaced(text, [(doubt.start, doubt.end, value)])
    span = (doubt.start, doubt.start + len(value))
    decision.cases += case_keep(case_made(doubt, shown, span, doubt.type, stays=True))
    if keep and len(value) <= LONGEST:
        decision.entries = values_add(
            actor=actor,
            stores=[doubt.review.store],
            kind=ListedValue.Kind.ALLOW,
            values=[value],
        )
    return decision


@transaction.atomic
def doubt_add(
    *, actor: Any, revision: TextRevision, words: str, type: str, deny: bool = False
) -> Decision:
    """Words of a stored text that redaction missed: replaced wherever they stand in it.

    deny: put them on the list of what always goes; the doorway spreads that to other reviews.
    Becomes a test. Raises WordsNotFound, DecidedAlready, ValueError for an unknown type.
    """
    before = revision.text
    doubts = _replace_words(actor, revision, words, type, Doubt.Origin.OFFICER)
    decision = Decision(doubts[0])
    start = _occurrences(before, words.strip())[0][0]
    span = (start, start + len(words.strip()))
    decision.cases += case_keep(case_made(doubts[0], before, span, type, stays=False))
    if deny:
        decision.entries = values_add(
            actor=actor,
            stores=[doubts[0].review.store],
            kind=ListedValue.Kind.DENY,
            type=type,
            values=[words],
        )
    return decision


@transaction.atomic
def personal_data_report(
    *, actor: Any, revision: TextRevision, start: int, end: int, type: str
) -> Doubt:
    """Somebody who labels says that revision.text[start:end] is personal data.

    The words are replaced at once, and wait in the queue; rejected there, they come back. Raises
    WordsNotFound, DecidedAlready, ValueError for an unknown type.
    """
    words = revision.text[start:end]
    return _replace_words(actor, revision, words, type, Doubt.Origin.REPORT)[0]


def _locked(doubt: Doubt) -> Doubt:
    # The review first, as imports do it: one that is under way has either stored its text, and
    # then this one is no longer current, or waits and reads what was decided.
    list(Review.objects.select_for_update().filter(pk=doubt.review_id).values("pk"))
    found = (
        Doubt.objects.select_for_update(of=("self",))
        .select_related("review__source", "review__store", "revision")
        .filter(pk=doubt.pk, state=Doubt.State.OPEN, revision__is_current=True)
        .first()
    )
    if found is None:
        raise DecidedAlready
    return found


def _decide(actor: Any, doubt: Doubt, state: Doubt.State, kind: str) -> Doubt:
    """Settle the doubt, and those about the same value in this text with it."""
    alike = [doubt, *_alike(doubt)]
    for one in alike:
        one.state, one.type = state, kind
        one.decided_at, one.decided_by = timezone.now(), actor
        one.sealed_value = None
        one.value_hash, one.value_length = doubt.value_hash, doubt.value_length
        one.save()
    audit_record(
        actor=actor,
        action=f"doubt.{state.value}",
        object_type="review",
        object_id=doubt.review_id,
        details={"doubts": [one.pk for one in alike], "type": kind, "rule": doubt.rule},
    )
    return doubt


def _alike(doubt: Doubt) -> list[Doubt]:
    """Other open doubts about the same number of the same type: the same value."""
    text = doubt.revision.text
    token = text[doubt.start : doubt.end]
    numbered = [one for one in placeholders_in(token) if one.number is not None]
    if not numbered:
        return []
    others = Doubt.objects.select_for_update().filter(
        revision=doubt.revision_id, state=Doubt.State.OPEN
    )
    return [one for one in others.exclude(pk=doubt.pk) if text[one.start : one.end] == token]


def _put(doubt: Doubt, words: Callable[[int], str]) -> None:
    """A new text with other words in place of the doubt's placeholder, wherever it stands."""
    revision = doubt.revision
    text = revision.text
    token = text[doubt.start : doubt.end]
    places = [(doubt.start, doubt.end)]
    if any(one.number is not None for one in placeholders_in(token)):
        places = [
            (one.start, one.end)
            for one in placeholders_in(text)
            if text[one.start : one.end] == token
        ]
    new, offset_map = replaced(text, [(a, b, words(b - a)) for a, b in places])
    _revise(revision, new, offset_map)


def _revise(revision: TextRevision, text: str, offset_map: Any) -> None:
    done = revisions_replace(
        news=[NewText(revision.pk, text, offset_map, revision.redactor_version)]
    )
    if done.overtaken:
        raise DecidedAlready


def _other(doubt: Doubt, kind: str, length: int) -> str:
    style = policy_of(doubt.review.source).style
    return render_placeholder(style, kind, next_number(doubt.revision.text, kind), length)


def _words(actor: Any, doubt: Doubt, reason: str) -> str | None:
    """What stands behind the doubt's placeholder, where that is kept and can be told apart."""
    if doubt.sealed_value is not None:
        return value_open(bytes(doubt.sealed_value), row=_row(doubt.review_id, doubt.value_hash))
    try:
        original = text_restored(actor=actor, review=doubt.review, reason=reason)
    except NotRestored:
        return None
    # Two placeholders side by side share one piece: then neither can be given back alone.
    for start, end, low, high in align(doubt.revision.text, original).pieces:
        if (start, end) == (doubt.start, doubt.end):
            return original[low:high]
    return None


def _row(review_id: int, hashed: str) -> str:
    return f"doubt|{review_id}|{hashed}"


def _occurrences(text: str, words: str) -> list[tuple[int, int]]:
    found = []
    start = text.find(words)
    held = [(one.start, one.end) for one in placeholders_in(text)]
    while start >= 0:
        end = start + len(words)
        if not any(start < high and low < end for low, high in held):
            found.append((start, end))
        start = text.find(words, end)
    return found


def _replace_words(
    actor: Any, revision: TextRevision, words: str, kind: str, origin: Doubt.Origin
) -> list[Doubt]:
    """Doubts about `words`, replaced in this text and in each text that is joined to it."""
    if kind not in TYPES:
        raise ValueError("type: unknown")
    words = words.strip()
    if not words or not _occurrences(revision.text, words):
        raise WordsNotFound
    reviews = _locked_family(revision)
    texts, places = _without(revision, reviews, words, kind)
    if not texts:
        return _replace_lines(actor, revision, words, kind, origin)
    if revisions_replace(news=texts).overtaken:
        raise DecidedAlready
    reported = origin == Doubt.Origin.REPORT
    doubts = []
    for pk, now in places.items():
        made = _doubts_about(actor, reviews[pk], words, kind, origin, now)
        audit_record(
            actor=actor,
            action="doubt.report" if reported else "doubt.add",
            object_type="review",
            object_id=pk,
            details={"doubts": [one.pk for one in made], "type": kind},
        )
        doubts += made
    return doubts


def _replace_lines(
    actor: Any, revision: TextRevision, words: str, kind: str, origin: Doubt.Origin
) -> list[Doubt]:
    """`words` reach from the text of one review into that of the next: each line by itself."""
    doubts: list[Doubt] = []
    lines = words.split("\n")
    for line in sorted(lines, key=len, reverse=True) if len(lines) > 1 else ():
        now = _current(revision.review_id)
        # A shorter one may have gone with a longer one that holds it.
        if line.strip() and _occurrences(now.text, line.strip()):
            doubts += _replace_words(actor, now, line, kind, origin)
    if not doubts:
        raise DecidedAlready
    return doubts


def _locked_family(revision: TextRevision) -> dict[int, Review]:
    """The review of this text and those whose words are joined to it, locked."""
    joined = joined_to(revision.review_id)
    if joined:
        # Before any row: an import beside locks the same rows, in an order of its own.
        store_lock(revision.review.store_id, alone=True)
    rows = (
        Review.objects.select_for_update(of=("self",))
        .select_related("source", "store")
        .filter(pk__in=[revision.review_id, *joined])
        .order_by("pk")
    )
    return {one.pk: one for one in rows}


Places = list[tuple[int, int]]


def _without(
    revision: TextRevision, reviews: dict[int, Review], words: str, kind: str
) -> tuple[list[NewText], dict[int, Places]]:
    """The texts of these reviews without `words` in what is their own, and the new places of each.

    What stands below its own words follows from the texts of the others.
    """
    style: Style = policy_of(reviews[revision.review_id].source).style
    others = TextRevision.objects.filter(
        review__in=set(reviews) - {revision.review_id}, is_current=True
    )
    news: list[NewText] = []
    places: dict[int, Places] = {}
    for one in [revision, *others.order_by("review_id").defer("search")]:
        own = one.text[: one.first_length]
        found = [(a, b, kind) for a, b in _occurrences(own, words)]
        if found:
            # Numbered by its own words alone: the numbers below go on after these.
            text, offset_map, places[one.review_id] = placed(own, found, style)
            text += one.text[len(own) :]
            news.append(NewText(one.pk, text, offset_map, one.redactor_version))
    return news, places


def _current(review_id: int) -> TextRevision:
    return TextRevision.objects.get(review=review_id, is_current=True)


def _doubts_about(
    actor: Any, review: Review, words: str, kind: str, origin: Doubt.Origin, places: Places
) -> list[Doubt]:
    reported = origin == Doubt.Origin.REPORT
    hashed = value_hash(words)
    decided = {} if reported else {"decided_by": actor, "decided_at": timezone.now()}
    revision = _current(review.pk)
    return Doubt.objects.bulk_create(
        Doubt(
            review=review,
            revision=revision,
            start=start,
            end=end,
            type=kind,
            origin=origin,
            state=Doubt.State.OPEN if reported else Doubt.State.CONFIRMED,
            value_hash=hashed,
            value_length=len(words),
            sealed_value=value_seal(words, row=_row(review.pk, hashed)) if reported else None,
            created_by=actor,
            **decided,
        )
        for start, end in places
    )
