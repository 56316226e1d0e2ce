"""A lead settles what people answered differently, and may take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from annotation.models import (
    Adjudication,
    Annotation,
    Choice,
    Guideline,
    Mention,
    Question,
    Suspect,
)
from annotation.selectors.settling import DEMAND, decided_last, stamp_of
from annotation.services.label_set_lock import sets_hold
from privacy.services import audit_record
from reviews.models import Purpose, TextRevision
from reviews.selectors import reviews_for, revisions_for


class BadDecision(ValueError):
    """What was decided cannot be stored. `code`: nothing (nothing was chosen), unknown (there is
    no such choice), changed (somebody answered or settled otherwise since it was looked at)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Decision:
    """The choice that holds; `taken_from`: the id of the person whose answer it is, if any."""

    choice: str
    taken_from: int | None = None


@transaction.atomic
def answers_settle(
    *,
    actor: User,
    stores: Iterable[Store],
    revision_id: int,
    decisions: Mapping[str, Decision],
    cause: str = Adjudication.Cause.DIFFER,
    seen: str | None = None,
) -> list[Adjudication]:
    """Store a lead's answers by question; they outweigh all others from now on.

    The decision before stays as history. `seen`: the stamp of what the lead looked at; of two who
    settle the same at once the second one has not seen what the first one did. Raises BadDecision,
    and TextRevision.DoesNotExist for a text that is not of `stores`, is no longer the current one,
    or may not be labelled.
    """
    if not decisions:
        raise BadDecision("nothing", "choose an answer for at least one question")
    sets_hold()
    revision = _locked(stores, revision_id)
    if seen is not None and seen != stamp_of(revision.pk):
        raise BadDecision("changed", "it was answered or settled otherwise meanwhile")
    now = timezone.now()
    version = Guideline.objects.values_list("version", flat=True).first() or 1
    made = []
    for key, decision in decisions.items():
        choice = _choice(key, decision.choice)
        _check_source(revision, choice, decision)
        Adjudication.objects.filter(
            revision=revision, question=choice.question, replaced_at=None
        ).update(replaced_at=now)
        made.append(
            Adjudication.objects.create(
                revision=revision,
                question=choice.question,
                choice=choice,
                taken_from_id=decision.taken_from,
                mentions=_mentions(revision, choice, decision),
                decided_by=actor,
                cause=cause,
                guideline_version=version,
                created_at=now,
            )
        )
        _suspects_close(revision, choice, now)
    _tell(actor, "label.settle", revision, made)
    return made


def _locked(stores: Iterable[Store], revision_id: int) -> TextRevision:
    """The text, with its review locked so that it stays the current one meanwhile."""
    mine = revisions_for(Purpose.LABEL, stores)
    review = mine.values_list("review_id", flat=True).get(pk=revision_id)
    held = reviews_for(Purpose.LABEL, stores).filter(pk=review)
    if held.select_for_update(of=("self",), no_key=True).first() is None:
        raise TextRevision.DoesNotExist("the review is not theirs to settle")
    return mine.select_related("review").get(pk=revision_id, is_current=True)


def _choice(question: str, key: str) -> Choice:
    found = (
        Choice.objects.filter(question__key=question, question__active=True, key=key)
        .select_related("question")
        .first()
    )
    if found is None:
        raise BadDecision("unknown", f"{question}: there is no choice {key!r}")
    return found


def _check_source(revision: TextRevision, choice: Choice, decision: Decision) -> None:
    if decision.taken_from is None:
        return
    theirs = Annotation.objects.filter(
        revision=revision, question=choice.question, annotator=decision.taken_from, choice=choice
    )
    if not theirs.exists():
        raise BadDecision("changed", f"{choice.question.key}: they answer otherwise by now")


def _mentions(
    revision: TextRevision, choice: Choice, decision: Decision
) -> list[dict[str, Any]] | None:
    """What the person whose demand answer is taken marked."""
    if choice.question.key != DEMAND or decision.taken_from is None:
        return None
    theirs = Mention.objects.filter(revision=revision, annotator=decision.taken_from)
    spans = theirs.order_by("start", "end").values("start", "end", "kind", "scope")
    return [dict(span) for span in spans]


def _suspects_close(revision: TextRevision, choice: Choice, now: datetime) -> None:
    open_ones = Suspect.objects.filter(
        revision=revision, question=choice.question, state=Suspect.State.OPEN
    )
    for one in open_ones:
        kept = one.choice_id == choice.pk
        one.state = Suspect.State.KEPT if kept else Suspect.State.CHANGED
        one.decided_at = now
        one.save(update_fields=["state", "decided_at"])


@transaction.atomic
def settling_undo(*, actor: User, stores: Iterable[Store]) -> int | None:
    """Take back the last review that `actor` settled, all questions at once.

    What held before it holds again, if a decision did. Returns the revision, None where there is
    nothing to take back.
    """
    sets_hold()
    stores = list(stores)
    last = decided_last(actor, stores)
    if last is None:
        return None
    revision = _locked(stores, last.revision_id)
    taken = list(
        Adjudication.objects.filter(
            decided_by=actor, revision=revision, replaced_at=None, created_at=last.created_at
        )
    )
    if not taken:
        return None  # somebody settled it anew in this very moment
    for one in taken:
        Adjudication.objects.filter(pk=one.pk).update(replaced_at=timezone.now())
        before = Adjudication.objects.filter(
            revision=revision, question=one.question_id, replaced_at=last.created_at
        )
        before.update(replaced_at=None)
        Suspect.objects.filter(
            revision=revision, question=one.question_id, decided_at=last.created_at
        ).update(state=Suspect.State.OPEN, decided_at=None)
    _tell(actor, "label.settle_undo", revision, taken)
    return revision.pk


def _tell(actor: User, action: str, revision: TextRevision, made: list[Adjudication]) -> None:
    """Ids and keys only: what is in the text is nobody's business here."""
    audit_record(
        actor=actor,
        action=action,
        object_type="review",
        object_id=revision.review_id,
        details={
            "questions": sorted(
                Question.objects.filter(pk__in=[one.question_id for one in made]).values_list(
                    "key", flat=True
                )
            )
        },
    )
