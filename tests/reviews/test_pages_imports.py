"""Sending a file in through the page, and reading what became of it."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common import runner
from common.models import Job
from reviews.models import ImportBatch, Review, Upload
from reviews.services import uploads
from tests import shop


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def send(client: Client, content: str, name: str = "shop.csv", **fields: str) -> object:
    data = {
        "store": "",
        "source": "shop-export",
        "file": SimpleUploadedFile(name, content.encode()),
        **fields,
    }
    return client.post(reverse("import-new"), data)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that a worker was woken for; no worker listens here."""
    found: list[Job] = []
    monkeypatch.setattr("common.doorway.send", found.append)
    return found


def choose(client: Client, upload: Upload, action: str, **columns: str) -> object:
    """Say what the columns of an upload are: by place, in the order of the file."""
    address = reverse("import-columns", args=[upload.pk])
    return client.post(address, {"action": action, **columns})


def test_a_manager_sends_a_file_says_what_its_columns_are_and_a_worker_is_woken(
    cast: SimpleNamespace, woken: list[Job], django_capture_on_commit_callbacks: object
) -> None:
    client = signed_in(cast.mia)
    response = send(client, "id,text\n1,很好\n", store=str(cast.lanting.pk))
    upload = Upload.objects.get()
    assert response.status_code == 302  # type: ignore[attr-defined]
    assert response["Location"] == reverse("import-columns", args=[upload.pk])  # type: ignore[index]
    shown = client.get(response["Location"]).content.decode()  # type: ignore[index]
    assert "很好" in shown
    assert not woken
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = choose(client, upload, "import", column_0="id", column_1="text")
    batch = ImportBatch.objects.get()
    assert response["Location"] == reverse("import", args=[batch.pk])  # type: ignore[index]
    assert (batch.source.store, batch.source.key, batch.actor) == (
        cast.lanting,
        "shop-export",
        cast.mia,
    )
    assert [job.pk for job in woken] == [batch.job_id]


def test_a_second_click_leads_to_the_import_of_the_first(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    client = signed_in(cast.mia)
    send(client, "id,text\n1,很好\n", store=str(cast.lanting.pk))
    upload = Upload.objects.get()
    first = choose(client, upload, "import", column_0="id", column_1="text")
    assert (
        choose(client, upload, "import", column_0="id", column_1="text")["Location"]
        == (  # type: ignore[index]
            first["Location"]  # type: ignore[index]
        )
    )
    runner.run_job(Job.objects.get().pk)
    assert (
        choose(client, upload, "import", column_0="id", column_1="text")["Location"]
        == (  # type: ignore[index]
            first["Location"]  # type: ignore[index]
        )
    )
    address = reverse("import-columns", args=[upload.pk])
    assert signed_in(cast.ivo).get(address).status_code == 404
    assert ImportBatch.objects.count() == 1


def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    client = signed_in(cast.mia)
    send(client, "%PDF-1.7", "shop.csv", store=str(cast.lanting.pk))
    shown = client.get(reverse("import-columns", args=[Upload.objects.get().pk]), follow=True)
    assert "shop.csv is a PDF" in shown.content.decode()
    assert not ImportBatch.objects.exists()
    assert not Upload.objects.exists()
    assert not woken


def test_what_would_happen_is_shown_before_anything_is_stored(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    client = signed_in(cast.mia)
    send(client, "nr,what they said\n1,good\n2,\n", store=str(cast.lanting.pk))
    upload = Upload.objects.get()
    answer = choose(client, upload, "import", column_0="id")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "the text of the reviews" in answer.content.decode()  # type: ignore[attr-defined]
    twice = choose(client, upload, "import", column_0="text", column_1="text")
    assert "already the column nr" in twice.content.decode()  # type: ignore[attr-defined]
    choose(client, upload, "check", column_0="id", column_1="text", channel="ticket")
    batch = ImportBatch.objects.get()
    assert batch.dry_run
    assert {field: column for field, column in batch.mapping.items() if column} == {
        "id": "#1",
        "text": "#2",
        "channel": "=ticket",
    }
    runner.run_job(Job.objects.get().pk)
    shown = client.get(reverse("import-columns", args=[upload.pk])).content.decode()
    assert "<strong>1</strong> new" in shown
    assert "<strong>1</strong> refused" in shown
    assert not Review.objects.exists()
    assert reverse("import", args=[batch.pk]) not in client.get(reverse("imports")).content.decode()


def test_nobody_but_the_sender_sees_the_rows_of_a_file(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    send(signed_in(cast.mia), "id,text\n1,secret words\n", store=str(cast.lanting.pk))
    address = reverse("import-columns", args=[Upload.objects.get().pk])
    assert "secret words" in signed_in(cast.mia).get(address).content.decode()
    assert signed_in(cast.ivo).get(address).status_code in {403, 404}
    assert signed_in(cast.bob).get(address).status_code in {403, 404}


def test_a_sender_removes_the_file_again(cast: SimpleNamespace, woken: list[Job]) -> None:
    client = signed_in(cast.mia)
    send(client, "id,text\n1,x\n", store=str(cast.lanting.pk))
    upload = Upload.objects.get()
    client.post(reverse("import-drop", args=[upload.pk]))
    assert not Upload.objects.exists()
    assert not uploads.upload_path(upload).exists()


def test_nobody_sends_a_file_into_a_store_that_is_not_theirs(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    response = send(signed_in(cast.bob), "id,text\n1,x\n", store=str(cast.lanting.pk))
    assert response.status_code == 422  # type: ignore[attr-defined]
    response = send(signed_in(cast.ann), "id,text\n1,x\n", store=str(cast.lanting.pk))
    assert response.status_code == 403  # type: ignore[attr-defined]
    assert "This page is not for your account" in response.content.decode()  # type: ignore[attr-defined]
    assert not ImportBatch.objects.exists()


def test_refused_rows_are_listed_and_downloaded_without_formulas(cast: SimpleNamespace) -> None:
    opened = shop.open_shop(cast)
    client = signed_in(cast.mia)
    shown = client.get(reverse("import", args=[opened.batch.pk])).content.decode()
    assert "16 rows: 14 new, 0 updated, 0 unchanged, 2 refused." in shown
    assert "The date cannot be read" in shown
    file = client.get(reverse("import-rejects", args=[opened.batch.pk]))
    text = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, row = csv.reader(io.StringIO(text))
    assert header[0] == "line"
    assert row[0] == "7"
    assert row[-1].startswith("'=cmd")
