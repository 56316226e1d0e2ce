from __future__ import annotations

import csv
import json
import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import store_ensure
from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from reviews.importing.columns import FIELDS, BadMapping
from reviews.importing.reading import UnreadableFile
from reviews.models import ImportBatch
from reviews.services.duplicates import duplicates_request
from reviews.services.uploads import path_request


class Command(BaseCommand):
    help = "Bring the reviews of a CSV, TSV or JSONL file in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", default="main", help="key of the store (default: main)")
        parser.add_argument("--source", default="", help="key of the source (default: file name)")
        parser.add_argument(
            "--mapping",
            default="",
            help=f"FIELD=COLUMN,... for columns not found by name; fields: {', '.join(FIELDS)}",
        )
        parser.add_argument("--rejects", type=Path, help="write the rejected rows to this CSV file")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].expanduser().absolute()
        if not path.is_file():
            raise CommandFailure(f"{options['file']}: there is no such file")
        store = store_ensure(actor=None, key=_key(options["store"]))
        try:
            job = path_request(
                actor=None,
                store=store,
                source_key=_key(options["source"] or path.stem),
                path=path,
                file_name=path.name,
                mapping=_mapping(options["mapping"]),
            )
        except (UnreadableFile, BadMapping) as error:
            raise CommandFailure(str(error)) from error
        job = run_and_wait(job)
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"the import was {job.state}")
        batch = ImportBatch.objects.get(pk=job.result["import"])
        if batch.created or batch.updated:
            run_and_wait(duplicates_request(actor=None, source_id=batch.source_id))
        if options["rejects"]:
            _write_rejects(batch, options["rejects"])
        self._tell(batch, job.result, options)

    def _tell(self, batch: ImportBatch, result: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            result = {**result, "source": batch.source.key, "placeholders": batch.placeholders}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(
            f"{batch.rows} rows: {batch.created} new, {batch.updated} changed, "
            f"{batch.unchanged} as before, {batch.rejected} rejected; "
            f"{batch.placeholders} pieces of personal data replaced"
        )
        for row in batch.rejections.all()[:10]:
            self.stderr.write(f"line {row.line}: {row.field or 'row'}: {row.detail}")
        if batch.rejected > 10:
            self.stderr.write(f"… and {batch.rejected - 10} more; --rejects FILE writes them all")


def _key(value: str) -> str:
    return re.sub(r"[^\w-]+", "-", value.strip().lower()).strip("-")[:60] or "main"


def _mapping(value: str) -> dict[str, str]:
    pairs = [pair.split("=", 1) for pair in value.split(",") if pair.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise CommandFailure("--mapping wants FIELD=COLUMN,FIELD=COLUMN")
    return {field.strip(): column.strip() for field, column in pairs}


def _write_rejects(batch: ImportBatch, path: Path) -> None:
    from reviews.services.rejects import rejects_rows

    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows(rejects_rows(batch=batch))
    except OSError as error:
        raise CommandFailure(f"{path} cannot be written ({error.strerror})") from error
    print(f"rejected rows are in {path}", file=sys.stderr)
