from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.services import store_ensure
from annotation.draws import draw
from annotation.models import AuditRate, BatchItem
from annotation.services import audit
from reviews.models import Review, Source


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
