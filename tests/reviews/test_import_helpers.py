"""A larger import is cleaned and redacted by helper processes: nothing comes out otherwise."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from typing import cast as typed

import pytest

from accounts.models import Store
from reviews import redacting
from reviews.importing.problems import RawRow, Rejection
from reviews.importing.rows import CleanRow, RowReader
from reviews.models import ImportBatch, ListedValue, Review
from reviews.services import chunks, importing
from reviews.services.lists import values_add
from tests.reviews import redaction_shop as shop

pytestmark = pytest.mark.django_db

PHONE = "13812345678"


def _file(tmp_path: Path) -> Path:
    lines = ["id,text,rating,date"]
    for at in range(90):
        text = f"第{at}个水壶，找小美13812345678，批号 Quartz" if at % 2 else f"Kettle {at} leaks"
        stars = "nine" if at % 30 == 7 else "4"
        lines.append(f"r{at},<b>{text}</b>,{stars},2026-03-01")
    lines.append("r3,the same id again,4,2026-03-01")
    path = tmp_path / "many.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _import(store: Store, key: str, path: Path, helpers: int) -> ImportBatch:
    source = shop.source(store, key, style="numbered", kept_types=["PERSON"])
    redact, stamp = redacting.for_source(source)
    batch = importing.import_begin(
        actor=None, source=source, path=path, file_name=path.name, mapping={}, job=None
    )
    return importing.import_run(
        actor=None,
        batch=batch,
        path=path,
        redact=redact,
        redactor_version=stamp,
        helpers=helpers,
    )


def _stored(batch: ImportBatch) -> list[Any]:
    columns = ("external_id", "language", "variety", "stars", "content_hash")
    current = ("revisions__text", "revisions__placeholders", "revisions__search")
    rows = Review.objects.filter(source=batch.source).order_by("external_id")
    return list(rows.values_list(*columns, *current))


def test_helpers_store_and_refuse_the_same_as_one_alone(
    cast: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "ROWS", 20)
    store = cast.lanting
    denied = {"kind": ListedValue.Kind.DENY, "values": ["quartz"], "type": "ORDER_NO"}
    values_add(actor=cast.ivo, stores=[store], **denied)
    path = _file(tmp_path)
    alone, helped = (_import(store, f"by-{n}", path, n) for n in (0, 2))
    assert _stored(helped) == _stored(alone)
    counts = ("rows", "created", "rejected", "placeholders", "cleaned")
    assert [getattr(helped, one) for one in counts] == [getattr(alone, one) for one in counts]
    assert (helped.rows, helped.rejected) == (91, 4)
    refused = [
        list(batch.rejections.order_by("line").values_list("line", "reason", "content"))
        for batch in (alone, helped)
    ]
    assert refused[0] == refused[1]
    leaks = [row for row in _stored(helped) if PHONE in row[5] or "uartz" in row[5]]
    assert not leaks


def test_an_import_goes_on_alone_where_no_helper_can_be_started(
    cast: SimpleNamespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    batch = _import(cast.lanting, "full", _file(tmp_path), helpers=2)
    assert (batch.state, batch.rows, batch.rejected) == ("done", 91, 4)
    assert "goes on without its helpers: FileNotFoundError" in caplog.text


def test_a_rejection_that_is_kept_holds_no_frames() -> None:
    class Refusing:
        def read(self, line: int, values: dict[str, str]) -> CleanRow:
            try:
                int("x")
            except ValueError:
                raise Rejection("rating", "no_number", f"line {line}") from None

    split = Rejection("", "too_many_cells", "one cell too many")
    raws = [RawRow(1, {"rating": "x"}), RawRow(2, {}, split)]
    found = chunks.rows_read(raws, typed(RowReader, Refusing()))
    assert found == [Rejection("rating", "no_number", "line 1"), split]
    for one in found:
        assert isinstance(one, Rejection)
        assert (one.__traceback__, one.__context__, one.__cause__) == (None, None, None)
