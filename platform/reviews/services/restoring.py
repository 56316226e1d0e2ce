"""The text a review had before redaction, from what the policy of its source had sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from privacy.services import MayNotOpen, NothingSealed, may_open_originals
from privacy.styles import filled_in
from privacy.vault.errors import KeyStoreUnavailable, VaultError
from reviews.cleaning.catalogue import Cleaner
from reviews.models import Review, TextRevision
from reviews.services.originals import SPANS_ONLY, original_open


@dataclass(frozen=True)
class Original:
    """What was sealed of a review, in one text; `pieces`: only the replaced pieces were kept, so
    the rest of it is what cleaning left."""

    text: str
    pieces: bool


class NotRestored(LookupError):
    """No original is to be had: none is kept, it was erased, or this person may not see it."""


def text_restored(*, actor: Any, review: Review, reason: str) -> str:
    """The cleaned text of `review` before redaction; opening it leaves a trace.

    Not inside a transaction. Raises NotRestored, KeyStoreUnavailable.
    """
    # Asked first, since each refusal leaves a trace.
    if review.sealed_original is None or not may_open_originals(actor):
        raise NotRestored
    try:
        kept = original_open(actor=actor, review=review, reason=reason)
    except (MayNotOpen, NothingSealed, VaultError) as error:
        raise NotRestored(type(error).__name__) from None
    if not kept.startswith(SPANS_ONLY):
        return Cleaner.but(review.source.rules_off).text(kept).text
    return _filled(review, kept.removeprefix(SPANS_ONLY))


def original_read(*, actor: Any, review: Review, reason: str) -> Original:
    """The original of `review` for a person to read; opening it leaves a trace.

    Not inside a transaction. Raises MayNotOpen without the permission or a reason, NotRestored for
    what is not sealed, was erased or was changed, KeyStoreUnavailable.
    """
    try:
        kept = original_open(actor=actor, review=review, reason=reason)
    except KeyStoreUnavailable:
        raise
    except (NothingSealed, VaultError) as error:
        raise NotRestored(type(error).__name__) from None
    if not kept.startswith(SPANS_ONLY):
        return Original(kept, pieces=False)
    return Original(_filled(review, kept.removeprefix(SPANS_ONLY)), pieces=True)


def _filled(review: Review, pieces: str) -> str:
    # The pieces belong to the text as it came in: the newest that was not made from another one.
    came = TextRevision.objects.filter(review=review, offset_map__isnull=True).order_by("-number")
    revision = came.first()
    if revision is None:
        raise NotRestored("no revision came in")
    try:
        found = [(start, end, words) for start, end, _, words in json.loads(pieces)]
        return filled_in(revision.text, found)
    except ValueError:
        raise NotRestored("the pieces do not fit the text") from None
