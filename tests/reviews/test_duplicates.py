from __future__ import annotations

from typing import Any

import pytest

from reviews.models import Review
from reviews.services.duplicates import duplicates_mark

pytestmark = pytest.mark.django_db

LONG = "The lid leaks whenever I pour, and the handle gets far too hot to hold."


def _marked(batch: Any) -> dict[str, str]:
    duplicates_mark(actor=None, source_id=batch.source_id)
    return dict(
        Review.objects.filter(duplicate_of__isnull=False).values_list(
            "external_id", "duplicate_of__external_id"
        )
    )


def test_a_copy_with_a_small_change_is_linked_to_the_first(import_file: Any, csv_file: Any) -> None:
    rows = [
        {"id": "2", "text": LONG + "!! 😡", "sku": "K1", "date": "2026-02-02"},
        {"id": "1", "text": LONG, "sku": "K1", "date": "2026-02-01"},
        {"id": "3", "text": LONG, "sku": "K2", "date": "2026-02-03"},
        {"id": "4", "text": "The lid is tight and the handle stays cool.", "sku": "K1"},
    ]
    assert _marked(import_file(csv_file(rows))) == {"2": "1"}


def test_short_praise_by_different_people_is_no_duplicate(import_file: Any, csv_file: Any) -> None:
    rows = [
        {"id": "1", "text": "好评", "sku": "K1", "user": "a", "date": "2026-02-01"},
        {"id": "2", "text": "好评！", "sku": "K1", "user": "b", "date": "2026-02-02"},
        {"id": "3", "text": "好评", "sku": "K1", "user": "a", "date": "2026-02-03"},
    ]
    assert _marked(import_file(csv_file(rows))) == {"3": "1"}


def test_marking_again_changes_nothing(import_file: Any, csv_file: Any) -> None:
    batch = import_file(csv_file([{"id": str(n), "text": LONG, "sku": "K1"} for n in range(3)]))
    assert duplicates_mark(actor=None, source_id=batch.source_id) == 2
    assert duplicates_mark(actor=None, source_id=batch.source_id) == 0


def test_an_edit_that_makes_a_text_its_own_unlinks_it(import_file: Any, csv_file: Any) -> None:
    rows = [{"id": str(n), "text": LONG, "sku": "K1"} for n in range(2)]
    assert _marked(import_file(csv_file(rows))) == {"1": "0"}
    rows[1]["text"] = "Arrived on time, works as described, no complaints so far."
    assert _marked(import_file(csv_file(rows))) == {}
