"""Follow-ups that come as rows of their own are joined to what they add to, in any order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import Annotation, AuditRate
from annotation.services.labels import GivenLabels, annotator_ensure, labels_store
from annotation.services.questions import questions_seed
from modelops.models import SnapshotItem
from modelops.services.snapshots import snapshot_from_annotations
from privacy.people import REVIEW, Identifier, Subject
from reviews import redacting
from reviews.models import Purpose, Review, Source, TextRevision
from reviews.selectors import reviews_for
from reviews.selectors.searching import reviews_matching
from reviews.services import lists
from reviews.services.deleting import review_delete
from reviews.services.importing import source_ensure
from reviews.services.people import person_correct, person_find
from reviews.services.purposes import Held, purposes_set
from reviews.services.redacting_stored import Counts, redact_source

pytestmark = pytest.mark.django_db


def _row(number: str, parent: str, user: str, day: str, text: str) -> dict[str, str]:
    return {"id": number, "parent_id": parent, "user": user, "date": day, "text": text}


FIRST = _row("1", "0", "anna", "2026-03-01", "盖子很紧，电话13844179021")
LATER = _row("2", "1", "anna", "2026-04-01", "一个月后漏水了，打13655512345")
LAST = _row("3", "2", "anna", "2026-05-01", "现在彻底坏了")
OTHER = _row("4", "1", "ben", "2026-04-02", "我的没有漏水")
ROWS = [FIRST, LATER, LAST, OTHER]
OWN = "盖子很紧，电话[PHONE_1]"
JOINED = "盖子很紧，电话[PHONE_1]\n一个月后漏水了，打[PHONE_2]\n现在彻底坏了"


def texts() -> dict[str, str]:
    found = TextRevision.objects.filter(is_current=True)
    return dict(found.values_list("review__external_id", "text"))


def left_out() -> dict[str, str]:
    return dict(Review.objects.values_list("external_id", "left_out"))


@pytest.fixture
def rows_in(import_file: Any, csv_file: Callable[..., Path]) -> Callable[..., Any]:
    return lambda *rows: import_file(csv_file(list(rows)))


@pytest.mark.parametrize("order", permutations(range(3)), ids=str)
def test_each_in_a_file_of_its_own_in_any_order(
    order: tuple[int, ...], rows_in: Callable[..., Any]
) -> None:
    for place in order:
        rows_in(ROWS[place])
    assert texts()["1"] == JOINED
    assert left_out() == {"1": "", "2": "follow_up", "3": "follow_up"}
    assert Review.objects.get(external_id="1").follow_up
    before = TextRevision.objects.count()
    for row in ROWS[:3]:
        batch = rows_in(row)
        assert (batch.unchanged, batch.rejected) == (1, 0)
    assert TextRevision.objects.count() == before


def test_in_one_file_and_found_by_all_its_words(rows_in: Callable[..., Any]) -> None:
    rows_in(*ROWS)
    assert texts()["1"] == JOINED
    # Somebody else's is no follow-up, whatever the file says.
    assert left_out() == {"1": "", "2": "follow_up", "3": "follow_up", "4": ""}
    assert texts()["4"] == OTHER["text"]
    [found] = reviews_matching(Review.objects.filter(left_out=""), "彻底坏了")
    assert found.external_id == "1"


def test_until_the_first_is_in_a_follow_up_stands_for_itself(rows_in: Callable[..., Any]) -> None:
    rows_in(LATER)
    assert left_out() == {"2": ""}
    rows_in(FIRST)
    assert left_out() == {"1": "", "2": "follow_up"}


def test_edits_of_either_reach_the_joined_text(rows_in: Callable[..., Any]) -> None:
    rows_in(FIRST, LATER)
    rows_in({**LATER, "text": "一个月后又好了"})
    assert texts()["1"] == "盖子很紧，电话[PHONE_1]\n一个月后又好了"
    rows_in({**FIRST, "text": "盖子松了"})
    assert texts()["1"] == "盖子松了\n一个月后又好了"
    revisions = TextRevision.objects.filter(review__external_id="1").count()
    rows_in({**FIRST, "text": "盖子松了", "date": "2026-03-02"})
    assert TextRevision.objects.filter(review__external_id="1").count() == revisions
    assert Review.objects.get(external_id="1").follow_up


def test_a_follow_up_that_is_deleted_leaves_no_word(
    rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    # What is drawn for the audit sample is never learned from.
    AuditRate.objects.all().delete()
    rows_in(FIRST, LATER)
    first = Review.objects.get(external_id="1")
    questions_seed()
    labels = [GivenLabels(first.pk, {"sentiment": "negative"})]
    labels_store(actor=None, annotator=annotator_ensure(name="hand"), labels=labels, source="page")
    snapshot_from_annotations(actor=None, questions=["sentiment"])
    review_delete(
        actor=cast.pia, stores=[cast.lanting], review_id=Review.objects.get(external_id="2").pk
    )
    assert texts() == {"1": OWN}
    assert Annotation.objects.filter(revision__is_current=True).count() == 1
    assert not TextRevision.objects.filter(text__contains="漏水").exists()
    assert not SnapshotItem.objects.filter(revision__text__contains="漏水").exists()
    assert not Review.objects.get(external_id="1").follow_up
    rows_in(LATER)
    assert texts() == {"1": OWN}


def test_what_was_added_goes_with_the_review(
    rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    rows_in(FIRST, LATER, LAST)
    first = Review.objects.get(external_id="1")
    review_delete(actor=cast.pia, stores=[cast.lanting], review_id=first.pk)
    assert not Review.objects.exists()
    # Its row in an old file does not bring the addition back without it.
    assert rows_in(LATER).unchanged == 1
    assert not Review.objects.exists()


def test_who_is_looked_up_by_one_number_is_found_with_the_other(
    rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    rows_in(*({**row, "user": ""} for row in (FIRST, LATER)))
    subject = Subject([cast.lanting.pk], [Identifier(REVIEW, "2")])
    person_find(subject)
    names = Review.objects.filter(pk__in=subject.found("review"))
    assert set(names.values_list("external_id", flat=True)) == {"1", "2"}


def test_words_not_granted_for_a_use_are_in_no_text_that_is(
    rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    rows_in(FIRST, LATER)
    held = Held("legitimate_interest", [Purpose.EXPORT])
    purposes_set(actor=cast.pia, store=cast.lanting, held=held, external_ids=["2"])
    assert texts()["1"] == OWN
    seen = reviews_for(Purpose.ANALYSE, [cast.lanting])
    assert list(seen.values_list("external_id", "follow_up")) == [("1", False)]


@pytest.mark.parametrize("policy", [Source.OriginalPolicy.DROP, Source.OriginalPolicy.SEAL])
def test_joined_texts_stay_joined_when_they_are_redacted_again(
    policy: str, rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    source = source_ensure(actor=cast.ivo, store=cast.lanting, key="shop")
    Source.objects.filter(pk=source.pk).update(original_policy=policy)
    rows_in(FIRST, LATER)
    lists.values_add(
        actor=None, stores=[cast.lanting], kind="deny", values=["盖子", "漏水"], type="ORDER_NO"
    )
    source.refresh_from_db()
    redact_source(
        actor=cast.pia,
        source=source,
        everything=True,
        after=0,
        counts=Counts(),
        done=lambda n: None,
    )
    now = "[ORDER_NO_1]很紧，电话[PHONE_1]\n一个月后[ORDER_NO_2]了，打[PHONE_2]"
    assert texts()["1"] == now
    # What the shop changes afterwards is still joined to the rest.
    rows_in({**FIRST, "text": "把手很紧"})
    assert texts()["1"] == "把手很紧\n一个月后[ORDER_NO_1]了，打[PHONE_1]"


def test_a_correction_of_either_is_in_the_joined_text(
    rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    rows_in(FIRST, LATER)

    def correct(number: str, text: str) -> None:
        subject = Subject([cast.lanting.pk], [Identifier(REVIEW, number)], wanted={"text": text})
        person_find(subject)
        person_correct(
            cast.pia, subject, lambda source: (redacting.redact, redacting.redactor_version())
        )

    correct("2", "一个月后就好了")
    assert texts()["1"] == f"{OWN}\n一个月后就好了"
    assert left_out() == {"1": "", "2": "follow_up"}
    correct("1", "盖子不紧")
    assert texts()["1"] == "盖子不紧\n一个月后就好了"
    assert Review.objects.get(external_id="1").follow_up


@pytest.mark.parametrize("how", ["on the site", "by a file"])
def test_the_end_of_a_chain_that_was_deleted_does_not_come_back_alone(
    how: str, rows_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    rows_in(*({**row, "deleted": ""} for row in ROWS[:3]))
    if how == "by a file":
        rows_in({**FIRST, "deleted": "true"})
    else:
        first = Review.objects.get(external_id="1")
        review_delete(actor=cast.pia, stores=[cast.lanting], review_id=first.pk)
    assert not Review.objects.exists()
    assert rows_in(LAST).unchanged == 1
    assert rows_in(*ROWS[:3]).unchanged == 3
    assert not Review.objects.exists()
