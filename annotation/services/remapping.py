"""Labels after a text was redacted anew: each one stands on the new text, none is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from annotation.models import Annotation, Mention, MentionLook
from common.audit import audit_tell
from privacy.redaction.offsets import OffsetMap
from reviews.models import Review, TextRevision
from taxonomy.mentions import demand_from_mentions

Place = tuple[int, int]


def moved(offset_map: OffsetMap, start: int, end: int) -> tuple[Place, bool]:
    """Where a span of the text before stands now, and whether somebody has to look at it.

    A replaced stretch inside the span moves its end and nothing else. One that reaches over its
    edge cuts it: the span keeps the words that are left. Where none are, it covers the
    placeholders. In both cases a look is due.
    """
    touched = [piece for piece in offset_map.pieces if piece[0] < end and start < piece[1]]
    replaced = sum(min(end, piece[1]) - max(start, piece[0]) for piece in touched)
    if replaced >= end - start:
        return (touched[0][2], touched[-1][3]), True
    low, high = start, end
    for orig, orig_to, _, _ in touched:
        if orig < start:
            low = orig_to
        if orig_to > end:
            high = orig
    return (_place(offset_map, low), _place(offset_map, high)), (low, high) != (start, end)


def spans_moved(offset_map: OffsetMap, spans: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Spans that are kept as start and end, where they stand now."""
    found = []
    for span in spans:
        (start, end), _ = moved(offset_map, span["start"], span["end"])
        found.append({**span, "start": start, "end": end})
    return found


def _place(offset_map: OffsetMap, place: int) -> int:
    """Where a place that lies strictly inside no piece stands now."""
    before = [piece for piece in offset_map.pieces if piece[1] <= place]
    return place + (before[-1][3] - before[-1][1] if before else 0)


def redacted_since(revision: TextRevision) -> list[TextRevision]:
    """The later texts of its review in which only more is hidden, up to where the shopper wrote
    another one; in order."""
    later = TextRevision.objects.filter(review=revision.review_id, number__gt=revision.number)
    return list(takewhile(lambda one: one.offset_map is not None, later.order_by("number")))


@transaction.atomic
def labels_remap(*, pairs: Iterable[tuple[int, int]], annotator: User | None = None) -> int:
    """Bring answers and mentions of each (revision before, revision now) over to the latter.

    annotator: only theirs; what others have left on the text before was brought over earlier.
    `made_on` keeps the revision they were made on. An answer stays the same answer: what was
    replaced said who, not how. Returns how many mentions somebody has to look at.
    """
    news = dict(pairs)
    whose = {} if annotator is None else {"annotator": annotator}
    answers = list(Annotation.objects.filter(revision__in=news, **whose))
    for answer in answers:
        answer.made_on_id = answer.made_on_id or answer.revision_id
        answer.revision_id = news[answer.revision_id]
    Annotation.objects.bulk_update(answers, ["revision", "made_on"], batch_size=1000)
    return _mentions_remap(news, Mention.objects.filter(revision__in=news, **whose))


def _mentions_remap(news: dict[int, int], found: QuerySet[Mention]) -> int:
    mentions = list(found.order_by("pk"))
    if not mentions:
        return 0
    maps = {
        pk: (OffsetMap.from_list(pieces or []), review)
        for pk, pieces, review in TextRevision.objects.filter(pk__in=news.values()).values_list(
            "pk", "offset_map", "review_id"
        )
    }
    looks: list[MentionLook] = []
    carried: list[Mention] = []
    taken: set[tuple[int, int, int, int, str]] = set()
    for mention in mentions:
        new = news[mention.revision_id]
        offset_map, review = maps[new]
        (start, end), cut = moved(offset_map, mention.start, mention.end)
        if cut:
            looks.append(MentionLook(mention=mention, review_id=review))
        key = (new, mention.annotator_id, start, end, mention.kind)
        if key in taken:
            # Two that one placeholder swallowed would become one: this one stays where it was.
            continue
        taken.add(key)
        mention.start, mention.end = start, end
        mention.made_on_id = mention.made_on_id or mention.revision_id
        mention.revision_id = new
        carried.append(mention)
    Mention.objects.bulk_update(carried, ["revision", "made_on", "start", "end"], batch_size=1000)
    MentionLook.objects.bulk_create(looks, ignore_conflicts=True)
    return len(looks)


class LookDecided(LookupError):
    """Somebody else has settled it already, or it is gone."""


@transaction.atomic
def look_decide(*, actor: Any, look_id: int, keep: bool) -> None:
    """Settle a look: the mention stays as it stands now, or goes. Raises LookDecided."""
    look = _open_look(look_id)
    look.state = MentionLook.State.KEPT if keep else MentionLook.State.REMOVED
    look.decided_by = actor
    look.decided_at = timezone.now()
    mention = look.mention
    look.save(update_fields=["state", "decided_by", "decided_at"])
    if not keep and mention is not None:
        mention.delete()
        _demand_follow(look.review_id, mention.annotator_id)
    audit_tell(
        actor=actor,
        action="mention.look",
        object_type="review",
        object_id=look.review_id,
        details={"kept": keep},
    )


def _demand_follow(review: int, person: int) -> None:
    """The person's answer about demand, as it follows from the mentions that are left. A new one,
    so that a consensus made from the answers of before is known to be old."""
    mine = Annotation.objects.filter(
        revision__review=review, annotator=person, question__active=True
    )
    for answer in mine.filter(question__key="product_demand").select_related("question"):
        left = Mention.objects.filter(revision=answer.revision_id, annotator=person)
        in_order = left.order_by("start", "end", "pk").values_list("kind", flat=True)
        choice = answer.question.choices.filter(key=demand_from_mentions(in_order)).first()
        if choice is None or choice.pk == answer.choice_id:
            continue
        Annotation.objects.filter(pk=answer.pk).delete()
        answer.pk, answer.choice = None, choice
        answer.save(force_insert=True)


def _open_look(look_id: int) -> MentionLook:
    """Locked in the order of redaction and labelling: the review first, then what is on it."""
    review = MentionLook.objects.filter(pk=look_id).values("review_id")
    Review.objects.select_for_update(no_key=True).filter(pk__in=review).first()
    found = MentionLook.objects.select_for_update(of=("self",)).select_related("mention")
    look = found.filter(pk=look_id, state=MentionLook.State.OPEN).first()
    if look is None:
        raise LookDecided("it is decided already")
    return look
