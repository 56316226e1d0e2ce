"""What is redacted in the joined part of a text, carried to the follow-up it came from.

A joined text is made anew from its parts whenever one of them changes: what is replaced in it
alone would come back.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from privacy.listed_values import value_hash
from privacy.styles import placeholders_in
from reviews.models import Doubt, Review, TextRevision
from reviews.selectors.policies import policy_of
from reviews.services.decisions import placed
from reviews.services.following import joined_to
from reviews.services.redacted import Doubtful
from reviews.services.revising import NewText, revisions_replace


@dataclass(frozen=True, slots=True)
class _Gone:
    """Words that were replaced in a joined text, and the doubt about the place, if there is one."""

    words: str
    start: int
    end: int
    type: str
    doubt: Doubt | None

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where they stand in the follow-up's own text, in which placeholders have other numbers.

        A place inside a placeholder is none.
        """
        pattern = ""
        at = 0
        for one in placeholders_in(self.words):
            token = re.escape(self.words[one.start : one.end])
            numbered = rf"\[{one.type}_\d+\]" if one.number is not None else token
            pattern += re.escape(self.words[at : one.start]) + numbered
            at = one.end
        pattern += re.escape(self.words[at:])
        taken = [(one.start, one.end) for one in placeholders_in(text)]
        return [
            found.span()
            for found in re.finditer(pattern, text)
            if all(
                end <= found.start() or found.end() <= start
                or (found.start() <= start and end <= found.end())
                for start, end in taken
            )
        ]  # fmt: skip


def tails_carry(*, revision_ids: Collection[int]) -> None:
    """Replace what these new texts replaced below a review's own words where it came from, too.

    Doubts about it go along. What stands in no follow-up alone is remembered with the joined text.
    """
    found = TextRevision.objects.filter(
        pk__in=revision_ids, is_current=True, first_length__isnull=False, offset_map__isnull=False
    )
    for new in found.select_related("review__source").defer("search"):
        gone = _gone(new)
        if gone:
            _carry(new, gone)


def _gone(new: TextRevision) -> list[_Gone]:
    old = TextRevision.objects.filter(review=new.review_id, number=new.number - 1).first()
    if old is None or old.first_length is None:
        return []
    doubts = Doubt.objects.filter(revision=new, state=Doubt.State.OPEN)
    about = {(one.start, one.end): one for one in doubts}
    held = {(one.start, one.end): one for one in placeholders_in(new.text)}
    gone = []
    for low, high, start, end in new.offset_map or []:
        words = old.text[low:high]
        alone = [(one.start, one.end) for one in placeholders_in(words)] == [(0, len(words))]
        if low >= old.first_length and (start, end) in held and not alone:
            kind = held[start, end].type or "PERSON"
            gone.append(_Gone(words, start, end, kind, about.get((start, end))))
    return gone


def _carry(new: TextRevision, gone: list[_Gone]) -> None:
    style = policy_of(new.review.source).style
    left = set(gone)
    later = Review.objects.filter(pk__in=joined_to(new.review_id))
    for one in TextRevision.objects.filter(review__in=later, is_current=True).defer("search"):
        spans: dict[tuple[int, int], _Gone] = {}
        for each in gone:
            for start, end in each.places(one.text[: one.first_length]):
                if all(end <= low or high <= start for low, high in spans):
                    spans[start, end] = each
                left.discard(each)
        if not spans:
            continue
        wanted = sorted(spans)
        text, offset_map, places = placed(
            one.text, [(*place, spans[place].type) for place in wanted], style
        )
        doubts = [
            Doubtful(*now, doubt.type, doubt.score or 0.0, doubt.rule)
            for place, now in zip(wanted, places, strict=True)
            if (doubt := spans[place].doubt) is not None
        ]
        moved = [doubt.pk for each in spans.values() if (doubt := each.doubt) is not None]
        Doubt.objects.filter(pk__in=moved).delete()
        revisions_replace(news=[NewText(one.pk, text, offset_map, one.redactor_version, doubts)])
    _remember(new, left)


def _remember(new: TextRevision, gone: Collection[_Gone]) -> None:
    """Words that reach from one follow-up into the next."""
    for one in gone:
        if "\n" not in one.words or placeholders_in(one.words):
            continue
        hashed = value_hash(one.words)
        if not Doubt.objects.filter(review=new.review_id, value_hash=hashed).exists():
            Doubt.objects.create(
                review=new.review, revision=new, start=one.start, end=one.end, type=one.type,
                origin=Doubt.Origin.ENGINE, state=Doubt.State.CONFIRMED, decided_at=timezone.now(),
                value_hash=hashed, value_length=len(one.words),
            )  # fmt: skip
