from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.selectors import stores_for
from reviews.models import Purpose, Review
from reviews.selectors import reviews_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviews(import_file: Any, csv_file: Any) -> None:
    import_file(csv_file([{"id": str(n), "text": f"Review {n}"} for n in range(3)]))


def _seen(user: object, purpose: Purpose = Purpose.ANALYSE) -> int:
    return reviews_for(purpose, stores_for(user)).count()


@pytest.mark.usefixtures("reviews")
def test_people_see_the_reviews_of_their_stores_only(cast: SimpleNamespace) -> None:
    assert [_seen(user) for user in (cast.alice, cast.mia, cast.max, cast.bob)] == [3, 3, 3, 0]
    assert _seen(AnonymousUser()) == 0


@pytest.mark.usefixtures("reviews")
def test_a_person_who_left_sees_nothing(cast: SimpleNamespace) -> None:
    cast.alice.is_active = cast.mia.is_active = False
    assert (_seen(cast.alice), _seen(cast.mia)) == (0, 0)


@pytest.mark.usefixtures("reviews")
def test_a_purpose_that_was_not_granted_sees_no_row(cast: SimpleNamespace) -> None:
    assert _seen(cast.alice, Purpose.MARKET) == 0
    Review.objects.filter(external_id="1").update(purposes=[Purpose.MARKET])
    assert (_seen(cast.alice, Purpose.MARKET), _seen(cast.alice, Purpose.TRAIN)) == (1, 2)


@pytest.mark.usefixtures("reviews")
def test_consent_that_has_run_out_hides_the_review(cast: SimpleNamespace) -> None:
    Review.objects.update(consent_until=timezone.now() - timedelta(days=1))
    assert _seen(cast.alice) == 0
