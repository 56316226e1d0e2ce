"""No query for a purpose gives a row without it: 10,000 reviews drawn at random, every query."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from analytics.selectors import raw
from analytics.selectors.browsing import Sought, reviews_sought
from annotation.models import Annotation, AuditRate, BatchItem, Choice, Question
from annotation.services.audit import audit_draw
from annotation.services.labels import GivenLabels, annotator_ensure, labels_store
from annotation.services.questions import questions_seed
from modelops.models import ModelVersion, Snapshot, SnapshotItem
from modelops.selectors.labels import labelled_rows
from modelops.selectors.snapshots import examples_of
from modelops.services.ledger import revisions_to_analyse
from privacy.purposes import LegalBasis
from reviews.models import Product, Purpose, Review, Source, TextRevision
from reviews.selectors import reviews_for, revisions_for

pytestmark = pytest.mark.django_db

CASES = 10_000
SEED = 20_261_125


@dataclass(frozen=True)
class Case:
    """What is written about one review. Times are None or offsets from now in hours."""

    store: int
    purposes: frozenset[str]
    objected: frozenset[str]
    restricted: bool
    basis: str
    consent_at: float | None
    consent_until: float | None

    def allows(self, purpose: str) -> bool:
        """Said once more, in words of its own, as the law has it."""
        if self.restricted or purpose in self.objected:
            return False
        if self.basis == "consent" and (self.consent_at is None or self.consent_at > 0):
            return False
        ended = self.consent_until is not None and self.consent_until <= 0
        return purpose in self.purposes and not ended


def _hours(dice: random.Random) -> float | None:
    # Never so near to now that the run itself could pass it.
    return dice.choice([None, None, -dice.uniform(0.5, 9000), dice.uniform(0.5, 9000)])


def _case(dice: random.Random) -> Case:
    every = list(Purpose.values)
    return Case(
        store=dice.randrange(2),
        purposes=frozenset(dice.sample(every, dice.randint(0, len(every)))),
        objected=frozenset(dice.sample(every, dice.choice([0, 0, 1, 2]))),
        restricted=dice.random() < 0.15,
        basis=dice.choice(LegalBasis.values),
        consent_at=_hours(dice),
        consent_until=_hours(dice),
    )


def _moment(now: datetime, hours: float | None) -> datetime | None:
    return None if hours is None else now + timedelta(hours=hours)


@pytest.fixture
def town(cast: SimpleNamespace) -> SimpleNamespace:
    """The cases as rows, each with a text, a label, and a place in a snapshot."""
    questions_seed()
    dice, now = random.Random(SEED), timezone.now()
    cases = [_case(dice) for _ in range(CASES)]
    stores = [cast.lanting, cast.northway]
    sources = [Source.objects.create(store=store, key="shop") for store in stores]
    products = [Product.objects.create(store=store, external_id="P") for store in stores]
    reviews = Review.objects.bulk_create(
        Review(
            store=stores[case.store],
            source=sources[case.store],
            product=products[case.store],
            external_id=str(number),
            language="en",
            content_hash="x",
            purposes=sorted(case.purposes),
            objected=sorted(case.objected),
            restricted=case.restricted,
            legal_basis=case.basis,
            consent_at=_moment(now, case.consent_at),
            consent_until=_moment(now, case.consent_until),
        )
        for number, case in enumerate(cases)
    )
    revisions = TextRevision.objects.bulk_create(
        TextRevision(review=made, number=1, text=f"case {made.external_id}", text_hash="x")
        for made in reviews
    )
    question = Question.objects.get(key="sentiment", active=True)
    choice = Choice.objects.filter(question=question).first()
    Annotation.objects.bulk_create(
        Annotation(
            revision=revision, question=question, choice=choice, annotator=cast.ann, source="page"
        )
        for revision in revisions
    )
    snapshot = Snapshot.objects.create(content_hash="1" * 64, name="all")
    SnapshotItem.objects.bulk_create(
        SnapshotItem(
            snapshot=snapshot,
            revision=revision,
            text=revision.text,
            language="en",
            split="train",
            row_hash="x",
        )
        for revision in revisions
    )
    return SimpleNamespace(cases=cases, stores=stores, snapshot=snapshot, cast=cast)


def _numbers(texts: Any) -> set[int]:
    return {int(text.removeprefix("case ")) for text in texts}


def _allowed(town: SimpleNamespace, *purposes: str, stores: set[int] | None = None) -> set[int]:
    return {
        number
        for number, case in enumerate(town.cases)
        if all(case.allows(purpose) for purpose in purposes) and case.store in (stores or {0, 1})
    }


def _by_statement(town: SimpleNamespace) -> set[int]:
    rows = raw.all_rows()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select r.external_id from ({rows.sql}) q join reviews_review r on r.id = q.id",  # noqa: S608  # ours
            rows.values,
        )
        return {int(number) for (number,) in cursor.fetchall()}


def _drawn(town: SimpleNamespace) -> set[int]:
    AuditRate.objects.all().delete()
    AuditRate.objects.create(from_day=timezone.localdate(), rate=1.0)
    audit_draw(review_ids=list(Review.objects.values_list("pk", flat=True)))
    return {
        int(number) for number in BatchItem.objects.values_list("review__external_id", flat=True)
    }


def _labelled(town: SimpleNamespace) -> set[int]:
    person = annotator_ensure(name="second")
    labels = [
        GivenLabels(pk, {"sentiment": "neutral"})
        for pk in Review.objects.values_list("pk", flat=True)
    ]
    labels_store(actor=None, annotator=person, labels=labels, source="file")
    mine = Annotation.objects.filter(annotator=person)
    return {int(number) for number in mine.values_list("revision__review__external_id", flat=True)}


def _to_analyse(remote: bool) -> Callable[[SimpleNamespace], set[int]]:
    def found(town: SimpleNamespace) -> set[int]:
        model = ModelVersion(remote=remote)
        return _numbers(revisions_to_analyse(model).values_list("text", flat=True))

    return found


def _sought(town: SimpleNamespace) -> set[int]:
    found = reviews_sought(Sought(stores=town.stores))
    return {int(number) for number in found.values_list("external_id", flat=True)}


def _exported(town: SimpleNamespace) -> set[int]:
    client = Client()
    client.force_login(town.cast.max)
    seen: set[int] = set()
    address = "/api/v1/reviews?limit=200"
    while address:
        body = client.get(address).json()
        seen |= {int(item["external_id"]) for item in body["items"]}
        address = body["next"]
    return seen


QUERIES: dict[str, tuple[Callable[[SimpleNamespace], set[int]], list[str]]] = {
    "analysis": (_to_analyse(remote=False), ["analyse"]),
    "analysis elsewhere": (_to_analyse(remote=True), ["analyse", "remote_model"]),
    "figures": (_by_statement, ["analyse"]),
    "search": (_sought, ["analyse"]),
    "labels to learn from": (
        lambda town: _numbers(row.text for row in labelled_rows(["sentiment"]).rows),
        ["train"],
    ),
    "a snapshot made before": (
        lambda town: _numbers(example.text for example in examples_of(town.snapshot, "train")),
        ["train"],
    ),
    "audit sample": (_drawn, ["label"]),
    "labels of a file": (_labelled, ["label"]),
    "what programs are given": (_exported, ["export"]),
}


def _check_the_doors(town: SimpleNamespace) -> None:
    for purpose in Purpose:
        for mine in ({0}, {1}, {0, 1}):
            stores = [town.stores[number] for number in mine]
            wanted = _allowed(town, purpose.value, stores=mine)
            assert wanted, "a purpose that no case grants would prove nothing"
            ids = reviews_for(purpose, stores).values_list("external_id", flat=True)
            assert {int(number) for number in ids} == wanted
            texts = revisions_for(purpose, stores).values_list("text", flat=True)
            assert _numbers(texts) == wanted
        assert not reviews_for(purpose, []).exists()


# Ten thousand reviews and a hundred queries: half a minute, and many on a machine that is full.
@pytest.mark.timeout(900)
def test_no_query_for_a_purpose_gives_a_row_without_it(town: SimpleNamespace) -> None:
    # One test, since the rows take longer to write than all queries together.
    _check_the_doors(town)
    for name, (query, purposes) in QUERIES.items():
        found, allowed = query(town), _allowed(town, *purposes)
        assert found - allowed == set(), f"{name} sees what it may not"
        assert allowed - found == set(), f"{name} misses what it may see"
