from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import store_ensure
from annotation.draws import draw
from annotation.frames import BadBatch
from annotation.models import Assignment, AuditRate, BatchItem
from annotation.selectors.audit_days import audit_days, audit_labels
from annotation.selectors.labelling import batches_listed
from annotation.services import audit
from annotation.services.answering import Given, answer_save, item_skip
from annotation.services.assigning import items_take
from annotation.services.changing import audit_rate_set
from annotation.services.questions import questions_seed
from modelops.selectors.labels import labelled_rows
from privacy.models import AuditEntry
from reviews.models import Review, Source
from reviews.signals import revisions_replaced
from tests.analytics import factories


def test_the_draw_is_uniform_and_fixed() -> None:
    drawn = [draw("key", f"review:{n}") for n in range(20_000)]
    assert drawn == [draw("key", f"review:{n}") for n in range(20_000)]
    assert all(0 <= value < 1 for value in drawn)
    share = sum(value < 0.02 for value in drawn) / len(drawn)
    # Five standard errors around the rate.
    assert abs(share - 0.02) < 5 * (0.02 * 0.98 / 20_000) ** 0.5
    assert drawn[:50] != [draw("other key", f"review:{n}") for n in range(50)]


@pytest.fixture
def reviews(db: None) -> list[int]:
    store = store_ensure(actor=None, key="s")
    source = Source.objects.create(store=store, key="s")
    made = Review.objects.bulk_create(
        Review(store=store, source=source, external_id=str(n), language="en", content_hash="")
        for n in range(2000)
    )
    return [review.pk for review in made]


def test_the_sample_fills_itself_at_the_days_rate(reviews: list[int]) -> None:
    AuditRate.objects.all().delete()
    AuditRate.objects.create(from_day=timezone.localdate(), rate=0.25)
    added = audit.audit_draw(review_ids=reviews)
    assert 400 < added < 600
    assert set(BatchItem.objects.values_list("inclusion_probability", flat=True)) == {0.25}
    assert audit.audit_draw(review_ids=reviews) == 0, "drawn once"


def test_a_later_rate_leaves_what_was_drawn_alone(reviews: list[int]) -> None:
    AuditRate.objects.all().delete()
    AuditRate.objects.create(from_day=timezone.localdate(), rate=0.1)
    audit.audit_draw(review_ids=reviews[:1000])
    before: Any = set(BatchItem.objects.values_list("review_id", flat=True))
    AuditRate.objects.update(rate=0.5)
    audit.audit_draw(review_ids=reviews)
    kept = BatchItem.objects.filter(review_id__in=before)
    assert set(kept.values_list("inclusion_probability", flat=True)) == {0.1}


def test_a_review_is_drawn_at_the_rate_of_the_day_it_came_whenever_it_changes(
    reviews: list[int],
) -> None:
    today = timezone.localdate()
    AuditRate.objects.all().delete()
    AuditRate.objects.create(from_day=today - timedelta(days=10), rate=0.1)
    AuditRate.objects.create(from_day=today, rate=0.5)
    Review.objects.filter(pk__in=reviews[:1000]).update(
        created_at=timezone.now() - timedelta(days=5)
    )
    audit.audit_draw(review_ids=reviews)
    old = BatchItem.objects.filter(review_id__in=reviews[:1000])
    assert 50 < old.count() < 150
    assert set(old.values_list("inclusion_probability", flat=True)) == {0.1}
    new = BatchItem.objects.filter(review_id__in=reviews[1000:])
    assert set(new.values_list("inclusion_probability", flat=True)) == {0.5}


class TestDays:
    """What became of what was drawn, and which labels may correct."""

    @pytest.fixture
    def drawn(self, cast: SimpleNamespace) -> Callable[..., BatchItem]:
        questions_seed()
        AuditRate.objects.all().delete()
        AuditRate.objects.create(from_day=timezone.localdate() - timedelta(days=9), rate=0.25)

        def make(days_ago: int, wanted: int = 1, **fields: Any) -> BatchItem:
            review = factories.review(cast.lanting)
            BatchItem.objects.filter(review=review).delete()
            came = timezone.now() - timedelta(days=days_ago)
            Review.objects.filter(pk=review.pk).update(created_at=came, **fields)
            return BatchItem.objects.create(
                batch=audit.audit_batch(),
                review=review,
                inclusion_probability=0.25,
                wanted_answers=wanted,
            )

        return make

    def end(self, item: BatchItem, person: User, skip: str = "") -> None:
        revision = item.review.revisions.get(is_current=True)
        now = timezone.now()
        taken = Assignment.objects.create(
            item=item, annotator=person, revision=revision, taken_at=now, taken_until=now
        )
        given = Given({"sentiment": "negative", "purchase_intent": "none"}, client_ms=1)
        if skip:
            plain = Given({}, client_ms=1)
            item_skip(actor=person, assignment_id=taken.pk, reason=skip, given=plain)
        else:
            answer_save(actor=person, assignment_id=taken.pk, given=given, redact=str)

    def test_a_day_is_finished_when_all_of_it_is_accounted_for(
        self, cast: SimpleNamespace, drawn: Callable[..., BatchItem]
    ) -> None:
        today = timezone.localdate()
        done = [drawn(3) for _ in range(6)]
        self.end(done[0], cast.ann)
        self.end(done[1], cast.ann, skip="spam")
        self.end(done[2], cast.ann, skip="unreadable")
        Review.objects.filter(pk=done[3].review_id).update(left_out="default_text")
        Review.objects.filter(pk=done[4].review_id).update(purposes=["analyse"])
        self.end(done[5], cast.ann)
        factories.revise(done[5].review, "the shopper wrote another text")
        twice = drawn(2, wanted=2)
        self.end(twice, cast.ann)
        self.end(drawn(0), cast.ann)
        days = {day.day: day for day in audit_days([cast.lanting])}
        old = days[today - timedelta(days=3)]
        assert (old.drawn, old.answered, old.outside, old.missing, old.open) == (6, 1, 2, 3, 0)
        assert dict(old.reasons) == {
            "spam": 1, "unreadable": 1, "left_out": 1, "withdrawn": 1, "changed": 1,
        }  # fmt: skip
        assert old.is_finished
        assert old.rate == 0.25
        half = days[today - timedelta(days=2)]
        assert (half.open, half.is_finished) == (1, False)
        assert half.reasons["second"] == 1
        assert not days[today].is_finished, "more may come today"
        assert audit_days([cast.northway]) == []
        self.end(twice, cast.max)
        assert {day.day: day for day in audit_days([cast.lanting])}[half.day].is_finished

    def test_what_no_figure_counts_is_given_to_nobody(
        self, cast: SimpleNamespace, drawn: Callable[..., BatchItem]
    ) -> None:
        kept = drawn(3)
        drawn(3, left_out="default_text")
        drawn(3, duplicate_of=kept.review)
        taken = items_take(actor=cast.ann, batch=kept.batch, count=5)
        assert [one.item_id for one in taken] == [kept.pk]
        [listed] = batches_listed(cast.ann)
        assert (listed.left, listed.wanted) == (1, 1)

    def test_an_answer_counts_on_when_its_text_is_redacted_anew(
        self, cast: SimpleNamespace, drawn: Callable[..., BatchItem]
    ) -> None:
        item = drawn(3)
        self.end(item, cast.ann)
        before = item.review.revisions.get(is_current=True)
        new = factories.revise(item.review, "[NAME_1] leaks")
        new.offset_map = [[0, 4, 0, 8]]
        new.save()
        revisions_replaced.send(sender=None, pairs=[(before.pk, new.pk)])
        [day] = audit_days([cast.lanting])
        assert (day.answered, day.missing) == (1, 0)
        assert {one.revision_id for one in audit_labels([cast.lanting]).labels} == {new.pk}

    def test_only_finished_days_correct_and_what_is_missing_is_made_up_for(
        self, cast: SimpleNamespace, drawn: Callable[..., BatchItem]
    ) -> None:
        for at in range(4):
            self.end(drawn(3), cast.ann, skip="unreadable" if at == 0 else "")
        self.end(drawn(3), cast.ann, skip="spam")
        twice = drawn(4, wanted=2)
        for person in (cast.ann, cast.max):
            self.end(twice, person)
        drawn(2)
        self.end(drawn(2), cast.ann)
        found = audit_labels([cast.lanting])
        assert len(found.days) == 2
        # Four answered, one unreadable; the spam is none that figures count.
        assert found.response == pytest.approx(4 / 5)
        sentiment = [one for one in found.labels if one.question == "sentiment"]
        assert len(sentiment) == 4
        assert {round(one.probability, 4) for one in sentiment} == {0.2}
        [both] = [one for one in sentiment if one.review_id == twice.review_id]
        assert both.choices == ("negative", "negative")
        # What was drawn stands for what there was: 4 / .2 are the 5 / .25 that figures count.
        assert sum(1 / one.probability for one in sentiment) == pytest.approx(5 / 0.25)
        assert labelled_rows(["sentiment"]).rows == [], "none of them is learned from"
        assert audit_labels([cast.northway]).response is None


@pytest.mark.django_db
def test_the_rate_changes_from_tomorrow_on_and_the_trail_says_who_did_it(
    cast: SimpleNamespace,
) -> None:
    today = timezone.localdate()
    before = audit.audit_rate(today)
    audit_rate_set(actor=cast.max, rate=0.4)
    audit_rate_set(actor=cast.max, rate=0.3)
    assert audit.audit_rate(today) == before
    assert audit.audit_rate(today + timedelta(days=1)) == 0.3
    entry = AuditEntry.objects.filter(action="audit_rate.set").latest("pk")
    assert entry.actor == cast.max
    for bad in (-0.1, 1.1, float("nan")):
        with pytest.raises(BadBatch, match="share of 0 to 1"):
            audit_rate_set(actor=cast.max, rate=bad)
