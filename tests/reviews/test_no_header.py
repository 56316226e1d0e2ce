"""A file without a header: its first row is a review, and is not kept as names of columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from common import runner
from common.models import Job
from reviews.api.import_serializers import import_body
from reviews.models import ImportBatch, RejectedRow, Review, Source, TextRevision, Upload
from reviews.services import importing, rejects, uploads
from reviews.services.originals import rejects_opener
from tests.reviews.conftest import Import

pytestmark = pytest.mark.django_db

FIRST = "Lovely kettle, Zoltan Quimby, 13812345678"
SECRETS = ("Lovely kettle", "Quimby", "13812345678")
ROWS = [["r1", FIRST, "5"], ["r2", "too loud", "2"], ["r3", "", "4"], ["r4", "fine", "9"]]


@pytest.fixture
def headerless(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(ROWS)
    return path


def stored() -> str:
    """All that the tables say, sealed columns as bytes."""
    rows: list[Any] = []
    for model in apps.get_models():
        rows += model._default_manager.all()
    return serializers.serialize("json", rows, ensure_ascii=False) + str(rows)


def test_a_mapping_by_hand_works_and_keeps_nothing_of_the_first_row(
    headerless: Path, import_file: Import, cast: SimpleNamespace
) -> None:
    batch = import_file(headerless, {"id": "r1", "text": FIRST, "stars": "5"})
    assert (batch.created, batch.rejected) == (1, 2)
    assert list(TextRevision.objects.values_list("text", flat=True)) == ["too loud"]
    assert batch.header == ["#1", "#2", "#3"]
    assert batch.mapping == {"id": "#1", "text": "#2", "stars": "#3"}
    assert import_body(batch)["mapping"] == batch.mapping
    everything = stored()
    assert not [secret for secret in SECRETS if secret in everything]
    # What is sealed of refused rows holds their own cells only.
    refused = list(RejectedRow.objects.order_by("line"))
    opened = rejects_opener(actor=cast.pia, batch=batch, reason="to put them right")(refused)
    assert json.loads(opened[refused[0].pk]) == {"#1": "r3", "#2": "", "#3": "4"}


def test_a_column_may_be_mapped_by_its_place(headerless: Path, import_file: Import) -> None:
    assert import_file(headerless, {"id": "#1", "text": "#2"}).created == 2
    assert not [secret for secret in SECRETS if secret in stored()]


def test_refused_rows_come_back_and_go_in_without_mapping_them_again(
    headerless: Path, import_file: Import, cast: SimpleNamespace, tmp_path: Path
) -> None:
    batch = import_file(headerless, {"id": "r1", "text": FIRST, "stars": "5"})
    table = list(rejects.rejects_open(actor=cast.pia, batch=batch, reason="to put them right"))
    assert table[0][:3] == ["#1", "#2", "#3"]
    assert [row[:3] for row in table[1:]] == [["r3", "", "4"], ["r4", "fine", "9"]]
    table[1][1], table[2][2] = "better now", "1"
    again = tmp_path / "again.csv"
    with again.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)
    assert import_file(again).created == 2
    assert Review.objects.get(external_id="r4").stars == 1
    # Out of one's own file they come with the names that stand there.
    assert next(iter(rejects.rejects_again(batch=batch, path=headerless)))[:3] == ROWS[0]


def test_names_of_ones_own_are_known_again_in_the_next_file(
    csv_file: Callable[..., Path], import_file: Import
) -> None:
    first = [{"Nr": "1", "Opinion": "good", "date": "2026-03-01"}]
    import_file(csv_file(first), {"id": "Nr", "text": "Opinion"})
    assert "Opinion" not in str(Source.objects.get().mapping)
    # They may stand elsewhere.
    second = [{"date": "2026-03-02", "Opinion": "bad", "Nr": "2"}]
    batch = import_file(csv_file(second))
    assert (batch.created, batch.header) == (1, ["date", "#2", "#3"])
    assert Review.objects.filter(external_id__in=["1", "2"], posted_at__isnull=False).count() == 2


def test_the_page_maps_it_and_remembers_what_was_checked(
    headerless: Path, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.doorway.wake", lambda job: None)
    client = Client()
    client.force_login(cast.mia, backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("export.csv", headerless.read_bytes())
    client.post(reverse("import-new"), {"store": cast.lanting.pk, "source": "shop", "file": file})
    upload = Upload.objects.get()
    page = reverse("import-columns", args=[upload.pk])
    client.post(page, {"action": "check", "column_0": "id", "column_1": "text"})
    runner.run_job(Job.objects.get().pk)
    assert ImportBatch.objects.get().state == "done"
    form = client.get(page).context["form"]
    assert [form[f"column_{at}"].initial for at in range(3)] == ["id", "text", ""]
    assert not [secret for secret in SECRETS if secret in stored()]
    uploads.upload_discard(path=uploads.upload_path(upload))


def test_what_was_kept_of_such_a_row_before_goes(
    headerless: Path, import_file: Import, cast: SimpleNamespace
) -> None:
    mapping = {"id": "r1", "text": FIRST, "brand": "=Acme", "title": ""}
    batch = import_file(headerless, mapping)
    ImportBatch.objects.update(header=ROWS[0], mapping=mapping)
    Source.objects.update(mapping=mapping)
    ours = ImportBatch.objects.create(
        source=batch.source, file_name="b.csv", header=["id", "Text"], mapping={"text": "Text"}
    )
    migration = import_module("reviews.migrations.0011_no_first_rows_in_headers")
    with connection.schema_editor() as editor:
        migration.forget_names(apps, editor)
    batch.refresh_from_db()
    ours.refresh_from_db()
    assert batch.header == []
    assert batch.mapping == {"id": "#1", "text": "#2", "brand": "=Acme", "title": ""}
    assert (ours.header, ours.mapping) == (["id", "Text"], {"text": "Text"})
    assert not [secret for secret in SECRETS if secret in stored()]
    # The same file is still known by what was mapped then, and so are lists of its refused rows.
    source = Source.objects.get()
    found = importing.mapping_for(source=source, header=ROWS[0], mapping={})
    assert (found["id"], found["text"]) == ("r1", FIRST)
    told = io.StringIO()
    csv.writer(told).writerows(
        rejects.rejects_open(actor=cast.pia, batch=batch, reason="to put them right")
    )
    assert "r3" in told.getvalue()
