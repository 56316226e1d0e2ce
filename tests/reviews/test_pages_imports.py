"""Sending a file in through the page, and reading what became of it."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.models import Job
from reviews.models import ImportBatch
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


def test_a_manager_sends_a_file_and_a_worker_is_woken(
    cast: SimpleNamespace, woken: list[Job], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = send(signed_in(cast.mia), "id,text\n1,很好\n", store=str(cast.lanting.pk))
    batch = ImportBatch.objects.get()
    assert response.status_code == 302  # type: ignore[attr-defined]
    assert response["Location"] == reverse("import", args=[batch.pk])  # type: ignore[index]
    assert (batch.source.store, batch.source.key, batch.actor) == (
        cast.lanting,
        "shop-export",
        cast.mia,
    )
    assert [job.pk for job in woken] == [batch.job_id]


def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    client = signed_in(cast.mia)
    lanting = str(cast.lanting.pk)
    for content, name, said in (
        ("a,b\n1,2\n", "shop.csv", "No column holds the review"),
        ("id,text\n1,x\n", "shop.xlsx", ".csv, .tsv, .jsonl"),
    ):
        response = send(client, content, name, store=lanting)
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert said in response.content.decode()  # type: ignore[attr-defined]
    assert not ImportBatch.objects.exists()
    assert not woken


def test_a_column_with_an_unusual_name_can_be_named(
    cast: SimpleNamespace, woken: list[Job]
) -> None:
    send(
        signed_in(cast.mia),
        "nr,what they said\n1,good\n",
        store=str(cast.lanting.pk),
        column_text="what they said",
    )
    assert ImportBatch.objects.get().mapping == {"text": "what they said"}


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
