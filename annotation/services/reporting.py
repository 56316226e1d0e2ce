"""Somebody who labels saw personal data: it goes at once, and what they marked goes along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction

from accounts.models import User
from annotation.models import Assignment
from annotation.services.answering import BadAnswer, TextChanged
from annotation.services.labels import GivenMention
from annotation.services.remapping import moved, redacted_since
from privacy.redaction.offsets import OffsetMap
from privacy.redaction.spans import TYPES
from privacy.styles import placeholders_in
from reviews.models import Purpose, TextRevision
from reviews.selectors import revisions_for
from reviews.services.doubts import DecidedAlready, WordsNotFound, personal_data_report

_TRIES = 3  # somebody else may redact the same text at the same moment


@transaction.atomic
def assignment_report(
    *,
    actor: User,
    assignment: Assignment,
    start: int,
    end: int,
    type: str,
    mentions: Sequence[GivenMention] = (),
    revision: int | None = None,
) -> list[GivenMention]:
    """Replace the words at start:end by a placeholder, and hand out the new text to label.

    revision: the text that was shown and is meant, where it may be another one than was handed
    out; more may have been hidden in it since, and a report that comes twice changes nothing.
    mentions: marked in it and not stored yet; they come back as they stand in the new text.
    Raises BadAnswer, TextChanged.
    """
    if type not in TYPES:
        raise BadAnswer("type", f"choose one of {', '.join(sorted(TYPES))}")
    seen = _seen(assignment, revision)
    if not 0 <= start < end <= len(seen.text):
        raise BadAnswer("start", f"{start} to {end} is not in the text")
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            with transaction.atomic():
                _replace(actor, seen, (start, end), type)
            break
        except WordsNotFound as error:
            raise BadAnswer("start", "these words are a placeholder, or hold none") from error
        except DecidedAlready as error:
            if last:
                raise TextChanged("the text has changed") from error
    steps = redacted_since(seen)
    assignment.revision = steps[-1] if steps else seen
    assignment.save(update_fields=["revision"])
    return _carried(_maps(steps), mentions)


def _seen(assignment: Assignment, revision: int | None) -> TextRevision:
    """The text that was shown: of this review, and no other one written by the shopper since."""
    wanted = revision or assignment.revision_id or 0
    seen = TextRevision.objects.filter(review=assignment.item.review_id, pk=wanted).first()
    if seen is None or not [seen, *redacted_since(seen)][-1].is_current:
        raise TextChanged("the text has changed")
    return seen


def _replace(actor: User, seen: TextRevision, words: tuple[int, int], type: str) -> None:
    """Put a placeholder for them; not where the words were hidden since they were seen."""
    steps = redacted_since(seen)
    now = steps[-1] if steps else seen
    low, high = _moved(_maps(steps), *words)
    hidden = any(place.start <= low and high <= place.end for place in placeholders_in(now.text))
    if not (steps and hidden):
        personal_data_report(actor=actor, revision=now, start=low, end=high, type=type)


def _maps(steps: Iterable[TextRevision]) -> list[OffsetMap]:
    return [OffsetMap.from_list(one.offset_map or []) for one in steps]


def _moved(steps: Sequence[OffsetMap], low: int, high: int) -> tuple[int, int]:
    for step in steps:
        (low, high), _ = moved(step, low, high)
    return low, high


def _carried(steps: Sequence[OffsetMap], mentions: Sequence[GivenMention]) -> list[GivenMention]:
    """`mentions` as they stand after each of `steps`, one text after the other."""
    carried: dict[tuple[int, int, str], GivenMention] = {}
    for one in mentions:
        low, high = _moved(steps, one.start, one.end)
        carried[low, high, one.kind] = replace(one, start=low, end=high)
    return list(carried.values())


def assignments_refresh(*, assignments: Iterable[Assignment]) -> None:
    """Let each show its text as it is redacted by now; call it before anybody marks words in it.

    An answer that is in stays with the words it is about: where the shopper wrote another text
    since, the one before is kept, as it was redacted last.
    """
    for one in assignments:
        if one.revision is None or one.revision.is_current:
            continue
        current = revisions_for(Purpose.LABEL, [one.item.review.store])
        new = current.filter(review=one.item.review_id).first()
        if new is None:
            continue
        # What was taken out since goes from the text before, too.
        kept = [one.revision, *redacted_since(one.revision)][-1]
        one.revision = new if one.ended_at is None else kept
        one.save(update_fields=["revision"])
