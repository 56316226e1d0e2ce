"""Files that come late, twice, in the wrong order, or with reviews that are gone."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.models import AuditEntry
from privacy.services import MayNotOpen
from reviews import redacting
from reviews.models import ImportBatch, RejectedRow, Review, Source, TextRevision
from reviews.services import importing
from reviews.services.deleting import review_delete
from reviews.services.rejects import rejects_again, rejects_open

pytestmark = pytest.mark.django_db


def row(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "1", "text": text, **more}


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return (batch.created, batch.updated, batch.unchanged, batch.deleted)


def current() -> str:
    return TextRevision.objects.get(is_current=True).text


def test_an_old_file_sent_again_does_not_undo_an_edit(import_file: Any, csv_file: Any) -> None:
    old, new = row("It leaks."), row("It leaks, but they sent a new one.")
    import_file(csv_file([old]))
    assert counts(import_file(csv_file([new]))) == (0, 1, 0, 0)
    assert counts(import_file(csv_file([old]))) == (0, 0, 1, 0)
    assert current() == new["text"]


def test_where_a_file_says_when_the_latest_wins_in_any_order(
    import_file: Any, csv_file: Any
) -> None:
    first = row("first", updated_at="2026-03-01")
    second = row("second", updated_at="2026-03-02")
    back = row("first", updated_at="2026-03-03")
    import_file(csv_file([second]))
    assert counts(import_file(csv_file([first]))) == (0, 0, 1, 0)
    assert current() == "second"
    assert counts(import_file(csv_file([back]))) == (0, 1, 0, 0)
    assert current() == "first"
    # The same words at a later time: nothing changes, and what lies between comes too late.
    import_file(csv_file([row("first", updated_at="2026-03-09")]))
    assert counts(import_file(csv_file([row("between", updated_at="2026-03-08")]))) == (0, 0, 1, 0)


def test_all_versions_of_a_review_in_one_file_leave_the_latest(
    import_file: Any, csv_file: Any
) -> None:
    versions = [row(f"version {day}", updated_at=f"2026-03-0{day}") for day in (2, 3, 1)]
    batch = import_file(csv_file(versions))
    assert (batch.rows, batch.created, batch.unchanged, batch.rejected) == (3, 1, 2, 0)
    assert current() == "version 3"


def test_a_deleted_review_goes_and_an_old_file_does_not_bring_it_back(
    import_file: Any, csv_file: Any
) -> None:
    old = row("Nice kettle.", deleted="")
    import_file(csv_file([old]))
    assert counts(import_file(csv_file([row("", deleted="true")]))) == (0, 0, 0, 1)
    assert not Review.objects.exists()
    import_file(csv_file([row("Nice kettle.", deleted="true")]))
    assert counts(import_file(csv_file([old]))) == (0, 0, 1, 0)
    assert not Review.objects.exists()
    assert counts(import_file(csv_file([row("Another word of it.")]))) == (1, 0, 0, 0)


def test_a_review_deleted_on_the_site_stays_deleted(
    import_file: Any, csv_file: Any, cast: SimpleNamespace
) -> None:
    path = csv_file([row("Nice kettle.")])
    import_file(path)
    review_delete(actor=cast.ivo, stores=[cast.lanting], review_id=Review.objects.get().pk)
    assert counts(import_file(path)) == (0, 0, 1, 0)
    assert not Review.objects.exists()


def test_the_variant_is_kept_with_the_review(import_file: Any, csv_file: Any) -> None:
    import_file(csv_file([row("ok", 颜色分类="红色 大号", sku="K1")]))
    assert Review.objects.get().variant == "红色 大号"


def test_day_and_month_are_told_apart_by_the_other_dates_of_the_file(
    import_file: Any, csv_file: Any
) -> None:
    days = ["03/04/2025", "05/06/2025", "25/12/2025"]
    batch = import_file(
        csv_file([{"id": str(at), "text": "ok", "date": day} for at, day in enumerate(days)])
    )
    assert batch.rejected == 0
    first = Review.objects.get(external_id="0").posted_at
    assert first is not None
    assert (first.day, first.month) == (3, 4)


def test_a_mapping_is_kept_for_the_next_file_of_its_source(
    import_file: Any, csv_file: Any, cast: SimpleNamespace
) -> None:
    import_file(csv_file([{"nr": "1", "said": "Nice."}]), {"text": "said", "id": "nr"})
    assert "said" not in str(Source.objects.get(key="shop").mapping), "by a hash of its name"
    assert counts(import_file(csv_file([{"nr": "2", "said": "Bad."}]))) == (1, 0, 0, 0)
    assert set(Review.objects.values_list("external_id", flat=True)) == {"1", "2"}


def test_a_common_export_is_recognised_and_its_other_columns_left_alone(
    import_file: Any, csv_file: Any
) -> None:
    batch = import_file(
        csv_file([{
            "title": "Nice", "body": "A good kettle", "rating": "5", "review_date": "2026-03-01",
            "curated": "ok", "reviewer_name": "Ann", "reviewer_email": "ann@example.com",
            "product_handle": "kettle", "comment": "Thank you, the shop",
        }])
    )  # fmt: skip
    assert batch.created == 1
    stored = Review.objects.select_related("product", "shopper").get()
    assert stored.product is not None
    assert (stored.stars, stored.product.external_id) == (5, "kettle")
    assert stored.shopper is not None
    assert current() == "Nice\nA good kettle"


def test_a_ticket_export_says_that_all_its_rows_are_tickets(
    import_file: Any, csv_file: Any
) -> None:
    import_file(
        csv_file([{"Id": "7", "Subject": "Lid", "Requester id": "9", "Description": "It leaks"}])
    )
    assert Review.objects.get().channel == "ticket"


def test_a_dry_run_counts_and_stores_nothing(
    import_file: Any, csv_file: Any, cast: SimpleNamespace
) -> None:
    import_file(csv_file([row("as it is"), {"id": "2", "text": "to change"}]))
    path = csv_file([
        row("as it is"), {"id": "2", "text": "changed"}, {"id": "3", "text": "new"},
        {"id": "4", "text": ""},
    ])  # fmt: skip
    source = Source.objects.get()
    batch = importing.import_begin(
        actor=cast.ivo, source=source, path=path, file_name="x.csv", mapping={}, job=None,
        dry_run=True,
    )  # fmt: skip
    before = list(TextRevision.objects.values_list("pk", "text"))
    importing.import_run(
        actor=cast.ivo,
        batch=batch,
        path=path,
        redact=redacting.redact,
        redactor_version=redacting.redactor_version(),
    )
    assert (batch.created, batch.updated, batch.unchanged, batch.rejected) == (1, 1, 1, 1)
    assert list(TextRevision.objects.values_list("pk", "text")) == before
    assert Source.objects.get().mapping == {}


def test_a_file_that_breaks_off_in_the_middle_stores_nothing(
    import_file: Any, tmp_path: Path
) -> None:
    path = tmp_path / "cut.json"
    path.write_text('[{"id": "1", "text": "whole"}, {"id": "2", "te')
    with pytest.raises(Exception, match="cut off"):
        import_file(path)
    assert not Review.objects.exists()
    assert not RejectedRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rejects_are_kept_sealed_and_come_back_to_be_put_right(
    import_file: Any, tmp_path: Path, cast: SimpleNamespace
) -> None:
    rows = [
        {"id": "1", "text": "=打我电话13812345678", "stars": "9", "shopper": "王小明"},
        {"id": "2", "text": "'quoted", "stars": "8", "shopper": "x"},
    ]
    path = tmp_path / "shop.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        file.write('3,"an open one,5,\n')
    batch = import_file(path)
    assert batch.rejected == 3
    stored = " ".join(
        f"{one.content} {one.detail} {bytes(one.sealed_content or b'')!r}"
        for one in RejectedRow.objects.all()
    )
    assert "13812345678" not in stored
    assert "王小明" not in stored
    # Downloaded, put right, sent again.
    with pytest.raises(MayNotOpen):
        rejects_open(actor=cast.ivo, batch=batch, reason="to put them right")
    header, *lines = rejects_open(actor=cast.pia, batch=batch, reason="to put them right")
    assert [header, *lines] == list(rejects_again(batch=batch, path=path))
    assert header[:4] == ["id", "text", "stars", "shopper"]
    assert lines[0][1] == "'=打我电话13812345678"
    assert lines[2][1] == '3,"an open one,5,'
    trace = AuditEntry.objects.get(action="original.open")
    assert (trace.object_type, trace.details["rows"]) == ("import", 3)
    for line in lines:
        line[2] = "5"
    lines[2][:2] = ["3", "an open one"]
    again = tmp_path / "put-right.csv"
    with again.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([header, *lines])
    assert (import_file(again).created, Review.objects.count()) == (3, 3)
    texts = set(TextRevision.objects.values_list("text", flat=True))
    assert "'quoted" in texts
    assert any(text.startswith("=打我电话") for text in texts)


@pytest.mark.django_db(transaction=True)
def test_refused_rows_are_given_back_without_holding_all_of_them(
    import_file: Any, csv_file: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.services.rejects.AT_ONCE", 20)
    long, count = "x" * 20_000, 150
    path = csv_file([{"id": str(at), "text": long, "stars": "9"} for at in range(count)])
    batch = import_file(path)
    assert batch.rejected == count
    for table in (
        lambda: rejects_open(actor=cast.pia, batch=batch, reason="to put them right"),
        lambda: rejects_again(batch=batch, path=path),
    ):
        tracemalloc.start()
        lines = [int(line[3]) for line in table() if line[3] != "verbatim_line"]
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert lines == list(range(2, count + 2))
        assert most < len(long) * count
    assert AuditEntry.objects.get(action="original.open").details["rows"] == count
