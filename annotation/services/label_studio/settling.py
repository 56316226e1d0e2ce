"""From what people answered there to our labels: one answer a person and review, none lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from accounts.models import Store, User
from accounts.selectors import stores_for
from annotation.label_studio import configuration as names
from annotation.label_studio.results import Said
from annotation.models import (
    Annotation,
    AnnotationSource,
    Assignment,
    BatchItem,
    Choice,
    Guideline,
    LabelStudioAnswer,
    Mention,
    Question,
    SkipReason,
)
from annotation.selectors.assignments import may_label
from annotation.selectors.label_sets import key_now
from annotation.services.counting import items_recount
from annotation.services.label_set_lock import sets_hold
from annotation.services.remapping import labels_remap, redacted_since
from reviews.models import Purpose, Review, TextRevision
from reviews.selectors import reviews_for
from taxonomy.mentions import FLAGS, KINDS, SCOPES, demand_from_mentions

_SOURCE = AnnotationSource.LABEL_STUDIO


class Unusable(Exception):
    """Why an answer does not count: a key of `label_studio_wording.PROBLEMS`."""

    def __init__(self, problem: str, about: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.about = about[:60]


@dataclass(frozen=True, slots=True)
class _Given:
    choices: list[Choice]
    mentions: list[tuple[int, int, str, str]]
    flags: list[str]


@transaction.atomic
def item_settle(*, item_id: int) -> None:
    """Make our labels of an item what its answers there say, and note why one does not count.

    Of several answers of one person the newest counts. What was answered on our own page, or came
    with a file, stays.
    """
    place = BatchItem.objects.filter(pk=item_id).values_list("review_id", flat=True).first()
    if place is None:
        return
    sets_hold()
    # In the order of redaction and deletion: the review, then the item.
    allowed = reviews_for(Purpose.LABEL, Store.objects.all()).filter(pk=place)
    review = allowed.select_for_update(of=("self",), no_key=True).first()
    item = BatchItem.objects.select_for_update(of=("self",)).select_related("batch").get(pk=item_id)
    answers = list(
        LabelStudioAnswer.objects.filter(task__item=item)
        .select_for_update(of=("self",))
        .select_related("person__user", "revision", "assignment")
        .order_by("-remote_updated_at", "-remote_id")
    )
    for answer in answers:
        if answer.state == LabelStudioAnswer.State.DELETED:
            _retract(answer, item)
    done: set[int] = set()
    for answer in answers:
        if answer.state != LabelStudioAnswer.State.DELETED:
            _settle_one(answer, item, review, done)


def _settle_one(
    answer: LabelStudioAnswer, item: BatchItem, review: Review | None, done: set[int]
) -> None:
    if review is None and answer.assignment is not None:
        return  # it may not be used now; what it said stays as it is
    try:
        user = _user(answer, item, review)
        if user.pk in done:
            raise Unusable("newer")
        if _elsewhere(user, item):
            raise Unusable("answered_here")
        done.add(user.pk)
        if answer.assignment is not None and answer.assignment.annotator_id != user.pk:
            _retract(answer, item)  # the account is somebody else's by now
        elif answer.settled and answer.assignment is not None:
            return  # it stands as it is
        given = None
        if answer.state == LabelStudioAnswer.State.ANSWERED:
            given = _given(answer, item, user)
        _store(answer, item, user, given)
    except Unusable as unusable:
        _retract(answer, item, unusable)


def _user(answer: LabelStudioAnswer, item: BatchItem, review: Review | None) -> User:
    """Whose it is. What counted once goes on counting when the person may not label any more: they
    may have left, and their work stays."""
    if review is None:
        raise Unusable("not_allowed")
    user = answer.person.user
    if user is None:
        raise Unusable("unknown_person", answer.person.email)
    if _stands(user, item):
        return user
    if not may_label(user) or not stores_for(user).filter(pk=review.store_id).exists():
        raise Unusable("may_not_label", user.get_username())
    return user


def _stands(user: User, item: BatchItem) -> bool:
    """Whether an answer of theirs from there counts for the item."""
    made = Assignment.objects.filter(item=item, annotator=user, label_studio__isnull=False)
    return made.exists()


def _elsewhere(user: User, item: BatchItem) -> bool:
    """Whether the person has answered the review in another way than through this item there."""
    of_review = Annotation.objects.filter(annotator=user, revision__review=item.review_id)
    if of_review.exclude(item=item, source=_SOURCE).exists():
        return True
    ended = Assignment.objects.filter(
        annotator=user, item__review=item.review_id, ended_at__isnull=False
    )
    if ended.filter(Q(label_studio__isnull=True) | ~Q(item=item)).exists():
        return True
    # A file can bring marks alone, without an answer.
    marked = Mention.objects.filter(annotator=user, revision__review=item.review_id)
    return marked.exists() and not _stands(user, item)


def _given(answer: LabelStudioAnswer, item: BatchItem, user: User) -> _Given:
    said = Said.from_json(answer.said)
    if said.wrong:
        raise Unusable(said.wrong[0])
    _check_text(answer, user)
    mentions = _mentions(said)
    if unknown := [one for one in said.choices.get(names.FLAG, []) if one not in FLAGS]:
        raise Unusable("unknown_label", unknown[0])
    flags = sorted(set(said.choices.get(names.FLAG, [])), key=FLAGS.index)
    return _Given(_choices(said, item, mentions), mentions, flags)


def _mentions(said: Said) -> list[tuple[int, int, str, str]]:
    found = {}
    for start, end, kind, scope in said.mentions:
        if kind not in KINDS:
            raise Unusable("unknown_label", kind)
        if scope not in SCOPES:
            raise Unusable("unknown_label", scope)
        found[start, end, kind] = (start, end, kind, scope)
    return sorted(found.values())


def _choices(
    said: Said, item: BatchItem, mentions: list[tuple[int, int, str, str]]
) -> list[Choice]:
    asked = Question.objects.filter(active=True)
    if item.batch.questions:
        asked = asked.filter(key__in=item.batch.questions)
    questions = list(asked.prefetch_related("choices"))
    if unknown := set(said.choices) - {question.key for question in questions} - {names.FLAG}:
        raise Unusable("unknown_label", min(unknown))
    found = []
    for question in questions:
        chosen = said.choices.get(question.key, [])
        if question.key == names.DEMAND and (mentions or not chosen):
            chosen = [demand_from_mentions(kind for _, _, kind, _ in mentions)]
        if not chosen:
            raise Unusable("unanswered", question.key)
        by_key = {choice.key: choice for choice in question.choices.all()}
        # A project over there goes on asking by the label set that it was made with.
        now = key_now(question.key, by_key, chosen[0])
        if len(chosen) > 1 or now not in by_key:
            raise Unusable("unknown_label", chosen[-1])
        found.append(by_key[now])
    return found


def _check_text(answer: LabelStudioAnswer, user: User) -> None:
    """An answer about a text that the shopper replaced counts only where it was in before."""
    if answer.revision is None:
        raise Unusable("text_unknown")
    revision = answer.revision
    texts = TextRevision.objects.filter(review=revision.review_id, number__gt=revision.number)
    if not texts.filter(offset_map__isnull=True).exists():
        return
    if not Assignment.objects.filter(
        annotator=user, label_studio__task=answer.task_id, revision__review=revision.review_id
    ).exists():
        raise Unusable("text_changed")


def _store(answer: LabelStudioAnswer, item: BatchItem, user: User, given: _Given | None) -> None:
    _forget(user, item)
    revision = answer.revision
    if given is not None and revision is not None:
        said = Said.from_json(answer.said)
        version = Guideline.objects.values_list("version", flat=True).first() or 1
        Annotation.objects.bulk_create(
            Annotation(
                revision=revision,
                question=choice.question,
                choice=choice,
                annotator=user,
                item=item,
                flags=given.flags,
                comment=said.comment,
                seconds_spent=answer.seconds_spent,
                guideline_version=version,
                source=_SOURCE,
            )
            for choice in given.choices
        )
        Mention.objects.bulk_create(
            Mention(revision=revision, annotator=user, start=start, end=end, kind=kind, scope=scope)
            for start, end, kind, scope in given.mentions
        )
        for new in redacted_since(revision):
            labels_remap(pairs=[(revision.pk, new.pk)], annotator=user)
            revision = new
    answer.assignment = _assignment(answer, item, user, revision)
    answer.problem = answer.problem_about = ""
    answer.settled = True
    answer.save(update_fields=["assignment", "problem", "problem_about", "settled"])


def _assignment(
    answer: LabelStudioAnswer, item: BatchItem, user: User, revision: TextRevision | None
) -> Assignment:
    skipped = answer.state == LabelStudioAnswer.State.SKIPPED
    made, _ = Assignment.objects.update_or_create(
        item=item,
        annotator=user,
        defaults={
            "revision": revision,
            "state": Assignment.State.SKIPPED if skipped else Assignment.State.ANSWERED,
            "skip_reason": SkipReason.OTHER if skipped else "",
            "taken_at": answer.remote_created_at,
            "taken_until": answer.remote_updated_at,
            "ended_at": answer.remote_updated_at,
            "seconds_spent": answer.seconds_spent,
        },
    )
    items_recount(item_ids=[item.pk])
    # One that it took the place of says so no more.
    others = LabelStudioAnswer.objects.filter(assignment=made).exclude(pk=answer.pk)
    others.update(assignment=None)
    return made


def _retract(answer: LabelStudioAnswer, item: BatchItem, unusable: Unusable | None = None) -> None:
    """It counts no more, or not yet; what it had become here goes, and nothing else."""
    problem = unusable.problem if unusable else ""
    about = unusable.about if unusable else ""
    answer.refresh_from_db(fields=["assignment"])  # another one may have taken its place
    made = answer.assignment
    before = (answer.settled, answer.problem, answer.problem_about)
    if made is None and before == (True, problem, about):
        return
    answer.assignment, answer.problem, answer.problem_about = None, problem, about
    answer.settled = True
    answer.save(update_fields=["assignment", "problem", "problem_about", "settled"])
    # What was answered on our page meanwhile took its place, and stays.
    if made is not None and problem != "answered_here":
        _forget(made.annotator, item)
        made.delete()
        items_recount(item_ids=[item.pk])


def _forget(user: User, item: BatchItem) -> None:
    found = Annotation.objects.filter(annotator=user, item=item, source=_SOURCE)
    Mention.objects.filter(annotator=user, revision__review=item.review_id).delete()
    found.delete()


def items_settle(*, item_ids: Iterable[int]) -> None:
    """Each in a transaction of its own."""
    for item_id in item_ids:
        item_settle(item_id=item_id)
