"""A person erased in one store stays in another, untouched, and is not called a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import IdempotencyKey, Scope
from accounts.services import apikey_create
from annotation.models import Annotation
from annotation.services.labels import GivenLabels, annotator_ensure, labels_store
from modelops.models import Prediction
from privacy.models import PersonRequest
from privacy.people import Identifier
from privacy.services import audit_record, requests
from privacy.services.archives import exports_folder
from privacy.services.identifiers import digest
from reviews import redacting
from reviews.models import RejectedRow, Review, Shopper, Source, TextRevision, Upload
from reviews.services import importing, lists
from reviews.services.uploads import uploads_folder
from tests.analytics import factories
from tests.privacy.planted_person import NAME, PHONE, SHOPPER, WORDS, shop_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

WHO = (("shopper", SHOPPER), ("review", "own-review-1"), ("name", NAME), ("other", WORDS[0]))


@pytest.fixture
def elsewhere(planted: SimpleNamespace, tmp_path: Path) -> SimpleNamespace:
    """The same person, numbers and words in northway: rows, a kept answer, an archive, a file."""
    northway = planted.cast.northway
    source = importing.source_ensure(actor=None, store=northway, key="shop")
    Source.objects.filter(pk=source.pk).update(original_policy=Source.OriginalPolicy.SEAL)
    path = shop_file(tmp_path / "april.csv")
    batch = importing.import_begin(
        actor=None, source=source, path=path, file_name=path.name, mapping={}, job=None
    )
    importing.import_run(
        actor=None, batch=batch, path=path, redact=redacting.redact,
        redactor_version=redacting.redactor_version(),
    )  # fmt: skip
    Review.objects.filter(external_id="own-1").update(external_id="own-review-1")
    review = Review.objects.get(store=northway, external_id="own-review-1")
    factories.answer(review, planted.champion, sentiment="negative", purchase_intent="none")
    hand = annotator_ensure(name="hand")
    given = GivenLabels(review.pk, {"sentiment": "negative"})
    labels_store(actor=None, annotator=hand, labels=[given], source="page")
    lists.values_add(actor=None, stores=[northway], kind="deny", values=[NAME], type="PERSON")
    key, _ = apikey_create(actor=None, name="n", scopes=[Scope.PRIVACY], stores=[northway])
    audit_record(
        actor=None, action="original.open", object_type="review", object_id=review.pk,
        details={"reason": f"{SHOPPER} of northway asked"},
    )  # fmt: skip
    answer = IdempotencyKey.objects.create(
        principal=f"key:{key.pk}", key="n", status=200, created_at=timezone.now(),
        answer={"results": [{"id": "own-review-1"}, {"id": "own-2"}]},
    )  # fmt: skip
    asked = requests.request_receive(
        actor=None, kind="export", law="gdpr", stores=[northway.pk],
        identifiers=[Identifier("shopper", SHOPPER)],
    )  # fmt: skip
    archive = exports_folder() / "north.zip"
    archive.write_bytes(f"own-review-1 {WORDS[0]}".encode())
    PersonRequest.objects.filter(pk=asked.pk).update(archive=archive.name)
    coming = Upload.objects.create(source=source, file_name="n.csv", size=100)
    upload = uploads_folder() / coming.pk.hex
    upload.write_text(f"text\n{WORDS[0]} {PHONE}\n", "utf-8")
    return SimpleNamespace(store=northway, files=[archive, upload], answer=answer, request=asked)


def _rows(store: Any) -> Iterator[list[Any]]:
    yield list(Review.objects.filter(store=store).order_by("pk").values())
    yield list(TextRevision.objects.filter(review__store=store).order_by("pk").values())
    yield list(Shopper.objects.filter(store=store).order_by("pk").values())
    yield list(RejectedRow.objects.filter(batch__source__store=store).order_by("pk").values())
    yield list(Prediction.objects.filter(revision__review__store=store).order_by("pk").values())
    yield list(Annotation.objects.filter(revision__review__store=store).order_by("pk").values())
    yield list(IdempotencyKey.objects.filter(key="n").values())
    yield list(PersonRequest.objects.filter(stores=[store.pk]).values())


def test_the_other_store_keeps_all_and_is_not_reported(
    elsewhere: SimpleNamespace, ask: Any
) -> None:
    before = list(_rows(elsewhere.store))
    assert all(before), "something to be kept of each kind"
    done = ask("erase", *WHO)
    assert done.outcome["looked"]["hits"] == []
    assert done.state == "done"
    assert list(_rows(elsewhere.store)) == before
    assert all(path.exists() for path in elsewhere.files)
    assert "north" not in done.certificate


def test_a_trace_in_the_own_store_is_still_reported(
    elsewhere: SimpleNamespace, planted: SimpleNamespace, ask: Any
) -> None:
    left = planted.others[0].revisions.get(is_current=True)
    TextRevision.objects.filter(pk=left.pk).update(text=f"as {NAME} from {SHOPPER} says")
    (uploads_folder() / "strange.part").write_text(WORDS[0], "utf-8")
    Upload.objects.all().delete()  # so the file of the other store is nobody's now
    done = ask("erase", *WHO)
    assert done.state == "look"
    hits = done.outcome["looked"]["hits"]
    assert "table reviews_textrevision (1)" in hits


def test_the_archive_of_both_stores_goes_with_either(
    elsewhere: SimpleNamespace, planted: SimpleNamespace, ask: Any
) -> None:
    both = [planted.cast.lanting.pk, elsewhere.store.pk]
    PersonRequest.objects.filter(pk=elsewhere.request.pk).update(
        stores=both, digests=[digest("shopper", SHOPPER)]
    )
    ask("erase", *WHO)
    assert not elsewhere.files[0].exists()
