from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from reviews.importing.columns import BadMapping
from reviews.importing.problems import UnreadableFile
from reviews.models import ImportBatch, Product, Review, TextRevision
from reviews.services.rejects import rejects_rows

pytestmark = pytest.mark.django_db

GOOD = [
    {
        "id": "1",
        "text": "水壶很好看，就是盖子漏水",
        "rating": "4",
        "date": "2026-03-01",
        "sku": "K1",
    },
    {"id": "2", "text": "Broke after two days.", "rating": "1", "date": "2026-03-02", "sku": "K1"},
]


def _reasons(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [(row.line, row.field, row.reason) for row in batch.rejections.all()]


def test_columns_are_found_by_their_synonyms(import_file: Any, csv_file: Any) -> None:
    batch = import_file(csv_file(GOOD))
    assert (batch.rows, batch.created, batch.rejected) == (2, 2, 0)
    first = Review.objects.get(external_id="1")
    assert (first.stars, first.language, first.product.external_id) == (4, "zh", "K1")


def test_the_same_file_again_changes_nothing(import_file: Any, csv_file: Any) -> None:
    path = csv_file(GOOD)
    import_file(path)
    before = list(Review.objects.values("pk", "updated_at"))
    again = import_file(path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert list(Review.objects.values("pk", "updated_at")) == before
    assert TextRevision.objects.count() == 2


def test_an_edited_review_gets_a_new_revision_and_keeps_the_old(
    import_file: Any, csv_file: Any
) -> None:
    import_file(csv_file(GOOD))
    batch = import_file(csv_file([GOOD[0], {**GOOD[1], "text": "Broke, but they sent a new one."}]))
    assert (batch.updated, batch.unchanged) == (1, 1)
    revisions = TextRevision.objects.filter(review__external_id="2").values_list(
        "number", "is_current"
    )
    assert list(revisions) == [(1, False), (2, True)]


def test_a_changed_star_makes_no_new_revision(import_file: Any, csv_file: Any) -> None:
    import_file(csv_file(GOOD))
    assert import_file(csv_file([{**GOOD[0], "rating": "2"}])).updated == 1
    assert Review.objects.get(external_id="1").stars == 2
    assert TextRevision.objects.filter(review__external_id="1").count() == 1


def test_every_bad_row_is_listed_and_the_good_ones_go_in(import_file: Any, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes(
        b"id,text,date,stars\n"
        b"1,fine,2026-01-05,5\n"
        b"2,,2026-01-05,5\n"
        b"3,no such date,2026-02-31,5\n"
        b"4,\xff\xfe bad bytes,2026-01-05,5\n"
        b"1,the same id again,2026-01-05,5\n"
        b"5," + b"x" * 20_001 + b",2026-01-05,5\n"
        b"6,six stars,2026-01-05,6\n"
        b"7,ambiguous day,03/04/2025,5\n"
        b"8,too,many,cells,here\n"
        b"9,also fine,,\n"
    )
    batch = import_file(path)
    assert (batch.created, batch.rejected) == (2, 8)
    assert _reasons(batch) == [
        (3, "text", "no_text"),
        (4, "date", "bad_date"),
        (5, "text", "encoding"),
        (6, "id", "duplicate_id"),
        (7, "text", "too_long"),
        (8, "stars", "bad_stars"),
        (9, "date", "bad_date"),
        (10, "", "columns"),
    ]


def test_rejects_come_back_as_a_table_without_personal_data_or_formulas(
    import_file: Any, csv_file: Any
) -> None:
    batch = import_file(csv_file([{"id": "1", "text": "=1+1 打我电话13812345678", "stars": "9"}]))
    header, row = rejects_rows(batch=batch)
    assert header[0] == "line"
    assert row[0] == "2"
    assert "13812345678" not in row[4]
    assert not row[3].startswith("=")


def test_jsonl_with_a_broken_line(import_file: Any, tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"id": "a", "text": "好用"}\n{"id": \n[1]\n{"id": "b", "text": "ok"}\n')
    batch = import_file(path)
    assert (batch.created, _reasons(batch)) == (2, [(2, "", "bad_json"), (3, "", "bad_json")])


def test_a_mapping_names_the_columns_that_are_not_found(import_file: Any, csv_file: Any) -> None:
    path = csv_file([{"n": "1", "what they said": "Lovely kettle."}])
    with pytest.raises(BadMapping, match="text=COLUMN"):
        import_file(path)
    batch = import_file(path, {"text": "what they said", "id": "n"})
    assert batch.created == 1


def test_a_mapping_to_a_column_that_is_not_there_says_what_is(
    import_file: Any, csv_file: Any
) -> None:
    with pytest.raises(BadMapping, match=r"'body'.* 2 columns, of which stars \(#2\)"):
        import_file(csv_file([{"what they said": "x", "Stars": "5"}]), {"text": "body"})
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "mapping", [{}, {"text": "body"}, {"stars": "rating"}, {"id": "nr", "channel": "=review"}]
)
@pytest.mark.parametrize("first", ["1,call me on 13812345678,5", "id,call me on 13812345678,5"])
def test_a_file_without_a_header_is_refused_without_quoting_its_first_review(
    import_file: Any, tmp_path: Path, first: str, mapping: dict[str, str]
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(f"{first}\n2,fine,4\n")
    with pytest.raises(BadMapping) as refused:
        import_file(path, mapping)
    assert "3 columns" in str(refused.value)
    assert "call me" not in str(refused.value)
    assert "138" not in str(refused.value)
    if not mapping and first.startswith("1"):
        assert "looks like data, not headers" in str(refused.value)


def test_an_exact_name_beats_a_synonym(import_file: Any, csv_file: Any) -> None:
    import_file(csv_file([{"review": "id-like thing", "text": "The real text.", "id": "1"}]))
    assert TextRevision.objects.get().text == "The real text."


def test_a_file_that_is_no_text_is_refused_whole(import_file: Any, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20)
    with pytest.raises(UnreadableFile, match="UTF-8"):
        import_file(path)
    assert not ImportBatch.objects.exists()


def test_reviews_without_an_id_are_known_by_their_content(import_file: Any, csv_file: Any) -> None:
    rows = [{"text": "Works well.", "sku": "K1"}, {"text": "Works well.", "sku": "K2"}]
    assert import_file(csv_file(rows)).created == 2
    assert import_file(csv_file(rows)).unchanged == 2


def test_personal_data_never_reaches_a_text_column(import_file: Any, csv_file: Any) -> None:
    secrets = ["13812345678", "ivy@example.com", "6222021234567894"]
    import_file(
        csv_file(
            [
                {
                    "id": "1",
                    "text": f"客服打{secrets[0]}，邮箱{secrets[1]}，卡号{secrets[2]}退款",
                    "user": "13987654321",
                }
            ]
        )
    )
    assert "[PHONE_1]" in TextRevision.objects.get().text
    for value in [*secrets, "13987654321"]:
        assert not _found_in_database(value), value


def _found_in_database(value: str) -> list[str]:
    """The tables in which a row holds `value` anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'select 1 from "{table}" t where t::text like %s limit 1',  # noqa: S608
                [f"%{value}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return found


def test_default_texts_and_other_languages_are_kept_but_left_out(
    import_file: Any, csv_file: Any
) -> None:
    import_file(
        csv_file(
            [
                {"id": "1", "text": "此用户没有填写评价。"},
                {"id": "2", "text": "Das Gerät funktioniert sehr gut, ich bin zufrieden."},
                {"id": "3", "text": "还行"},
            ]
        )
    )
    found = dict(Review.objects.values_list("external_id", "left_out"))
    assert found == {"1": "default_text", "2": "language", "3": ""}


def test_an_import_goes_on_after_a_kill_with_every_row_counted_once(
    import_file: Any, csv_file: Any, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviews import redacting
    from reviews.services import importing

    monkeypatch.setattr("reviews.services.chunks.ROWS", 3)
    path = csv_file([{"id": str(n), "text": f"Review number {n} of ten"} for n in range(10)])
    source = importing.source_ensure(actor=None, store=cast.lanting, key="shop")
    batch = importing.import_begin(
        actor=None, source=source, path=path, file_name="x.csv", mapping={}, job=None
    )

    class Killed(Exception):
        pass

    class DieAfterSix(importing.Untold):
        def progress(self, done: int, total: int | None = None) -> None:
            if self.checkpoint.get("survey") and done >= 6:
                raise Killed

    options = {
        "actor": None,
        "path": path,
        "redact": redacting.redact,
        "redactor_version": redacting.redactor_version(),
    }
    with pytest.raises(Killed):
        importing.import_run(batch=batch, steps=DieAfterSix(), **options)
    batch = importing.import_run(batch=ImportBatch.objects.get(pk=batch.pk), **options)
    assert (batch.rows, batch.created, batch.state) == (10, 10, "done")


def test_unknown_products_are_made_and_marked(import_file: Any, csv_file: Any) -> None:
    import_file(csv_file([{"id": "1", "text": "ok", "sku": "NEW", "product_name": "电水壶"}]))
    product = Product.objects.get(external_id="NEW")
    assert (product.name_zh, product.from_import) == ("电水壶", True)


def test_keys_that_only_later_objects_have_are_not_lost(import_file: Any, jsonl_file: Any) -> None:
    import_file(
        jsonl_file(
            [{"id": "1", "text": "Fine."}, {"id": "2", "text": "Good.", "rating": 4, "sku": "K1"}]
        )
    )
    second = Review.objects.get(external_id="2")
    assert (second.stars, second.product.external_id) == (4, "K1")
