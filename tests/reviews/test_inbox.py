"""Files laid into the watched folder are imported; what cannot be read is put aside."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common import runner
from common.models import Job
from reviews.models import ImportBatch, Review
from reviews.services import inbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path, settings: Any, cast: SimpleNamespace) -> Path:
    settings.VERBATIM_INBOX = str(tmp_path)
    found = tmp_path / "lanting" / "shop-export"
    found.mkdir(parents=True)
    return found


def lay(folder: Path, name: str, content: str, age: float = 60) -> Path:
    path = folder / name
    path.write_text(content)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_file_is_imported_once_and_goes(folder: Path) -> None:
    lay(folder, "day.csv", "id,text\n1,Nice.\n")
    lay(folder, "coming.csv", "id,te", age=0)
    lay(folder, "coming.csv.part", "id,te")
    (job,) = inbox.inbox_look()
    assert inbox.inbox_look() == []
    runner.run_job(job.pk)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.file_name, batch.source.key) == ("done", "day.csv", "shop-export")
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        "coming.csv",
        "coming.csv.part",
    }
    # The same name comes every day.
    lay(folder, "day.csv", "id,text\n2,Bad.\n")
    (job,) = inbox.inbox_look()
    runner.run_job(job.pk)
    assert Review.objects.count() == 2


def test_a_file_that_was_taken_by_somebody_who_died_is_taken_again(folder: Path) -> None:
    lay(folder, "day.csv", "id,text\n1,Nice.\n")
    inbox.inbox_look()
    Job.objects.all().delete()
    (job,) = inbox.inbox_look()
    runner.run_job(job.pk)
    assert Review.objects.count() == 1


def test_a_file_that_cannot_be_read_is_put_aside_with_a_note(folder: Path) -> None:
    lay(folder, "photo.csv", "%PDF-1.7")
    assert inbox.inbox_look() == []
    (note,) = (folder / "rejected").glob("*.txt")
    assert "PDF" in note.read_text()
    assert not ImportBatch.objects.exists()
