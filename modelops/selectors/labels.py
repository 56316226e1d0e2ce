"""The labelled reviews of the database, as rows to learn from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Store
from annotation.models import Annotation, AnnotationSource, BatchItem, Mention, SamplingDesign
from annotation.quality.consensus import majority
from annotation.selectors.settling import Decided, adjudicated
from modelops.labelled import SPLITS, LabelledRow, Mark
from modelops.splitting import near_identical, split_of
from reviews.models import ANALYSED_LANGUAGES, LeftOut, Purpose, TextRevision
from reviews.selectors import revisions_for
from taxonomy.mentions import DEMAND_KINDS

DEMAND, NO_DEMAND = "product_demand", "none"
_SPLIT_IN_NAME = re.compile(r"-(train|dev|test)$")


@dataclass(slots=True)
class LabelledSet:
    """`left_out`: why answers are missing, by reason (`tie` counts answers, not rows)."""

    rows: list[LabelledRow]
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Answers:
    """What people said about one revision."""

    by_question: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    starter: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    batches: dict[int, str] = field(default_factory=dict)
    decided: dict[str, Decided] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return len({person for answers in self.by_question.values() for person in answers})


def labelled_rows(questions: Sequence[str]) -> LabelledSet:
    """One row per current revision that somebody answered one of `questions` about.

    What a lead settled counts first, then the majority of several answers, then a single answer;
    at a tie the question has no answer: a model of who errs how often guesses too boldly there.
    The labels that came with the sample data count only where nobody else answered. Never in it:
    reviews that may not be used for training, reviews of the audit sample, and those that no
    figure counts.

    The split is that of the batch's name (`...-train`, `-dev`, `-test`), for the whole product;
    other products are drawn by keyed hash. With too few products for that, `split` stays empty
    and `group` holds near-identical texts together.
    """
    answers = _answers(_usable_revisions(), questions)
    marks = _marks(answers)
    marked_batches = {batch for pk in marks for batch in answers[pk].batches}
    out = LabelledSet([])
    products: dict[str, str] = {}
    for revision in _details(list(answers)):
        said = answers[revision.pk]
        chosen = _chosen(said, out.left_out)
        if not chosen:
            continue
        group = group_of(revision)
        given = _given_split(said)
        if given and SPLITS.index(given) >= SPLITS.index(products.get(group, "train")):
            products[group] = given
        found = marks.get(revision.pk)
        if found is None and marked_batches & said.batches.keys():
            found = {}
        out.rows.append(
            LabelledRow(
                text=revision.text,
                language=revision.review.language,
                answers=chosen,
                mentions=_mentions(found, said, len(revision.text)),
                group=group,
                revision_id=revision.pk,
            )
        )
    out.rows = _drawn(out.rows, products)
    return out


def _usable_revisions() -> QuerySet[TextRevision]:
    audited = BatchItem.objects.filter(
        review=OuterRef("review"), batch__design=SamplingDesign.AUDIT
    )
    return revisions_for(Purpose.TRAIN, Store.objects.all()).filter(
        ~Exists(audited),
        review__left_out=LeftOut.NOTHING,
        review__language__in=ANALYSED_LANGUAGES,
    )


def _answers(
    revisions: QuerySet[TextRevision], questions: Sequence[str]
) -> defaultdict[int, _Answers]:
    found: defaultdict[int, _Answers] = defaultdict(_Answers)
    labels = Annotation.objects.filter(
        revision__in=revisions, question__active=True, question__key__in=list(questions)
    )
    # Hidden gold is asked of everybody, to see how they answer: it would weigh many times.
    rows = labels.exclude(item__is_gold=True).values_list(
        "revision_id",
        "question__key",
        "annotator_id",
        "choice__key",
        "source",
        "item__batch_id",
        "item__batch__name",
    )
    for pk, question, person, choice, source, batch, name in rows.iterator(chunk_size=5000):
        said = found[pk]
        if source == AnnotationSource.STARTER:
            said.starter[question][person] = choice
        else:
            said.by_question[question][person] = choice
        if batch is not None:
            said.batches[batch] = name
    for said in found.values():
        for question, answers in said.starter.items():
            if question not in said.by_question:
                said.by_question[question] = answers
    _add_settled(found, revisions, questions)
    return found


def _add_settled(
    found: defaultdict[int, _Answers], revisions: QuerySet[TextRevision], questions: Sequence[str]
) -> None:
    """What leads decided."""
    for pk, decided in adjudicated(revisions.values("pk")).items():
        asked = {key: one for key, one in decided.items() if key in questions}
        if asked:
            found[pk].decided = asked


def _details(revision_ids: list[int]) -> QuerySet[TextRevision]:
    return (
        revisions_for(Purpose.TRAIN, Store.objects.all())
        .filter(pk__in=revision_ids)
        .select_related("review__product__variant_of", "review__store")
        .defer("search")
        .order_by("pk")
    )


def _marks(answers: dict[int, _Answers]) -> dict[int, dict[int, set[Mark]]]:
    """Marked mentions by revision and by person; not those of hidden gold."""
    found: dict[int, dict[int, set[Mark]]] = defaultdict(lambda: defaultdict(set))
    as_gold = Annotation.objects.filter(
        revision=OuterRef("revision"), annotator=OuterRef("annotator"), item__is_gold=True
    )
    marks = Mention.objects.filter(~Exists(as_gold), revision__in=list(answers))
    rows = marks.values_list("revision_id", "annotator_id", "start", "end", "kind", "scope")
    for pk, person, start, end, kind, scope in rows.iterator(chunk_size=5000):
        found[pk][person].add((start, end, kind, scope))
    return dict(found)


def _agreed(
    found: dict[int, set[Mark]] | None, people: int, length: int
) -> tuple[Mark, ...] | None:
    """The spans that at least half of the people marked; None when nobody was asked to mark."""
    if found is None:
        return None
    people = max(people, len(found))
    counts: Counter[tuple[int, int, str]] = Counter()
    scopes: dict[tuple[int, int, str], Counter[str]] = defaultdict(Counter)
    for marks in found.values():
        for start, end, kind, scope in marks:
            if end <= length:
                counts[start, end, kind] += 1
                scopes[start, end, kind][scope] += 1
    agreed = sorted(span for span, n in counts.items() if 2 * n >= people)
    return tuple((s, e, kind, scopes[s, e, kind].most_common(1)[0][0]) for s, e, kind in agreed)


def _mentions(
    found: dict[int, set[Mark]] | None, said: _Answers, length: int
) -> tuple[Mark, ...] | None:
    """Those people agree on; where a lead settled the demand answer, those it follows from."""
    decided = said.decided.get(DEMAND)
    if found is None or decided is None:
        return _agreed(found, said.people, length)
    if decided.mentions is not None:
        return tuple(sorted(mark for mark in decided.mentions if mark[1] <= length))
    if decided.taken_from is not None:
        return _agreed({decided.taken_from: found.get(decided.taken_from, set())}, 1, length)
    if decided.choice != NO_DEMAND:
        return None  # the lead's own answer: nobody has said which words it follows from
    agreed = _agreed(found, said.people, length) or ()
    return tuple(mark for mark in agreed if mark[2] not in DEMAND_KINDS)


def _chosen(said: _Answers, left_out: Counter[str]) -> dict[str, str]:
    chosen = {}
    for question in sorted({*said.by_question, *said.decided}):
        if question in said.decided:
            chosen[question] = said.decided[question].choice
        else:
            most = majority(said.by_question[question].values())
            if most is None:
                left_out["tie"] += 1
            else:
                chosen[question] = most
    return chosen


def group_of(revision: TextRevision) -> str:
    """What stays on one side: the product with its variants, or a review that names none."""
    review = revision.review
    product = review.product
    if product is None:
        return f"review {review.source_id} {review.external_id}"
    product = product.variant_of or product
    return f"product {review.store.key} {product.external_id}"


def _given_split(said: _Answers) -> str:
    found = [m.group(1) for m in map(_SPLIT_IN_NAME.search, said.batches.values()) if m]
    return max(found, key=SPLITS.index, default="")


def _drawn(rows: list[LabelledRow], products: dict[str, str]) -> list[LabelledRow]:
    drawn = [row.in_split(products.get(row.group) or split_of(row.group)) for row in rows]
    found = {row.split for row in drawn}
    if products or not rows or {"train", "dev"} <= found:
        return drawn
    groups = near_identical([row.text for row in rows])
    return [
        LabelledRow(
            text=row.text,
            language=row.language,
            answers=row.answers,
            mentions=row.mentions,
            group=f"text {group}",
            revision_id=row.revision_id,
        )
        for row, group in zip(rows, groups, strict=True)
    ]
