"""What goes out comes back the same, in every format, as far as the format can hold it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from accounts.selectors import stores_for
from annotation.models import Annotation, Assignment, Batch, LabelExport, LabelImport
from annotation.selectors.label_records import Wanted
from annotation.services.label_exports import (
    label_export_fetch,
    label_export_job,
    label_export_start,
)
from annotation.services.label_imports import label_import_job, label_import_start
from annotation.services.label_options import Options
from common.runner import run_job
from tests.analytics import factories
from tests.annotation.formats.world import TEXTS, emptied, everything, labelled

pytestmark = pytest.mark.django_db
WHOLE = ("jsonl", "csv", "label_studio", "prodigy", "doccano")


def export(actor: Any, format_key: str, **wanted: Any) -> tuple[LabelExport, bytes]:
    made = label_export_start(
        actor=actor,
        format_key=format_key,
        stores=list(stores_for(actor)),
        wanted=Wanted(**wanted),
    )
    job = run_job(label_export_job(made).pk)
    assert job is not None
    assert job.state == "succeeded", job.error
    made.refresh_from_db()
    path = label_export_fetch(actor=actor, export=made)
    assert path is not None
    return made, path.read_bytes()


def bring(actor: Any, format_key: str, content: bytes, name: str = "a", **options: Any) -> Any:
    dry = options.pop("dry_run", False)
    found = label_import_start(
        actor=actor,
        file=SimpleUploadedFile(name, content),
        format_key=format_key,
        options=Options(**options),
        stores=list(stores_for(actor)),
        dry_run=dry,
    )
    job = run_job(label_import_job(found).pk)
    assert job is not None
    found.refresh_from_db()
    return found


def told(found: LabelImport) -> list[tuple[int, str]]:
    return list(found.problems.values_list("line", "reason"))


@pytest.mark.parametrize("format_key", WHOLE)
@pytest.mark.parametrize("batches", [False, True])
def test_everything_comes_back_the_same(
    cast: SimpleNamespace, format_key: str, batches: bool
) -> None:
    labelled(cast)
    before = everything()
    made, content = export(cast.max, format_key)
    assert (made.counts["records"], made.counts["skips"]) == (8, 2)
    emptied(batches)
    found = bring(cast.max, format_key, content, make_batches=batches)
    assert told(found) == []
    assert everything() == before
    again = bring(cast.max, format_key, content, make_batches=batches)
    assert (again.counts["created"], again.counts["unchanged"]) == (0, 8)
    assert everything() == before
    if batches:
        assert Batch.objects.get().state == "closed"


def test_people_are_told_by_ids_unless_names_are_asked_for(cast: SimpleNamespace) -> None:
    labelled(cast)
    for format_key in WHOLE:
        _, content = export(cast.max, format_key)
        words = content.decode(errors="ignore")
        if format_key == "doccano":
            with zipfile.ZipFile(BytesIO(content)) as archive:
                words = " ".join(archive.namelist())
        assert '"ann"' not in words
        assert ",ann," not in words
        assert "ann.jsonl" not in words
        assert words.count("a-") >= 2
    _, content = export(cast.max, "jsonl", names=True)
    lines = [json.loads(line) for line in content.decode().splitlines()]
    assert {line["annotator"]["name"] for line in lines} == {"ann", "max"}


def test_ids_of_another_installation_become_stand_ins_that_the_importer_chose(
    cast: SimpleNamespace,
) -> None:
    labelled(cast)
    _, content = export(cast.max, "jsonl")
    emptied()
    elsewhere = content.replace(b'"a-', b'"a-ff')
    found = bring(cast.max, "jsonl", elsewhere)
    assert {reason for _, reason in told(found)} == {"unknown_annotator"}
    assert Annotation.objects.count() == 0
    found = bring(cast.max, "jsonl", elsewhere, stand_in="vendor")
    assert told(found) == []
    names = set(Annotation.objects.values_list("annotator__username", flat=True))
    assert len(names) == 2
    assert all(name.startswith("vendor-a-ff") for name in names)
    again = bring(cast.max, "jsonl", elsewhere, stand_in="vendor")
    assert again.counts["created"] == 0


def test_commands_write_and_read(cast: SimpleNamespace, tmp_path: Path, monkeypatch: Any) -> None:
    from annotation.management.commands import labels_export, labels_import

    def here(job: Any, on_progress: Any = None) -> Any:
        return run_job(job.pk)

    monkeypatch.setattr(labels_export, "run_and_wait", here)
    monkeypatch.setattr(labels_import, "run_and_wait", here)
    labelled(cast)
    before = everything()
    path, out = tmp_path / "labels.csv", StringIO()
    call_command("labels_export", str(path), "--format", "csv", "--json", stdout=out)
    assert json.loads(out.getvalue())["records"] == 8
    assert not LabelExport.objects.filter(state="ready").exists()
    text = path.read_text("utf-8-sig")
    assert not [cell for cell in text.split(",") if cell.startswith(("=", '"='))]
    emptied()
    out = StringIO()
    call_command("labels_import", str(path), "--format", "csv", "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue())["created"] == 8
    assert everything()["answers"] == {}
    assert Assignment.objects.count() == 0
    call_command("labels_import", str(path), "--format", "csv", stdout=StringIO())
    assert everything() == before


def test_a_text_that_changed_is_not_labelled_by_an_old_file(cast: SimpleNamespace) -> None:
    world = labelled(cast)
    _, content = export(cast.max, "jsonl")
    emptied()
    factories.revise(world.reviews["emoji"], TEXTS["emoji"] + " And more.")
    found = bring(cast.max, "jsonl", content)
    assert {reason for _, reason in told(found)} == {"other_text"}
    assert found.counts["rejected"] == 2
    assert found.counts["created"] == 6
