"""Gold: reviews whose right answer a lead has settled, to be given out unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.selectors import stores_for
from annotation.models import BatchItem, GoldAnswer, Question, SamplingDesign
from annotation.selectors.leads import may_lead
from annotation.services.label_set_lock import sets_hold
from annotation.services.labels import GivenMention
from annotation.services.remapping import spans_moved
from common.audit import audit_tell
from privacy.redaction.offsets import OffsetMap
from reviews.models import Purpose, Review, TextRevision
from reviews.selectors import reviews_for, revisions_for
from taxonomy.mentions import KINDS, SCOPES, demand_from_mentions

DEMAND = "product_demand"
_LONGEST_NOTE = 1000  # characters


class BadGold(ValueError):
    """The gold answer cannot be kept: `field` names what is wrong, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def gold_set(
    *,
    actor: User,
    review: Review,
    answers: Mapping[str, str],
    note: str = "",
    mentions: Sequence[GivenMention] | None = None,
    redact: Callable[[str], str] = lambda text: text,
) -> list[GoldAnswer]:
    """Keep `answers` (choice by question) as the right ones about the current text of `review`.

    A question that is left out has no gold answer any more. `mentions`, where they are given,
    settle the demand answer. `redact` takes personal data out of the note. For leads of the
    review's store; raises BadGold, and PermissionError for anybody else.
    """
    if not may_lead(actor):
        raise PermissionError("gold answers are set by leads")
    sets_hold()
    revision = _text(actor, review)
    wanted = dict(answers)
    spans = None if mentions is None else _checked(mentions, len(revision.text))
    if spans is not None:
        wanted[DEMAND] = demand_from_mentions(one["kind"] for one in spans)
    chosen = _chosen(wanted)
    if len(note) > _LONGEST_NOTE:
        raise BadGold("note", f"longer than {_LONGEST_NOTE} characters")
    kept = redact(note.strip()) if note.strip() else ""
    GoldAnswer.objects.filter(revision=revision).delete()
    made = GoldAnswer.objects.bulk_create(
        GoldAnswer(
            revision=revision,
            question=question,
            choice=choice,
            mentions=spans if question.key == DEMAND else None,
            note=kept,
            set_by=actor,
        )
        for question, choice in chosen
    )
    audit_tell(
        actor=actor,
        action="gold.set",
        object_type="review",
        object_id=review.pk,
        details={"questions": sorted(wanted)},
    )
    return made


@transaction.atomic
def gold_remove(*, actor: User, review: Review) -> int:
    """Nothing is known to be right of `review` any more. Returns how many answers went.

    Where it is hidden in a batch it stays with the answers people gave, and is given to nobody
    else. Raises PermissionError for anybody but a lead.
    """
    if not may_lead(actor):
        raise PermissionError("gold answers are set by leads")
    if not stores_for(actor).filter(pk=review.store_id).exists():
        raise PermissionError("the review is of another store")
    sets_hold()
    gone = GoldAnswer.objects.filter(revision__review=review).delete()[0]
    audit_tell(
        actor=actor, action="gold.remove", object_type="review", object_id=review.pk, details={}
    )
    return gone


def _text(actor: User, review: Review) -> TextRevision:
    """Its text as it stands, with the review locked: two leads set its answers one by one."""
    mine = reviews_for(Purpose.LABEL, stores_for(actor)).filter(pk=review.pk)
    mine.select_for_update(of=("self",), no_key=True).first()
    found = revisions_for(Purpose.LABEL, stores_for(actor)).filter(review=review).first()
    if found is None:
        raise BadGold("review", "it may not be labelled, or is of another store")
    audited = BatchItem.objects.filter(review=review, batch__design=SamplingDesign.AUDIT)
    if audited.exists():
        raise BadGold(
            "review", "it is in the audit sample, which is kept apart; choose another review"
        )
    return found


def _chosen(wanted: Mapping[str, str]) -> list[tuple[Question, Any]]:
    if not wanted:
        raise BadGold("answers", "choose the right answer to at least one question")
    questions = {
        one.key: one for one in Question.objects.filter(active=True).prefetch_related("choices")
    }
    found = []
    for key, choice_key in wanted.items():
        question = questions.get(key)
        if question is None:
            raise BadGold("answers", f"unknown question; choose of {', '.join(questions)}")
        choices = {one.key: one for one in question.choices.all()}
        if choice_key not in choices:
            raise BadGold(key, f"choose one of {', '.join(choices)}")
        found.append((question, choices[choice_key]))
    return found


def _checked(mentions: Sequence[GivenMention], length: int) -> list[dict[str, Any]]:
    for one in mentions:
        if not 0 <= one.start < one.end <= length:
            raise BadGold("mentions", f"{one.start} to {one.end} is not in the text")
        if one.kind not in KINDS or one.scope not in SCOPES:
            raise BadGold("mentions", "unknown kind or scope")
    return [
        {"start": one.start, "end": one.end, "kind": one.kind, "scope": one.scope}
        for one in sorted(mentions, key=lambda one: (one.start, one.end))
    ]


@transaction.atomic
def gold_remap(*, pairs: Iterable[tuple[int, int]]) -> None:
    """Bring gold over from each revision to the one that was redacted anew, as labels are."""
    news = dict(pairs)
    found = list(GoldAnswer.objects.filter(revision__in=news))
    if not found:
        return
    texts = TextRevision.objects.filter(pk__in=[news[one.revision_id] for one in found])
    maps = {
        pk: OffsetMap.from_list(pieces or [])
        for pk, pieces in texts.values_list("pk", "offset_map")
    }
    for one in found:
        one.revision_id = news[one.revision_id]
        if one.mentions is not None:
            one.mentions = spans_moved(maps[one.revision_id], one.mentions)
    GoldAnswer.objects.bulk_update(found, ["revision", "mentions"])
