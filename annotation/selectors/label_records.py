"""Labels on their way into a file: one record for each person's work on each review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Store, User
from annotation.annotator_ids import annotator_id
from annotation.formats.record import Drawn, Found, Mark, Person, Record, Said
from annotation.models import Annotation, Assignment, BatchItem, Mention
from annotation.prelabels import prelabels
from reviews.models import Purpose, TextRevision
from reviews.selectors import reviews_for, revisions_for

_AT_ONCE = 500  # reviews


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which labels: of batches (ids; none: all), in languages. names: people's names and addresses
    too; predictions: what the champion says, for tools that show it beforehand."""

    batches: Sequence[int] = ()
    languages: Sequence[str] = ()
    names: bool = False
    predictions: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "batches": list(self.batches),
            "languages": list(self.languages),
            "predictions": self.predictions,
        }


def labelled_reviews(stores: Iterable[Store], wanted: Wanted) -> list[int]:
    """The reviews that may be exported and hold labels on their text as it stands, or skips."""
    found = _texts(stores, wanted)
    return list(found.order_by("review_id").values_list("review_id", flat=True))


def outdated_labels(stores: Iterable[Store], wanted: Wanted) -> int:
    """Answers about texts that were changed since: their words are no longer there to export."""
    stale = Annotation.objects.filter(
        _of_batches("item__", wanted),
        revision__is_current=False,
        revision__review__in=reviews_for(Purpose.EXPORT, stores),
    )
    if wanted.languages:
        stale = stale.filter(revision__review__language__in=wanted.languages)
    return stale.count()


def still_exportable(stores: Iterable[Store], review_ids: Sequence[int]) -> bool:
    """Whether every one of the reviews is still there, and may still be exported."""
    allowed = 0
    for start in range(0, len(review_ids), 10_000):
        some = list(review_ids[start : start + 10_000])
        allowed += reviews_for(Purpose.EXPORT, stores).filter(pk__in=some).count()
    return allowed == len(review_ids)


def label_records(
    stores: Iterable[Store], review_ids: Sequence[int], wanted: Wanted
) -> Iterator[Record]:
    """By review, then by annotator; the texts are the redacted ones."""
    stores = list(stores)
    for start in range(0, len(review_ids), _AT_ONCE):
        some = review_ids[start : start + _AT_ONCE]
        revisions = list(
            revisions_for(Purpose.EXPORT, stores)
            .filter(review_id__in=some)
            .select_related("review__source", "review__store")
            .defer("search", "offset_map")
            .order_by("review_id")
        )
        yield from _records(revisions, wanted)


def _texts(stores: Iterable[Store], wanted: Wanted) -> QuerySet[TextRevision]:
    labels = Annotation.objects.filter(_of_batches("item__", wanted), revision=OuterRef("pk"))
    skips = Assignment.objects.filter(
        _of_batches("item__", wanted),
        item__review=OuterRef("review"),
        state=Assignment.State.SKIPPED,
    )
    held = Q(Exists(labels)) | Q(Exists(skips))
    if not wanted.batches:
        held |= Q(Exists(Mention.objects.filter(revision=OuterRef("pk"))))
    found = revisions_for(Purpose.EXPORT, stores).filter(held)
    if wanted.languages:
        found = found.filter(review__language__in=wanted.languages)
    return found


def _of_batches(path: str, wanted: Wanted) -> Q:
    return Q(**{f"{path}batch__in": list(wanted.batches)}) if wanted.batches else Q()


Who = tuple[int, int]
"""A review and an annotator, by their ids."""


def _records(revisions: Sequence[TextRevision], wanted: Wanted) -> Iterator[Record]:
    by_pk = {one.pk: one.review_id for one in revisions}
    answers = _answers(by_pk, wanted)
    marks = _marks(by_pk)
    skips = _skips(list(by_pk.values()), wanted)
    whole = {**dict.fromkeys(answers), **dict.fromkeys(skips)}
    if not wanted.batches:
        whole |= dict.fromkeys(marks)
    people = User.objects.in_bulk({person for _, person in whole})
    said = prelabels(list(by_pk)) if wanted.predictions else {}
    by_review: dict[int, list[int]] = defaultdict(list)
    for review, person in whole:
        by_review[review].append(person)
    for revision in revisions:
        before = said.get(revision.pk)
        champion = None if before is None else _said(before)
        for person in sorted(by_review[revision.review_id]):
            who = (revision.review_id, person)
            told = _person(people[person], wanted.names)
            yield _record(
                revision, told, champion, answers.get(who, []), marks.get(who, ()), skips.get(who)
            )


def _record(
    revision: TextRevision,
    person: Person,
    said: Said | None,
    answers: Sequence[Annotation],
    marks: Sequence[Mark],
    skip: Assignment | None,
) -> Record:
    review = revision.review
    common: dict[str, Any] = {
        "text": revision.text,
        "person": person,
        "found": Found(review.pk, review.store.key, review.source.key, review.external_id),
        "language": review.language,
        "said": said,
    }
    if not answers and not marks and skip is not None:
        return Record(
            **common,
            skip=skip.skip_reason,
            seconds=skip.seconds_spent,
            at=skip.ended_at,
            drawn=_drawn(skip.item),
            origin="page",
        )
    first = answers[0] if answers else None
    return Record(
        **common,
        answers={one.question.key: one.choice.key for one in answers},
        versions={one.question.key: one.question.version for one in answers},
        marks=tuple(marks),
        flags=tuple(first.flags) if first else (),
        comment=first.comment if first else "",
        seconds=first.seconds_spent if first else None,
        # 0 is how it is stored that nobody knows.
        guideline=(first.guideline_version or None) if first else None,
        at=min(one.created_at for one in answers) if answers else None,
        drawn=_drawn(first.item) if first else None,
        origin=first.source if first else "",
    )


def _answers(by_pk: dict[int, int], wanted: Wanted) -> dict[Who, list[Annotation]]:
    found: dict[Who, list[Annotation]] = defaultdict(list)
    rows = (
        Annotation.objects.filter(_of_batches("item__", wanted), revision__in=list(by_pk))
        .select_related("question", "choice", "item__batch")
        .order_by("question__order", "pk")
    )
    for one in rows:
        found[by_pk[one.revision_id], one.annotator_id].append(one)
    return dict(found)


def _marks(by_pk: dict[int, int]) -> dict[Who, list[Mark]]:
    found: dict[Who, list[Mark]] = defaultdict(list)
    rows = Mention.objects.filter(revision__in=list(by_pk)).order_by("start", "end", "kind")
    for one in rows:
        mark = Mark(one.start, one.end, one.kind, one.scope, one.theme_key)
        found[by_pk[one.revision_id], one.annotator_id].append(mark)
    return dict(found)


def _skips(reviews: list[int], wanted: Wanted) -> dict[Who, Assignment]:
    rows = Assignment.objects.filter(
        _of_batches("item__", wanted), item__review__in=reviews, state=Assignment.State.SKIPPED
    ).select_related("item__batch")
    return {(one.item.review_id, one.annotator_id): one for one in rows.order_by("pk")}


def _person(person: User, names: bool) -> Person:
    if not names:
        return Person(annotator_id(person))
    return Person(annotator_id(person), person.username, person.email)


def _drawn(item: BatchItem | None) -> Drawn | None:
    if item is None:
        return None
    return Drawn(item.batch.name, item.batch.design, item.inclusion_probability)


def _said(found: Any) -> Said:
    marks = [
        Mark(one["start"], one["end"], one["kind"], one.get("scope") or "product")
        for one in found.mentions
    ]
    return Said(found.model, found.answers, tuple(marks))
