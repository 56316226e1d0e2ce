"""A person's answer about a review in hand, saved at once and as often as it is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import stores_for
from annotation.models import (
    Annotation,
    AnnotationSource,
    Assignment,
    Batch,
    BatchItem,
    Choice,
    Guideline,
    Mention,
    Question,
    SkipReason,
)
from annotation.selectors.assignments import places_left, relabels
from annotation.selectors.label_sets import key_now
from annotation.selectors.qualification import is_test
from annotation.services.counting import items_recount
from annotation.services.label_set_lock import sets_hold
from annotation.services.labels import GivenMention
from annotation.services.qualifying import attempt_answer, attempt_close, attempt_of
from annotation.services.relabelling import answers_put_aside
from annotation.services.remapping import labels_remap, redacted_since
from reviews.models import Purpose, TextRevision
from reviews.selectors import reviews_for
from taxonomy.mentions import FLAGS, KINDS, SCOPES, demand_from_mentions

DEMAND = "product_demand"
_MOST_MENTIONS = 50
_LONGEST_COMMENT = 1000  # characters
_LONGEST_SECONDS = 3600.0  # what is longer was a pause


class BadAnswer(ValueError):
    """Something in the answer cannot be: `field` names it, the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TakenByOthers(LookupError):
    """The review was in hand too long, and its place is filled: by others, or by the same person
    through another batch."""


class TextChanged(LookupError):
    """The text became another one or is gone; it has to be read again first."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the page sends. `answers`: choice by question, without the demand, which follows from
    the mentions; spans in code points of the text that was shown; `client_ms` by the page's clock.
    `revision`: that text, where it may be another one than was handed out; `guideline`: the
    version that was shown, the newest where the page does not say; `sets`: by question the version
    of its choices that was shown, where the page says.
    """

    answers: Mapping[str, str]
    mentions: Sequence[GivenMention] = ()
    flags: Sequence[str] = ()
    comment: str = ""
    seconds: float | None = None
    keys: int | None = None
    client_ms: int = 0
    revision: int | None = None
    guideline: int | None = None
    sets: Mapping[str, int] = field(default_factory=dict)


def answer_save(
    *, actor: User, assignment_id: int, given: Given, redact: Callable[[str], str]
) -> Assignment:
    """Store an answer; sent again it changes nothing, an older one does not replace a newer one.

    `redact` takes personal data out of the comment. Raises BadAnswer, TakenByOthers, TextChanged,
    and Assignment.DoesNotExist for what is not `actor`'s, or may no longer be labelled.
    """
    before = Assignment.objects.get(pk=assignment_id, annotator=actor)
    if before.ended_at is not None and given.client_ms <= before.client_ms:
        return before
    if len(given.comment) > _LONGEST_COMMENT:
        raise BadAnswer("comment", f"longer than {_LONGEST_COMMENT} characters")
    # Before anything is locked: it asks another process, which may be slow.
    comment = redact(given.comment.strip()) if given.comment.strip() else ""
    return _save(actor, assignment_id, given, comment)


@transaction.atomic
def _save(actor: User, assignment_id: int, given: Given, comment: str) -> Assignment:
    sets_hold()
    assignment = _locked(actor, assignment_id)
    if assignment.ended_at is not None and given.client_ms <= assignment.client_ms:
        return assignment
    _has_place(assignment)
    revision = _shown(assignment, given)
    mentions = _checked(given.mentions, len(revision.text))
    choices = _choices(assignment.item.batch, given, mentions)
    if is_test(assignment.item.batch):
        return _tested(assignment, given, choices, mentions)
    flags = _flags(given)
    places = _forget(assignment, [choice.question.key for choice in choices])
    version = _guideline(given)
    Annotation.objects.bulk_create(
        Annotation(
            revision=revision,
            question=choice.question,
            choice=choice,
            annotator=actor,
            item_id=places.get(choice.question.key) or assignment.item_id,
            flags=flags,
            comment=comment,
            seconds_spent=_seconds(given),
            guideline_version=version,
            source=AnnotationSource.PAGE,
        )
        for choice in choices
    )
    if not _marks_mentions(assignment, choices):
        mentions = []
    Mention.objects.bulk_create(
        Mention(
            revision=revision,
            annotator=actor,
            start=one.start,
            end=one.end,
            kind=one.kind,
            scope=one.scope,
            theme_key=one.theme,
        )
        for one in mentions
    )
    assignment.revision = _bring_over(revision, actor)
    return _ended(assignment, Assignment.State.ANSWERED, given)


@transaction.atomic
def item_skip(*, actor: User, assignment_id: int, reason: str, given: Given) -> Assignment:
    """The review cannot be labelled, for a reason. Raises as `answer_save`."""
    if reason not in SkipReason.values:
        raise BadAnswer("reason", f"choose one of {', '.join(SkipReason.values)}")
    assignment = _locked(actor, assignment_id)
    if assignment.ended_at is not None and given.client_ms <= assignment.client_ms:
        return assignment
    _has_place(assignment)
    if is_test(assignment.item.batch):
        return _tested(assignment, given, reason=reason)
    if not relabels(assignment.item.batch):
        _forget(assignment, [])
    return _ended(assignment, Assignment.State.SKIPPED, given, reason)


def _tested(
    assignment: Assignment,
    given: Given,
    choices: Sequence[Choice] = (),
    mentions: Sequence[GivenMention] = (),
    reason: str = "",
) -> Assignment:
    """An answer in a test, or with a reason a skip. It is no label, so it is kept apart."""
    attempt = attempt_of(assignment)
    if attempt is None:
        raise BadAnswer("test", _("This test is over; what was answered stays as it is."))
    attempt_answer(attempt=attempt, assignment=assignment, choices=choices, mentions=mentions)
    state = Assignment.State.SKIPPED if reason else Assignment.State.ANSWERED
    done = _ended(assignment, state, given, reason)
    attempt_close(attempt=attempt)
    return done


def _locked(actor: User, assignment_id: int) -> Assignment:
    """Locked in the order of redaction and deletion: the review, so that its text stays the same
    meanwhile; its item, so that nobody gets its place; the assignment."""
    mine = Assignment.objects.values_list("item_id", "item__review_id")
    item, review = mine.get(pk=assignment_id, annotator=actor)
    held = reviews_for(Purpose.LABEL, stores_for(actor)).filter(pk=review)
    if held.select_for_update(of=("self",), no_key=True).first() is None:
        raise Assignment.DoesNotExist("the review is not theirs to label")
    BatchItem.objects.select_for_update().get(pk=item)
    found = Assignment.objects.select_for_update(of=("self",))
    return found.select_related("item__batch", "revision").get(pk=assignment_id)


def _has_place(assignment: Assignment) -> None:
    now = timezone.now()
    if _elsewhere(assignment):
        raise TakenByOthers("this person has answered it in another batch")
    # Late, as after a long time without a network: it counts while there is room.
    late = assignment.ended_at is None and assignment.taken_until <= now
    if late and places_left(assignment.item, assignment.annotator, now) < 1:
        raise TakenByOthers("others have answered it meanwhile")


def _elsewhere(assignment: Assignment) -> bool:
    """Whether the person has answered the same review through another batch, or by a file."""
    if relabels(assignment.item.batch):
        return False  # that they have is why they are asked again
    person, review, item = assignment.annotator_id, assignment.item.review_id, assignment.item_id
    ended = Assignment.objects.filter(
        annotator=person, item__review=review, ended_at__isnull=False
    ).exclude(item=item)
    labels = Annotation.objects.filter(annotator=person, revision__review=review)
    return ended.exists() or labels.exclude(item=item).exists()


def _choices(batch: Batch, given: Given, mentions: Sequence[GivenMention]) -> list[Choice]:
    """One choice for each question of the batch; `mentions` in the order of the text."""
    asked = Question.objects.filter(active=True)
    if batch.questions:
        asked = asked.filter(key__in=batch.questions)
    wanted = dict(given.answers)
    wanted[DEMAND] = demand_from_mentions(one.kind for one in mentions)
    found = []
    for question in asked.prefetch_related("choices"):
        by_key = {choice.key: choice for choice in question.choices.all()}
        version = None if question.key == DEMAND else given.sets.get(question.key)
        key = wanted.get(question.key, "")
        chosen = by_key.get(_as_called_now(question, by_key, key, version))
        if chosen is None:
            raise BadAnswer(question.key, f"choose one of {', '.join(by_key)}")
        found.append(chosen)
    return found


def _as_called_now(
    question: Question, known: Collection[str], key: str, version: int | None
) -> str:
    """The choice's key in the set of now, where the page still showed another one.

    Raises BadAnswer for one that was split or retired meanwhile: only the person can tell which
    of the new ones it is.
    """
    if version == question.version:
        return key
    if (
        version is not None
        and not Question.objects.filter(key=question.key, version=version).exists()
    ):
        raise BadAnswer("sets", "there is no such version; load the page anew")
    now = key_now(question.key, known, key, version)
    if now is None:
        raise BadAnswer(
            question.key,
            _("“%(key)s” is no answer any more. Load the page anew and choose one of %(known)s.")
            % {"key": key, "known": ", ".join(known)},
        )
    return now


def _checked(mentions: Sequence[GivenMention], length: int) -> list[GivenMention]:
    if len(mentions) > _MOST_MENTIONS:
        raise BadAnswer("mentions", f"more than {_MOST_MENTIONS}")
    found: dict[tuple[int, int, str], GivenMention] = {}
    for one in mentions:
        if not 0 <= one.start < one.end <= length:
            raise BadAnswer("mentions", f"{one.start} to {one.end} is not in the text")
        if one.kind not in KINDS or one.scope not in SCOPES:
            raise BadAnswer("mentions", "unknown kind or scope")
        found[one.start, one.end, one.kind] = one
    return sorted(found.values(), key=lambda one: (one.start, one.end))


def _forget(assignment: Assignment, keys: Collection[str]) -> Mapping[str, int | None]:
    """The answer of before, wherever it was carried since.

    Where reviews are labelled again, only the answers to `keys`, which are kept as they were.
    Returns the item by question at which the new answers are to stand, where it is another one.
    """
    person, review = assignment.annotator_id, assignment.item.review_id
    if relabels(assignment.item.batch):
        if DEMAND in keys:
            Mention.objects.filter(annotator=person, revision__review=review).delete()
        return answers_put_aside(assignment, keys)
    Annotation.objects.filter(annotator=person, item=assignment.item).delete()
    Mention.objects.filter(annotator=person, revision__review=review).delete()
    return {}


def _marks_mentions(assignment: Assignment, choices: Sequence[Choice]) -> bool:
    """Whether the mentions of the answer replace those of before: not where reviews are labelled
    again for another question."""
    asked = any(choice.question.key == DEMAND for choice in choices)
    return asked or not relabels(assignment.item.batch)


def _flags(given: Given) -> list[str]:
    unknown = set(given.flags) - set(FLAGS)
    if unknown:
        raise BadAnswer("flags", f"unknown: {', '.join(sorted(unknown))}")
    return sorted(set(given.flags), key=FLAGS.index)


def _shown(assignment: Assignment, given: Given) -> TextRevision:
    """The text that the answer is about, in whatever state it was redacted.

    Raises TextChanged where the shopper has written another one since: an answer that is in may
    stay with the text before, a new one may not.
    """
    review = assignment.item.review_id
    texts = TextRevision.objects.filter(review=review)
    wanted = given.revision or assignment.revision_id
    shown = None if wanted is None else texts.filter(pk=wanted).first()
    if shown is None:
        raise TextChanged("the text is gone")
    later = texts.filter(number__gt=shown.number, offset_map__isnull=True)
    if assignment.ended_at is not None and assignment.revision is not None:
        later = later.filter(number__lte=assignment.revision.number)
    if later.exists():
        raise TextChanged("the shopper wrote another text")
    return shown


def _guideline(given: Given) -> int:
    versions = Guideline.objects.values_list("version", flat=True)
    if not given.guideline:
        return versions.first() or 1
    if given.guideline not in versions:
        raise BadAnswer("guideline", "there is no such version; load the page anew")
    return given.guideline


def _bring_over(revision: TextRevision, person: User) -> TextRevision:
    """To the text as it stands now, when it was redacted anew while somebody read it."""
    for new in redacted_since(revision):
        labels_remap(pairs=[(revision.pk, new.pk)], annotator=person)
        revision = new
    return revision


def _seconds(given: Given) -> float | None:
    if given.seconds is None or given.seconds < 0:
        return None
    return min(given.seconds, _LONGEST_SECONDS)


def _ended(
    assignment: Assignment, state: Assignment.State, given: Given, reason: str = ""
) -> Assignment:
    assignment.state = state
    assignment.skip_reason = reason
    assignment.ended_at = timezone.now()
    assignment.client_ms = given.client_ms
    assignment.seconds_spent = _seconds(given)
    assignment.keys_pressed = given.keys
    assignment.save()
    items_recount(item_ids=[assignment.item_id])
    return assignment
