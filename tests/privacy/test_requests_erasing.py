"""An erasure reaches every place, holds, and is told to the models that learned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from annotation.models import Consensus, Suspect
from modelops.models import (
    HoldsErased,
)
from modelops.services import erased
from privacy.services import archives, erasures_replay
from reviews.models import (
    ListedValue,
    RejectedRow,
    Review,
    Shopper,
    TextRevision,
)
from reviews.selectors import reviews_matching
from reviews.services.removing import reviews_remove
from tests.privacy.planted_person import (
    EMAIL,
    NAME,
    PHONE,
    SHOPPER,
    TRACES,
    WORDS,
    files_with,
    places,
    tables_with,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def test_an_erasure_reaches_every_place_and_holds(
    planted: SimpleNamespace, ask: Any, upload: Any
) -> None:
    shopper = ("shopper", SHOPPER)
    copy = ask("export", shopper)
    assert archives.archive_path(copy) is not None
    # All of it is there to be found, or the drill would prove nothing.
    assert {word for word in WORDS[:2] if tables_with((word,))} == set(WORDS[:2])
    assert files_with((WORDS[0],))
    assert files_with(("own-1",)), "the archive does not name the review"

    done = ask("erase", shopper, ("phone", PHONE), ("name", NAME), ("email", EMAIL))

    assert done.state == "done", done.outcome
    rows = places(done)
    assert rows["Reviews"] == 2
    assert rows["Rejected rows of imports"] == 1
    assert rows["Doubts about redaction"] >= 2
    assert rows["Values on the lists of redaction"] == 1
    assert ListedValue.objects.count() == 1
    assert rows["Places in the search by meaning"] == 2
    assert rows["Labels by annotators"] == 2
    assert rows["Mentions marked by annotators"] == 2
    assert rows["Gold answers"] == 1
    assert rows["Places in batches"] == 2
    assert rows["Labels settled by leads"] == 2
    assert not Suspect.objects.exists()
    assert not Consensus.objects.exists()
    assert rows["Answers by models"] == 4
    assert rows["Rows of training snapshots"] == 2
    assert rows["Answers kept for repeated API requests"] == 1
    files = places(done, "files")
    assert files["Uploaded files that were left"] == 1
    assert files["Archives made for the person"] == 1
    assert files["Copies in a labelling program"] == 2
    assert planted.handed_out == set()
    assert tables_with(TRACES) == []
    assert files_with(TRACES) == []
    assert not reviews_matching(Review.objects.all(), WORDS[0]).exists()
    assert done.outcome["looked"]["tables"] > 30

    # Others stay, and so does the hash of the snapshot.
    planted.snapshot.refresh_from_db()
    assert Review.objects.count() == len(planted.others) == 8
    assert planted.snapshot.items.count() == 8

    again = upload()
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 8, 3)
    assert set(again.rejections.values_list("reason", flat=True)) >= {"erased"}
    assert tables_with(TRACES) == []


def test_a_model_that_learned_from_the_person_is_marked_and_replaced(
    planted: SimpleNamespace, ask: Any
) -> None:
    done = ask("erase", ("shopper", SHOPPER))
    mark = HoldsErased.objects.get()
    assert (mark.model_id, mark.rows) == (planted.champion.pk, 2)
    assert done.outcome["models"] == [planted.champion.label]
    assert planted.champion.label in done.certificate
    due = erased.replacement_due()
    assert due == mark
    job = erased.replacement_start(actor=None, mark=mark)
    assert job is not None
    assert job.arguments["promote"]
    assert erased.replacement_due() is None
    # Another erasure before it is done makes another replacement due.
    reviews_remove(actor=None, review_ids=[planted.others[0].pk])
    mark.refresh_from_db()
    assert (mark.rows, mark.job) == (3, None)


def test_a_restored_database_loses_the_person_again(
    cast: SimpleNamespace, upload: Any, ask: Any
) -> None:
    upload()
    before = list(Review.objects.filter(external_id__startswith="own").values())
    texts = list(TextRevision.objects.filter(review__external_id__startswith="own").values())
    people = list(Shopper.objects.values())
    rejected = RejectedRow.objects.values().get(line=4)
    ask("erase", ("review", "own-2"))
    assert not Review.objects.filter(external_id__startswith="own").exists()
    # What a restore of yesterday's dump brings back: the rows, and no word of the erasure.
    known = {one.pk for one in Shopper.objects.all()}
    Shopper.objects.bulk_create(Shopper(**row) for row in people if row["id"] not in known)
    Review.objects.bulk_create(Review(**row) for row in before)
    TextRevision.objects.bulk_create(TextRevision(**row) for row in texts)
    RejectedRow.objects.filter(line=4).update(content=rejected["content"], reason="bad_date")
    with connection.cursor() as cursor:
        cursor.execute("delete from privacy_eraseddigest")
        cursor.execute("delete from privacy_erasure")
    assert tables_with((WORDS[0],))
    assert erasures_replay(actor=None).rows >= 3
    assert not Review.objects.filter(external_id__startswith="own").exists()
    assert tables_with(WORDS) == []
