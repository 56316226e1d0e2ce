"""A file is sent in pieces over a line that breaks, looked at, imported."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from common import runner
from common.models import Job
from privacy.services.retaining import retention_run, retention_set
from reviews.models import ImportBatch, Review, Upload
from reviews.services import uploads
from reviews.tasks import expire_uploads
from tests.api.conftest import Client

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "id,text,stars\n1,很好用,5\n2,打我电话13812345678,4\n3,bad,9\n".encode()


@pytest.fixture
def client(api: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("common.doorway.send", lambda job: None)
    return api("reviews:write", stores=[cast.lanting])


def begin(client: Any, size: int = len(BODY), name: str = "shop.csv") -> str:
    asked = {"file_name": name, "size": size, "source": "files"}
    answer = client.post("/api/v1/uploads", asked, format="json")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def send(client: Any, upload: str, offset: int, piece: bytes) -> Any:
    return client.patch(
        f"/api/v1/uploads/{upload}",
        piece,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def test_a_file_arrives_in_pieces_and_is_imported(client: Any) -> None:
    upload = begin(client)
    assert send(client, upload, 0, BODY[:20]).json()["received"] == 20
    # The line broke: the same piece again is told where to go on.
    wrong = send(client, upload, 0, BODY[:20])
    assert (wrong.status_code, wrong.json()["received"]) == (409, 20)
    early = client.post("/api/v1/imports", {"upload": upload}, format="json")
    assert early.status_code == 409
    there = client.get(f"/api/v1/uploads/{upload}").json()["received"]
    assert send(client, upload, there, BODY[there:]).json()["received"] == len(BODY)

    look = client.post("/api/v1/imports", {"upload": upload, "dry_run": True}, format="json")
    assert look.status_code == 202
    runner.run_job(Job.objects.get().pk)
    found = client.get(f"/api/v1/imports/{look.json()['id']}").json()
    assert (found["state"], found["created"], found["rejected"]) == ("done", 2, 1)
    assert found["reasons"] == [{"reason": "bad_stars", "field": "stars", "rows": 1}]
    assert not Review.objects.exists()

    started = client.post("/api/v1/imports", {"upload": upload}, format="json").json()
    runner.run_job(Job.objects.filter(kind="import_file").get().pk)
    done = client.get(f"/api/v1/imports/{started['id']}").json()
    assert (done["state"], done["rows"], done["rows_in_file"]) == ("done", 3, 3)
    assert Review.objects.count() == 2
    answer = client.get(f"/api/v1/imports/{started['id']}/rejected")
    (line,) = b"".join(answer.streaming_content).splitlines()
    assert json.loads(line)["line"] == 4
    assert not Upload.objects.exists()
    assert not (uploads.uploads_folder() / upload.replace("-", "")).exists()


def test_an_import_asked_for_again_is_told_which_one_it_is(client: Any) -> None:
    upload = begin(client)
    send(client, upload, 0, BODY)
    asked = {"upload": upload}
    started = client.post("/api/v1/imports", asked, format="json").json()["id"]
    again = client.post("/api/v1/imports", asked, format="json")
    assert (again.status_code, again.json()["import"]) == (409, started)
    assert again.json()["type"] == "urn:verbatim:problem:already-imported"
    look = client.post("/api/v1/imports", {**asked, "dry_run": True}, format="json")
    assert (look.status_code, look.json()["import"]) == (409, started)
    runner.run_job(Job.objects.get().pk)
    # Its answer was lost on the way: by now the import is done and the upload gone.
    late = client.post("/api/v1/imports", asked, format="json")
    assert (late.status_code, late.json()["import"]) == (409, started)


def test_two_that_start_an_import_at_once_start_one(client: Any) -> None:
    upload = begin(client)
    send(client, upload, 0, BODY)
    together = threading.Barrier(2)
    answers: list[Any] = []

    def start() -> None:
        try:
            together.wait(20)
            answers.append(client.post("/api/v1/imports", {"upload": upload}, format="json"))
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [202, 409]
    one = ImportBatch.objects.get()
    assert {answer.json().get("import", answer.json().get("id")) for answer in answers} == {one.pk}


def test_an_import_that_failed_may_be_started_again(client: Any) -> None:
    upload = begin(client)
    send(client, upload, 0, BODY)
    asked = {"upload": upload}
    client.post("/api/v1/imports", asked, format="json")
    Job.objects.update(state="failed")
    assert client.post("/api/v1/imports", asked, format="json").status_code == 202


def test_more_than_was_announced_is_refused_and_what_was_there_stays(client: Any) -> None:
    upload = begin(client, size=10)
    send(client, upload, 0, BODY[:8])
    answer = send(client, upload, 8, BODY[8:30])
    assert answer.status_code == 422
    assert client.get(f"/api/v1/uploads/{upload}").json()["received"] == 8


def test_a_file_that_cannot_be_read_is_told_with_its_name(client: Any) -> None:
    upload = begin(client, size=9, name="photo.csv")
    send(client, upload, 0, b"%PDF-1.7\n")
    answer = client.post("/api/v1/imports", {"upload": upload}, format="json")
    assert answer.status_code == 422
    assert "photo.csv is a PDF" in answer.json()["errors"][0]["detail"]


def test_a_mapping_that_names_nothing_is_told(client: Any) -> None:
    upload = begin(client)
    send(client, upload, 0, BODY)
    answer = client.post(
        "/api/v1/imports", {"upload": upload, "mapping": {"text": "Opinion"}}, format="json"
    )
    assert answer.status_code == 422
    assert "Opinion" in answer.json()["errors"][0]["detail"]


def _idle_since(upload: str, hours: int) -> None:
    then = timezone.now() - timedelta(hours=hours)
    Upload.objects.filter(pk=upload).update(updated_at=then)


def test_an_upload_that_nobody_imports_goes_after_as_long_as_its_rule_says(client: Any) -> None:
    upload, waiting = begin(client), begin(client)
    send(client, upload, 0, BODY[:9])
    send(client, waiting, 0, BODY)
    # Whole, old, and about to be imported: a queue may be long.
    assert client.post("/api/v1/imports", {"upload": waiting}, format="json").status_code == 202
    _idle_since(waiting, 500)
    _idle_since(upload, 30)
    retention_set(actor=None, data_class="uploads", days=3)
    expire_uploads()
    assert client.get(f"/api/v1/uploads/{upload}").status_code == 200
    retention_set(actor=None, data_class="uploads", days=1)
    assert retention_run(actor=None, dry=True).gone["uploads"] == 1
    expire_uploads()
    assert client.get(f"/api/v1/uploads/{upload}").status_code == 404
    assert not (uploads.uploads_folder() / upload.replace("-", "")).exists()
    assert (uploads.uploads_folder() / waiting.replace("-", "")).exists()
    assert Upload.objects.get().pk.hex == waiting.replace("-", "")


def test_a_file_that_is_being_sent_stays_whatever_the_rule(client: Any) -> None:
    upload = begin(client)
    send(client, upload, 0, BODY[:9])
    retention_set(actor=None, data_class="uploads", days=0)
    assert retention_run(actor=None).gone["uploads"] == 0
    _idle_since(upload, 2)
    assert retention_run(actor=None).gone["uploads"] == 1
    assert not Upload.objects.exists()


def test_without_an_end_uploads_stay(client: Any) -> None:
    upload = begin(client)
    _idle_since(upload, 5000)
    retention_set(actor=None, data_class="uploads", days=None)
    expire_uploads()
    assert Upload.objects.get().pk.hex == upload.replace("-", "")


def test_many_products_with_variants_are_all_stored_or_none(
    client: Any, cast: SimpleNamespace
) -> None:
    sent = {
        "products": [
            {"external_id": "LT-20-B", "name_en": "Lamp, black", "variant_of": "LT-20"},
            {"external_id": "LT-20", "name_en": "Lamp"},
        ]
    }
    assert client.post("/api/v1/products", sent, format="json").json() == {"stored": 2}
    sent["products"].append({"external_id": "X", "name_en": "x", "variant_of": "LT-20-B"})
    answer = client.post("/api/v1/products", sent, format="json")
    assert answer.status_code == 422
    assert cast.lanting.products.count() == 2
    assert cast.lanting.products.get(external_id="LT-20-B").variant_of.external_id == "LT-20"
