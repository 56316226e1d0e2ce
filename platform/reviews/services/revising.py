"""Another redacted form of stored texts: new revisions, and what was said of the old ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from privacy.redaction.offsets import OffsetMap
from privacy.styles import placeholders_in
from reviews.models import Doubt, Review, TextRevision
from reviews.search_vector import search_vector
from reviews.services.redacted import Doubtful
from reviews.signals import reviews_stored, revisions_replaced

_MOST_PLACEHOLDERS = 32_767


@dataclass(frozen=True, slots=True)
class NewText:
    """What the current text of a review becomes.

    revision: the id of the revision it was made from: when another is current by then, nothing
    happens. offset_map: from that text to this one. doubts: of this text. stamp: of the policy.
    joins: whether `first_length` says anew how much of it is the review's own.
    """

    revision: int
    text: str
    offset_map: OffsetMap
    stamp: str
    doubts: Sequence[Doubtful] = ()
    first_length: int | None = None
    joins: bool = False

    def own_length(self, before: int | None) -> int | None:
        """How much of this text is the review's own, when `before` characters of the old were."""
        if self.joins or before is None:
            return self.first_length
        moved = self.offset_map.to_redacted(before, before)
        if moved is not None:
            return moved[0]
        return next(red for _, end, _, red in self.offset_map.pieces if end > before)


@dataclass(slots=True)
class Revised:
    """Reviews whose text changed, those that were only stamped, and those overtaken meanwhile."""

    changed: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    overtaken: int = 0


@transaction.atomic
def revisions_replace(*, news: Sequence[NewText]) -> Revised:
    """Make the new texts current. One transaction: labels and doubts are carried over in it.

    A text that stays the same makes no revision; it gets the stamp. Who did it and why is for the
    caller to record: one record a decision or a job, not one a text.
    """
    wanted = {one.revision: one for one in news}
    # Locked by review, in order, as imports do it.
    reviews = TextRevision.objects.filter(pk__in=wanted).values("review_id")
    list(Review.objects.select_for_update().filter(pk__in=reviews).order_by("pk").values("pk"))
    current = list(
        TextRevision.objects.filter(pk__in=wanted, is_current=True).order_by("pk").defer("search")
    )
    done = Revised(overtaken=len(wanted) - len(current))
    changing = [old for old in current if wanted[old.pk].text != old.text]
    _stamp([old for old in current if wanted[old.pk].text == old.text], wanted, done)
    made = _make(changing, wanted)
    pairs = [(old.pk, new.pk) for old, new in zip(changing, made, strict=True)]
    if pairs:
        _carry_doubts(changing, made)
        doubts_add([(new, wanted[old.pk].doubts) for old, new in zip(changing, made, strict=True)])
        done.changed = [old.review_id for old in changing]
        revisions_replaced.send(sender=TextRevision, pairs=pairs)
        reviews_stored.send(
            sender=Review, review_ids=done.changed, revision_ids=[new for _, new in pairs]
        )
    return done


def _stamp(olds: list[TextRevision], wanted: dict[int, NewText], done: Revised) -> None:
    for stamp in {wanted[old.pk].stamp for old in olds}:
        ids = [old.pk for old in olds if wanted[old.pk].stamp == stamp]
        TextRevision.objects.filter(pk__in=ids).update(redactor_version=stamp)
    doubts_add([(old, wanted[old.pk].doubts) for old in olds])
    done.same = [old.review_id for old in olds]


def _make(olds: list[TextRevision], wanted: dict[int, NewText]) -> list[TextRevision]:
    TextRevision.objects.filter(pk__in=[old.pk for old in olds]).update(is_current=False)
    return TextRevision.objects.bulk_create(
        TextRevision(
            review_id=old.review_id,
            number=old.number + 1,
            text=wanted[old.pk].text,
            text_hash=hashlib.sha256(wanted[old.pk].text.encode()).hexdigest(),
            redactor_version=wanted[old.pk].stamp,
            placeholders=min(len(placeholders_in(wanted[old.pk].text)), _MOST_PLACEHOLDERS),
            first_length=wanted[old.pk].own_length(old.first_length),
            offset_map=wanted[old.pk].offset_map.to_list(),
            search=search_vector(wanted[old.pk].text),
        )
        for old in olds
    )


def _carry_doubts(olds: list[TextRevision], made: list[TextRevision]) -> None:
    """Open doubts go along to the new text; one whose placeholder is gone is closed."""
    news = {old.pk: new for old, new in zip(olds, made, strict=True)}
    for doubt in Doubt.objects.filter(revision__in=news, state=Doubt.State.OPEN):
        new = news[doubt.revision_id]
        place = OffsetMap.from_list(new.offset_map or []).to_redacted(doubt.start, doubt.end)
        if place is None:
            # Nobody is asked about its words any more, so they are not kept either.
            doubt.state, doubt.sealed_value = Doubt.State.GONE, None
        else:
            doubt.start, doubt.end = place
            doubt.revision_id = new.pk
        doubt.save(update_fields=["state", "start", "end", "revision", "sealed_value"])


def doubts_close(*, review_ids: Sequence[int]) -> None:
    """Open doubts about earlier texts of these reviews, which other texts took the place of, are
    over: what is still in doubt was written anew.
    """
    Doubt.objects.filter(
        review__in=review_ids, state=Doubt.State.OPEN, revision__is_current=False
    ).update(state=Doubt.State.GONE, sealed_value=None)


def doubts_add(found: Sequence[tuple[TextRevision, Sequence[Doubtful]]]) -> None:
    """Write what is in doubt, unless a doubt about the same place is there, decided or not."""
    fresh = [(revision, doubts) for revision, doubts in found if doubts]
    if not fresh:
        return
    known = set(
        Doubt.objects.filter(revision__in=[revision for revision, _ in fresh]).values_list(
            "revision_id", "start", "end"
        )
    )
    Doubt.objects.bulk_create(
        Doubt(
            review_id=revision.review_id,
            revision_id=revision.pk,
            origin=Doubt.Origin.ENGINE,
            **doubt._asdict(),
        )
        for revision, doubts in fresh
        for doubt in doubts
        if (revision.pk, doubt.start, doubt.end) not in known
    )
