"""Personal data in files of labels, and labels that must not go where they would do harm."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any, ClassVar
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Store
from annotation.copies import copies_elsewhere
from annotation.models import (
    Annotation,
    Assignment,
    Batch,
    BatchItem,
    LabelExport,
    LabelImport,
    Mention,
    SamplingDesign,
)
from annotation.selectors.label_records import Wanted
from annotation.services.label_exports import (
    export_path,
    label_export_fetch,
    label_export_run,
    label_export_start,
)
from annotation.services.label_exports import label_files_folder as folder
from annotation.services.questions import questions_seed
from modelops.selectors.labels import labelled_rows
from privacy.models import AuditEntry
from privacy.services.retaining import retention_expire
from reviews.models import Purpose, Review
from tests.analytics import factories
from tests.annotation.formats.test_round_trip import WHOLE, bring, export, told
from tests.annotation.formats.world import BEGAN, emptied, labelled, write

pytestmark = pytest.mark.django_db
PHONE = "13844179021"


def _row(**fields: Any) -> bytes:
    row = {"text": "x", "annotator": "ann", "answers": {"sentiment": "positive"}, **fields}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _held(needle: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select count(*) from "{table}" t where t::text ~ %s', [needle])  # noqa: S608
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_an_original_text_finds_its_review_and_leaves_nothing_behind(
    cast: SimpleNamespace,
) -> None:
    questions_seed()
    review = factories.review(cast.lanting)
    write(review, "打电话 [PHONE_1] 没人接，希望改进客服")
    text = f"打电话 {PHONE} 没人接，希望改进客服"
    start = text.index("希望")
    wish = {"start": start, "end": len(text), "kind": "improve", "scope": "service"}
    cut = {"start": 0, "end": text.index(PHONE) + 3, "kind": "issue"}
    content = (
        _row(text=text, mentions=[wish], comment=f"call {PHONE}", skipped=None)
        + _row(text=text, annotator="max", mentions=[cut])
        + _row(text=f"no review says {PHONE}")
        + _row(text=text, annotator="pia", answers={"sentiment": f"my number {PHONE}"})
        + _row(text=text, annotator=f"somebody {PHONE}")
    )
    found = bring(cast.max, "jsonl", content)
    assert told(found) == [
        (2, "span_changed"), (3, "unknown_review"), (4, "unknown_label"), (5, "unknown_annotator"),
    ]  # fmt: skip
    mark = Mention.objects.get()
    assert mark.revision.text[mark.start : mark.end] == "希望改进客服"
    assert Annotation.objects.get().comment == "call [PHONE_1]"
    assert _held(PHONE) == []
    assert [path.name for path in folder().iterdir() if path.name.endswith(".in")] == []


def test_a_file_touches_no_other_store(cast: SimpleNamespace) -> None:
    questions_seed()
    review = factories.review(cast.northway)
    write(review, "only theirs")
    content = _row(text="only theirs", review_id=review.pk)
    assert told(bring(cast.mia, "jsonl", content)) == [(1, "unknown_review")]
    assert told(bring(cast.bob, "jsonl", content)) == []


def test_what_may_not_be_exported_is_in_no_file(cast: SimpleNamespace) -> None:
    world = labelled(cast)
    Review.objects.filter(pk=world.reviews["plain"].pk).update(objected=[Purpose.EXPORT])
    made, content = export(cast.mia, "jsonl")
    assert b"Broken on arrival" not in content
    assert world.reviews["plain"].pk not in made.review_ids
    # Somebody objects while the file lies there: it is not given out any more.
    Review.objects.filter(pk=world.reviews["emoji"].pk).update(restricted=True)
    assert label_export_fetch(actor=cast.mia, export=made) is None
    assert not export_path(made).exists()
    acts = AuditEntry.objects.filter(object_id=str(made.pk)).values_list("action", flat=True)
    assert sorted(acts) == ["labels.download", "labels.export"]


def test_an_erasure_reaches_exports_also_one_that_is_being_written(cast: SimpleNamespace) -> None:
    world = labelled(cast)
    made, _ = export(cast.max, "csv")
    other, _ = export(cast.max, "csv", languages=["zh"])
    [place] = [one for one in copies_elsewhere() if one.place == "Exports of labels"]
    gone = [world.reviews["emoji"].pk]
    assert place.count(gone) == 1
    assert place.erase(gone) == 1
    assert place.erase(gone) == 0
    assert not export_path(made).exists()
    assert export_path(other).exists()
    written = label_export_start(
        actor=cast.max, format_key="csv", stores=[cast.lanting], wanted=Wanted()
    )
    LabelExport.objects.filter(pk=written.pk).update(review_ids=gone)
    assert place.erase(gone) == 1


def test_a_worker_that_wakes_up_late_takes_nothing_from_the_one_that_has_the_job(
    cast: SimpleNamespace, monkeypatch: Any
) -> None:
    """Paused past its lease it finds the job in other hands; what it had begun is not the file."""
    from annotation.services import label_exports
    from common.jobs import LeaseLost

    labelled(cast)
    made = label_export_start(
        actor=cast.max, format_key="csv", stores=[cast.lanting], wanted=Wanted()
    )
    write_all = label_exports._write

    class Context:
        arguments: ClassVar[dict[str, int]] = {"export": made.pk}

        def stage(self, *args: Any, **more: Any) -> None: ...
        def progress(self, *args: Any) -> None: ...

    def paused(context: Any, export: Any, ids: Any, file: Any) -> Any:
        file.write(b"half of it")
        monkeypatch.setattr(label_exports, "_write", write_all)

        def finish(*args: Any) -> bool:
            # The other one begins and ends while this one still holds its part.
            monkeypatch.setattr(label_exports, "_finish", finish_all)
            label_export_run(context)
            raise LeaseLost

        finish_all = label_exports._finish
        monkeypatch.setattr(label_exports, "_finish", finish)
        return write_all(context, export, ids, file)

    monkeypatch.setattr(label_exports, "_write", paused)
    with pytest.raises(LeaseLost):
        label_export_run(Context())  # type: ignore[arg-type]
    made.refresh_from_db()
    content = export_path(made).read_bytes()
    assert b"half of it" not in content
    assert len(content) == made.size
    assert list(folder().glob("*.part")) == []


def test_what_a_killed_worker_had_begun_goes_with_an_erasure(cast: SimpleNamespace) -> None:
    world = labelled(cast)
    made, _ = export(cast.max, "csv")
    part = folder() / f"export-{made.pk}-killed.part"
    other = folder() / f"export-{made.pk}0-other.part"
    for path in (part, other):
        path.write_bytes(b"x")
    [place] = [one for one in copies_elsewhere() if one.place == "Exports of labels"]
    assert place.erase([world.reviews["emoji"].pk]) == 1
    assert (part.exists(), other.exists()) == (False, True)
    # What belongs to nobody goes by itself, an hour after the last word was written.
    old = time.time() - 2 * 3600
    os.utime(other, (old, old))
    retention_expire(actor=None, data_class="label_exports")
    assert not other.exists()


def test_exports_go_when_their_time_is_over(cast: SimpleNamespace) -> None:
    from datetime import timedelta

    from django.utils import timezone

    labelled(cast)
    made, _ = export(cast.max, "jsonl")
    fresh, _ = export(cast.max, "jsonl")
    LabelExport.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert retention_expire(actor=None, data_class="label_exports") == 1
    assert not export_path(made).exists()
    assert export_path(fresh).exists()
    assert not LabelExport.objects.filter(pk=made.pk).exists()
    assert settings.VERBATIM_HOME.folder("label-files") == folder()


def test_labels_of_an_audit_sample_are_never_trained_on_by_way_of_a_file(
    cast: SimpleNamespace,
) -> None:
    questions_seed()
    review = factories.review(cast.lanting)
    BatchItem.objects.filter(review=review).delete()
    write(review, "drawn for the audit elsewhere")
    batch = {"name": "audit", "design": "audit", "probability": 0.02}
    content = _row(text="drawn for the audit elsewhere", batch=batch)
    assert told(bring(cast.max, "jsonl", content)) == [(1, "audit_label")]
    assert told(bring(cast.max, "jsonl", content, make_batches=True)) == []
    item = BatchItem.objects.get(review=review)
    assert (item.batch.design, item.inclusion_probability) == ("audit", 0.02)
    assert labelled_rows(["sentiment"]).rows == []


def test_starter_labels_come_back_as_what_they_are(cast: SimpleNamespace) -> None:
    labelled(cast)
    Annotation.objects.update(source="starter")
    _, content = export(cast.max, "jsonl")
    emptied()
    bring(cast.max, "jsonl", content)
    assert set(Annotation.objects.values_list("source", flat=True)) == {"starter"}


def test_answers_and_drawn_batches_are_not_changed_by_a_file(cast: SimpleNamespace) -> None:
    world = labelled(cast)
    text = world.reviews["plain"].revisions.get(is_current=True).text
    drawn = Batch.objects.create(name="drawn", design=SamplingDesign.UNIFORM)
    where = {"name": "drawn", "design": "uniform", "probability": 1.0}
    content = (
        _row(text=text, answers={"sentiment": "positive"})
        + _row(text=text, annotator="max", batch=where)
        + _row(text=text, annotator="pia", answers={}, skipped="spam")
    )
    found = bring(cast.max, "jsonl", content, make_batches=True)
    assert told(found) == [(1, "other_answer"), (2, "no_such_batch"), (3, "skip_needs_batch")]
    assert drawn.items.count() == 0
    assert found.counts["created"] == 1
    found = bring(cast.max, "jsonl", content, batch="from a file")
    assert told(found)[0] == (1, "other_answer")
    assert Assignment.objects.get(annotator=cast.pia).skip_reason == "spam"
    assert Batch.objects.get(name="from a file").design == "given"


def _client(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_pages_are_for_leads_and_each_sees_their_own(cast: SimpleNamespace) -> None:
    from common.runner import run_job

    world = labelled(cast)
    mia, bob = _client(cast.mia), _client(cast.bob)
    for person in (cast.ann, cast.ivo, cast.pia):
        assert _client(person).get(reverse("label-files")).status_code == 403
    sent = mia.post(reverse("label-files"), {"format": "jsonl", "batch": world.batch.pk})
    assert sent.status_code == 302
    made = LabelExport.objects.get()
    assert made.stores == [cast.lanting.pk]
    assert run_job(made.job.pk)
    got = mia.get(reverse("label-export", args=[made.pk]))
    assert len(b"".join(got.streaming_content).splitlines()) == 7
    assert bob.get(reverse("label-export", args=[made.pk])).status_code == 404
    assert (
        reverse("label-export", args=[made.pk])
        not in bob.get(reverse("label-files")).content.decode()
    )
    # Somebody who lost the store has lost the file with it.
    cast.mia.stores.set(Store.objects.filter(key="northway"))
    assert mia.get(reverse("label-export", args=[made.pk])).status_code == 404


def test_a_file_is_looked_at_on_the_page_and_its_lines_are_listed(cast: SimpleNamespace) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from common.runner import run_job

    labelled(cast)
    mia = _client(cast.mia)

    def send(content: bytes, **fields: str) -> Any:
        file = SimpleUploadedFile("labels.jsonl", content)
        data = {"file": file, "format": "jsonl", **fields}
        return mia.post(reverse("label-import-new"), data)

    bad = send(_row(), labels="DEMAND")
    assert bad.status_code == 422
    assert "is not LABEL=MEANING" in bad.content.decode()
    assert LabelImport.objects.count() == 0
    sent = send(_row(text="=nowhere"), action="check")
    found = LabelImport.objects.get()
    assert found.dry_run
    assert run_job(found.job.pk)
    page = mia.get(sent.url).content.decode()
    assert "No review has this text." in page
    assert "Nothing was stored" in page
    assert "nowhere" not in page
    table = b"".join(mia.get(reverse("label-import-problems", args=[found.pk])).streaming_content)
    assert b"1,no,unknown_review" in table
    assert _client(cast.bob).get(sent.url).status_code == 404
    # What was said of the file need not be said once more when it is sent to be imported.
    sent = send(_row(text="=nowhere"), action="check", labels="BUG=issue/price", people="a=b=ann")
    found = LabelImport.objects.order_by("pk").last()
    assert found is not None
    form = mia.get(reverse("label-import-new"), {"as": found.pk}).content.decode()
    assert "BUG=issue/price" in form
    assert "a=b=ann" in form
    for other in (_client(cast.bob), _client(cast.max)):
        form = other.get(reverse("label-import-new"), {"as": found.pk}).content.decode()
        assert "BUG=issue/price" not in form
    assert mia.get(reverse("label-import-new"), {"as": "x" * 30}).status_code == 200


@pytest.mark.parametrize("format_key", WHOLE)
def test_how_fast_somebody_works_is_told_to_leads_alone(
    cast: SimpleNamespace, format_key: str
) -> None:
    """Not by the seconds, and not by the moments of one answer after the other."""
    labelled(cast)
    at = BEGAN + timedelta(seconds=cast.ann.pk)
    stamps = [f"{at:%M:%S}", str(int(at.timestamp())), "12.5"]
    _, led = export(cast.max, format_key)
    _, managed = export(cast.mia, format_key)
    assert any(one in _plain(led) for one in stamps)
    assert not any(one in _plain(managed) for one in stamps)


def _plain(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist())
