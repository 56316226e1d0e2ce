from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reviews import redacting
from reviews.models import ImportBatch, Source
from reviews.services import importing

Import = Callable[..., ImportBatch]


@pytest.fixture
def import_file(cast: SimpleNamespace) -> Import:
    """Import a file into lanting through the real engine, in this process."""

    def run(path: Path, mapping: dict[str, str] | None = None, key: str = "shop") -> ImportBatch:
        source: Source = importing.source_ensure(actor=cast.ivo, store=cast.lanting, key=key)
        batch = importing.import_begin(
            actor=cast.ivo,
            source=source,
            path=path,
            file_name=path.name,
            mapping=mapping or {},
            job=None,
        )
        return importing.import_run(
            actor=cast.ivo,
            batch=batch,
            path=path,
            redact=redacting.redact,
            redactor_version=redacting.redactor_version(),
        )

    return run


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: list[dict[str, Any]], name: str = "reviews.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def jsonl_file(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: list[Any], name: str = "reviews.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return path

    return write
