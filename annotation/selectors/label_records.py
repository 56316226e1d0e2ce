"""Labels on their way into a file: one record for each person's work on each review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Store, User
from annotation.annotator_ids import annotator_id
from annotation.formats.record import Drawn, Found, Mark, Person, Record, Said, Settled
from annotation.models import Annotation, Assignment, BatchItem, Mention, SamplingDesign
from annotation.prelabels import prelabels
from annotation.selectors.settled import settled
from reviews.models import Purpose, TextRevision
from reviews.selectors import reviews_for, revisions_for

DEMAND = "product_demand"
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
    skips = _skipped_items(wanted).filter(item__review=OuterRef("review"))
    held = Q(Exists(labels)) | Q(Exists(skips))
    if not wanted.batches:
        held |= Q(Exists(Mention.objects.filter(revision=OuterRef("pk"))))
    found = revisions_for(Purpose.EXPORT, stores).filter(held)
    if wanted.languages:
        found = found.filter(review__language__in=wanted.languages)
    return found


def _skipped_items(wanted: Wanted) -> QuerySet[Assignment]:
    """Skips; none in a test, where what people say is about them and no label."""
    found = Assignment.objects.filter(_of_batches("item__", wanted), state=Assignment.State.SKIPPED)
    return found.exclude(item__batch__design=SamplingDesign.TEST)


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
    final = settled(list(by_pk))
    by_review: dict[int, list[int]] = defaultdict(list)
    for review, person in whole:
        by_review[review].append(person)
    for revision in revisions:
        common = _common(revision, said.get(revision.pk), final.get(revision.pk, {}))
        for person in sorted(by_review[revision.review_id]):
            who = (revision.review_id, person)
            told = {**common, "person": _person(people[person], wanted.names)}
            mine = answers.get(who, [])
            if mine or marks.get(who):
                yield _answered(told, mine, marks.get(who, ()))
            # Somebody asked again in another batch may have answered here and skipped there.
            places = {one.item_id for one in mine}
            yield from (
                _skipped(told, one) for one in skips.get(who, ()) if one.item_id not in places
            )


def _common(
    revision: TextRevision, said: Any | None, final: Mapping[str, Settled]
) -> dict[str, Any]:
    """What is the same in the records of everybody."""
    review = revision.review
    return {
        "text": revision.text,
        "found": Found(review.pk, review.store.key, review.source.key, review.external_id),
        "language": review.language,
        "said": None if said is None else _said(said),
        "settled": final,
    }


def _skipped(common: Mapping[str, Any], skip: Assignment) -> Record:
    return Record(
        **common,
        skip=skip.skip_reason,
        seconds=skip.seconds_spent,
        at=skip.ended_at,
        drawn=_drawn(skip.item),
        gold=skip.item.is_gold,
        origin="page",
    )


def _answered(
    common: Mapping[str, Any], answers: Sequence[Annotation], marks: Sequence[Mark]
) -> Record:
    first = answers[0] if answers else None
    chosen = {one.question.key: one.choice.key for one in answers}
    return Record(
        **common,
        answers=chosen,
        versions={one.question.key: one.question.version for one in answers},
        # Who was not asked for wishes has not looked for mentions.
        marks=tuple(marks) if marks or DEMAND in chosen else None,
        flags=tuple(first.flags) if first else (),
        comment=first.comment if first else "",
        seconds=first.seconds_spent if first else None,
        # 0 is how it is stored that nobody knows.
        guideline=(first.guideline_version or None) if first else None,
        at=min(one.created_at for one in answers) if answers else None,
        drawn=_drawn(first.item) if first else None,
        gold=bool(first and first.item and first.item.is_gold),
        origin=first.source if first else "",
    )


def _answers(by_pk: dict[int, int], wanted: Wanted) -> dict[Who, list[Annotation]]:
    found: dict[Who, list[Annotation]] = defaultdict(list)
    rows = (
        Annotation.objects.filter(_of_batches("item__", wanted), revision__in=list(by_pk))
        .select_related("question", "choice", "item__batch")
        # An answer that was given anew outweighs the one to the question as it was asked before.
        .order_by("question__order", "question__active", "pk")
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


def _skips(reviews: list[int], wanted: Wanted) -> dict[Who, list[Assignment]]:
    rows = _skipped_items(wanted).filter(item__review__in=reviews).select_related("item__batch")
    found: dict[Who, list[Assignment]] = defaultdict(list)
    for one in rows.order_by("pk"):
        found[one.item.review_id, one.annotator_id].append(one)
    return dict(found)


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
