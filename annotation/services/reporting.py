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
from reviews.models import Purpose
from reviews.selectors import revisions_for
from reviews.services.doubts import DecidedAlready, WordsNotFound, personal_data_report


@transaction.atomic
def assignment_report(
    *,
    actor: User,
    assignment: Assignment,
    start: int,
    end: int,
    type: str,
    mentions: Sequence[GivenMention] = (),
) -> list[GivenMention]:
    """Replace text[start:end] by a placeholder, and hand out the new text to label.

    mentions: marked and not stored yet; they come back as they stand in the new text. Raises
    BadAnswer, TextChanged.
    """
    if type not in TYPES:
        raise BadAnswer("type", f"choose one of {', '.join(sorted(TYPES))}")
    revision = assignment.revision
    if revision is None or not revision.is_current:
        raise TextChanged("the text has changed")
    if not 0 <= start < end <= len(revision.text):
        raise BadAnswer("start", f"{start} to {end} is not in the text")
    try:
        personal_data_report(actor=actor, revision=revision, start=start, end=end, type=type)
    except WordsNotFound as error:
        raise BadAnswer("start", "these words are a placeholder, or hold none") from error
    except DecidedAlready as error:
        raise TextChanged("the text has changed") from error
    current = revisions_for(Purpose.LABEL, [assignment.item.review.store])
    new = current.get(review=assignment.item.review_id)
    assignment.revision = new
    assignment.save(update_fields=["revision"])
    steps = [OffsetMap.from_list(one.offset_map or []) for one in redacted_since(revision)]
    return _carried(steps, mentions)


def _carried(steps: Sequence[OffsetMap], mentions: Sequence[GivenMention]) -> list[GivenMention]:
    """`mentions` as they stand after each of `steps`, one text after the other."""
    carried: dict[tuple[int, int, str], GivenMention] = {}
    for one in mentions:
        low, high = one.start, one.end
        for step in steps:
            (low, high), _ = moved(step, low, high)
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
