"""Labels of a file into the database: all that fit in one transaction, and none of them twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Store, User
from annotation.formats.record import Mark, Trouble, Unmapped
from annotation.models import (
    Annotation,
    AnnotationSource,
    AnswerBefore,
    Assignment,
    BatchItem,
    Choice,
    Mention,
    Question,
    SamplingDesign,
)
from annotation.selectors.label_sets import routes
from annotation.services.answers_before import keep
from annotation.services.counting import items_recount
from annotation.services.label_batches import Batches, made_by_import
from annotation.services.label_checks import Fitting, seconds_of
from annotation.services.label_options import Options
from annotation.services.label_set_lock import sets_hold
from reviews.models import Purpose
from reviews.selectors import reviews_for, revisions_for

_AT_ONCE = 2000  # rows
_LONGEST_THEME = 80  # characters
Redact = Callable[[list[str]], list[str]]
Who = tuple[int, int]
"""A revision and a user, by their ids."""


@dataclass(slots=True)
class Stored:
    """Records that are new, and that were there already; what was told meanwhile."""

    created: int = 0
    unchanged: int = 0
    answers: int = 0
    mentions: int = 0
    skips: int = 0
    troubles: list[Trouble] = field(default_factory=list)


@transaction.atomic
def fitting_store(
    *,
    actor: Any,
    fitting: Sequence[Fitting],
    options: Options,
    stores: Sequence[Store],
    redact: Redact,
    pretend: bool = False,
) -> Stored:
    """Store what fits. Each record goes in whole or not at all; the same again changes nothing.

    Somebody's other answer is never overwritten: its line is told. `redact` is asked about what
    people wrote beside their answers, which may quote the review. `pretend`: nothing is kept.
    """
    clean = _redacted(fitting, redact)
    # After the redaction, which may take long: nobody may answer another set meanwhile.
    sets_hold()
    point = transaction.savepoint()
    out = _Store(options, stores).run(fitting, clean)
    if pretend:
        transaction.savepoint_rollback(point)
    else:
        transaction.savepoint_commit(point)
    return out


def _redacted(fitting: Sequence[Fitting], redact: Redact) -> dict[str, str]:
    """Comments, themes and names of batches, as they were written and as they may be kept."""
    told = {one.record.comment for one in fitting}
    told |= {one.drawn.batch for one in fitting if one.drawn is not None}
    told |= {mark.theme for one in fitting for mark in one.marks}
    found = [one for one in told if one]
    return dict(zip(found, redact(found), strict=True)) if found else {}


class _Store:
    def __init__(self, options: Options, stores: Sequence[Store]) -> None:
        self._options = options
        self._stores = list(stores)
        self._now = timezone.now()
        self._questions = {one.key: one for one in Question.objects.filter(active=True)}
        self._choices = {
            (choice.question_id, choice.key): choice
            for choice in Choice.objects.filter(question__in=self._questions.values())
        }
        self._routes = {key: routes(key, "people") for key in self._questions}

    def run(self, fitting: Sequence[Fitting], clean: dict[str, str]) -> Stored:
        out = Stored()
        current = self._lock(fitting)
        users = {one.hand.name: one.hand.ensure() for one in fitting}
        there = _There(fitting, users)
        batches = Batches(self._options, fitting, clean)
        new: list[tuple[Fitting, User, BatchItem | None]] = []
        for given in fitting:
            user = users[given.hand.name]
            try:
                if given.revision not in current:
                    raise Unmapped("text_changed")
                one = self._of_now(given)
                item = batches.item(one, out.troubles)
                is_new = there.is_new(one, user, item)
            except Unmapped as error:
                lines = given.record.lines or (0,)
                out.troubles += [Trouble(line, error.reason, error.detail) for line in lines]
                continue
            if is_new:
                new.append((one, user, item))
            else:
                out.unchanged += 1
        batches.save()
        self._answers(new, there, clean, out)
        self._mentions(new, there, clean, out)
        self._assignments(new, there)
        out.created = len(new)
        out.skips = sum(bool(one.record.skip) for one, _, _ in new)
        return out

    def _of_now(self, one: Fitting) -> Fitting:
        """With its answers in the set of now, which may be another one than when it was read."""
        answers = {}
        for question, key in one.answers.items():
            now = self._routes.get(question, {}).get(key)
            if now is None:
                raise Unmapped("other_version", f"{question}: {key}")
            answers[question] = now
        return replace(one, answers=answers)

    def _lock(self, fitting: Sequence[Fitting]) -> set[int]:
        """The revisions that are still the current ones, held so until the end."""
        ids = sorted({one.review for one in fitting})
        held = reviews_for(Purpose.LABEL, self._stores).filter(pk__in=ids).order_by("pk")
        locked = [one.pk for one in held.select_for_update(of=("self",), no_key=True).only("pk")]
        texts = revisions_for(Purpose.LABEL, self._stores).filter(review_id__in=locked)
        return set(texts.values_list("pk", flat=True))

    def _answers(
        self,
        new: Sequence[tuple[Fitting, User, BatchItem | None]],
        there: _There,
        clean: dict[str, str],
        out: Stored,
    ) -> None:
        rows, times = [], []
        for one, user, item in new:
            known = there.answers.get((one.revision, user.pk), {})
            for key, value in one.answers.items():
                if key in known:
                    continue
                question = self._questions[key]
                rows.append(self._answer(one, user, item, question, value, clean))
                times.append(one.record.at)
        self._put_aside(rows)
        _create(Annotation, rows, times)
        out.answers = len(rows)

    def _put_aside(self, rows: Sequence[Annotation]) -> None:
        """What these people said of it in an older set, and were to answer anew: it is kept, and
        the new answer stands at the item of the old one."""
        wanted = {(one.revision_id, one.question.key, one.annotator_id): one for one in rows}
        before = Annotation.objects.filter(
            question__active=False,
            question__key__in={key for _, key, _ in wanted},
            revision__in={revision for revision, _, _ in wanted},
            annotator__in={person for _, _, person in wanted},
        ).select_related("question")
        gone = []
        for old in before:
            new = wanted.get((old.revision_id, old.question.key, old.annotator_id))
            if new is not None:
                gone.append(old.pk)
                new.item_id = old.item_id or new.item_id
        stale = Annotation.objects.filter(pk__in=gone)
        keep(stale.order_by("pk"), AnswerBefore.Why.RELABELLED, None)
        stale.delete()

    def _answer(
        self,
        one: Fitting,
        user: User,
        item: BatchItem | None,
        question: Question,
        value: str,
        clean: dict[str, str],
    ) -> Annotation:
        record = one.record
        starter = one.hand.starter or record.origin == AnnotationSource.STARTER
        return Annotation(
            revision_id=one.revision,
            question=question,
            choice=self._choices[question.pk, value],
            annotator=user,
            item=item,
            flags=list(record.flags),
            comment=clean.get(record.comment, ""),
            seconds_spent=seconds_of(record),
            # 0: by rules that the file does not name.
            guideline_version=record.guideline or 0,
            source=AnnotationSource.STARTER if starter else AnnotationSource.FILE,
        )

    def _mentions(
        self,
        new: Sequence[tuple[Fitting, User, BatchItem | None]],
        there: _There,
        clean: dict[str, str],
        out: Stored,
    ) -> None:
        rows, times = [], []
        for one, user, _ in new:
            known = there.marks.get((one.revision, user.pk), {})
            for mark in one.marks:
                if (mark.start, mark.end, mark.kind) in known:
                    continue
                rows.append(
                    Mention(
                        revision_id=one.revision,
                        annotator=user,
                        start=mark.start,
                        end=mark.end,
                        kind=mark.kind,
                        scope=mark.scope,
                        theme_key=clean.get(mark.theme, "")[:_LONGEST_THEME],
                    )
                )
                times.append(one.record.at)
        _create(Mention, rows, times)
        out.mentions = len(rows)

    def _assignments(
        self, new: Sequence[tuple[Fitting, User, BatchItem | None]], there: _There
    ) -> None:
        """That the person is done with the item: nobody is given it once more for them."""
        items = sorted({item.pk for _, _, item in new if item is not None})
        for start in range(0, len(items), _AT_ONCE):
            some = items[start : start + _AT_ONCE]
            list(BatchItem.objects.select_for_update().filter(pk__in=some).order_by("pk"))
        rows = {
            (item.pk, user.pk): self._assignment(one, user, item)
            for one, user, item in new
            if item is not None and self._is_done(one, item, there.answers[one.revision, user.pk])
        }
        Assignment.objects.bulk_create(
            rows.values(),
            batch_size=_AT_ONCE,
            update_conflicts=True,
            unique_fields=["item", "annotator"],
            update_fields=[
                *("revision", "state", "skip_reason", "taken_at", "taken_until", "ended_at"),
                "seconds_spent",
            ],
        )
        for start in range(0, len(items), _AT_ONCE):
            items_recount(item_ids=items[start : start + _AT_ONCE])

    def _assignment(self, one: Fitting, user: User, item: BatchItem) -> Assignment:
        at = one.record.at or self._now
        skipped = bool(one.record.skip)
        return Assignment(
            item=item,
            annotator=user,
            revision_id=one.revision,
            state=Assignment.State.SKIPPED if skipped else Assignment.State.ANSWERED,
            skip_reason=one.record.skip,
            taken_at=at,
            taken_until=at,
            ended_at=at,
            seconds_spent=seconds_of(one.record),
        )

    def _is_done(self, one: Fitting, item: BatchItem, before: Collection[str]) -> bool:
        """Whether nothing of what the batch asks is open: else the person is given it here still.

        A batch that a file brought along asks for what the file answers.
        """
        batch = item.batch
        if one.record.skip or batch.design == SamplingDesign.GIVEN or made_by_import(batch):
            return True
        asked = set(batch.questions) & set(self._questions) or set(self._questions)
        return asked <= {*one.answers, *before}


class _There:
    """What the people of a file have said already of its reviews."""

    def __init__(self, fitting: Sequence[Fitting], users: dict[str, User]) -> None:
        revisions = {one.revision for one in fitting}
        people = [user.pk for user in users.values()]
        self.answers: dict[Who, dict[str, str]] = defaultdict(dict)
        self.items: dict[Who, set[int | None]] = defaultdict(set)
        # What nobody has given anew yet was given to a question that is not asked any more.
        rows = Annotation.objects.filter(
            revision__in=revisions, annotator__in=people, question__active=True
        )
        for revision, person, question, choice, item in rows.values_list(
            "revision_id", "annotator_id", "question__key", "choice__key", "item_id"
        ):
            self.answers[revision, person][question] = choice
            self.items[revision, person].add(item)
        self.marks: dict[Who, dict[tuple[int, int, str], str]] = defaultdict(dict)
        marks = Mention.objects.filter(revision__in=revisions, annotator__in=people)
        for one in marks:
            place = (one.start, one.end, one.kind)
            self.marks[one.revision_id, one.annotator_id][place] = one.scope
        ended = Assignment.objects.filter(
            item__review__in={one.review for one in fitting},
            annotator__in=people,
            ended_at__isnull=False,
        )
        self.ended = {(one.item_id, one.annotator_id): one.skip_reason for one in ended}

    def is_new(self, one: Fitting, user: User, item: BatchItem | None) -> bool:
        """Whether the record adds something. Raises Unmapped where the person said otherwise."""
        who = (one.revision, user.pk)
        known, marks = self.answers.get(who, {}), self.marks.get(who, {})
        before = self.ended.get((item.pk, user.pk)) if item is not None else None
        if one.record.skip:
            elsewhere = item is not None and known and item.pk not in self.items[who]
            if before == "" or ((known or marks) and not elsewhere):
                raise Unmapped("other_answer")
            return before is None
        if before:
            raise Unmapped("other_answer")
        if any(known.get(key, value) != value for key, value in one.answers.items()):
            raise Unmapped("other_answer")
        wanted = _by_place(one.marks)
        if one.record.marks is not None and marks and marks != wanted:
            raise Unmapped("other_answer")
        return bool(set(one.answers) - set(known)) or bool(set(wanted) - set(marks))


def _by_place(marks: Sequence[Mark]) -> dict[tuple[int, int, str], str]:
    return {(one.start, one.end, one.kind): one.scope for one in marks}


def _create(model: Any, rows: list[Any], times: Sequence[datetime | None]) -> None:
    made = model.objects.bulk_create(rows, batch_size=2000)
    # The column takes the time of storing, whatever the row says.
    dated = []
    for row, at in zip(made, times, strict=True):
        if at is not None:
            row.created_at = at
            dated.append(row)
    model.objects.bulk_update(dated, ["created_at"], batch_size=2000)
