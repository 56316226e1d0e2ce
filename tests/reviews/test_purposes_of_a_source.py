"""What the reviews of a whole source may be used for, said anew while they are many."""

from __future__ import annotations

import io
import json
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from common import runner
from common.models import Job
from privacy.models import AuditEntry
from reviews.models import Review, Source
from reviews.services import purposes
from reviews.services.purposes import Held, source_purposes_set
from reviews.signals import reviews_changing
from tests.reviews.redaction_shop import bring, source

pytestmark = pytest.mark.django_db(transaction=True)


def held(*uses: str) -> Held:
    return Held("contract", uses)


@pytest.fixture
def shop(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr(purposes, "AT_ONCE", 2)
    found = source(cast.lanting)
    bring(found, *(f"review number {at}" for at in range(5)))
    return found


def uses() -> Counter[tuple[str, ...]]:
    return Counter(tuple(found) for found in Review.objects.values_list("purposes", flat=True))


def spread(shop: Source, said: Held) -> Job:
    job = source_purposes_set(actor=None, source=shop, held=said, stored_too=True)
    assert job is not None
    return job


def test_stored_reviews_follow_in_bunches_each_of_which_counts_by_itself(shop: Source) -> None:
    bunches: list[int] = []

    def note(review_ids: list[int], **kwargs: Any) -> None:
        bunches.append(len(review_ids))

    job = spread(shop, held("export"))
    assert uses()["export",] == 0
    reviews_changing.connect(note)
    runner.run_job(job.pk)
    reviews_changing.disconnect(note)
    job.refresh_from_db()
    assert (job.state, job.result, job.done) == ("succeeded", {"changed": 5}, 5)
    assert uses() == {("export",): 5}
    assert bunches == [2, 2, 1]
    told = AuditEntry.objects.filter(action="purposes.set").order_by("pk")
    assert [entry.details["reviews"] for entry in told] == [0, 5]


def test_after_a_lost_connection_the_rest_follows(
    shop: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = spread(shop, held("export"))
    seen: list[int] = []

    def lose(review_ids: list[int], **kwargs: Any) -> None:
        seen.extend(review_ids)
        if len(seen) == 4:
            with connection.cursor() as cursor:
                cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    reviews_changing.connect(lose)
    runner.run_job(job.pk)
    assert uses()["export",] == 2
    Job.objects.update(lease_until=None)
    runner.run_job(job.pk)
    reviews_changing.disconnect(lose)
    job.refresh_from_db()
    assert job.result == {"changed": 5}
    assert uses() == {("export",): 5}


def test_what_was_said_last_holds(shop: Source) -> None:
    first, last = spread(shop, held("export")), spread(shop, held())
    runner.run_job(last.pk)
    runner.run_job(first.pk)
    first.refresh_from_db()
    assert first.state == "failed"
    assert uses() == {(): 5}


def test_an_import_that_began_before_gives_its_reviews_the_purposes_of_now(shop: Source) -> None:
    begun = Source.objects.get(pk=shop.pk)
    with transaction.atomic():
        source_purposes_set(actor=None, source=shop, held=held())
    [late] = bring(begun, "read before it was said, stored after")
    assert late.purposes == []


def test_the_command_says_it_for_reviews_to_come(shop: Source) -> None:
    out = io.StringIO()
    call_command("purposes", "lanting", "shop", "--purposes", "export", "--json", stdout=out)
    assert json.loads(out.getvalue())["purposes"] == ["export"]
    assert uses()["export",] == 0
