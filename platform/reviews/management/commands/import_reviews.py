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
from reviews.importing.presets import PRESETS
from reviews.importing.problems import UnreadableFile
from reviews.models import ImportBatch
from reviews.selectors.imports import rejection_reasons
from reviews.services.duplicates import duplicates_request
from reviews.services.uploads import path_request


class Command(BaseCommand):
    help = "Bring reviews in: CSV, TSV, XLSX, JSON Lines, JSON or Parquet, gzipped or not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", default="main", help="key of the store (default: main)")
        parser.add_argument("--source", default="", help="key of the source (default: file name)")
        parser.add_argument(
            "--mapping",
            default="",
            help=f"FIELD=COLUMN,... for columns not found by name; fields: {', '.join(FIELDS)}. "
            "FIELD==VALUE is the same for every row; dates==dmy or dates==mdy says how 03/04/2025 "
            "is meant. Kept for the next file of the source",
        )
        parser.add_argument(
            "--preset", default="", choices=["", *PRESETS], help="the layout of a common export"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would happen; nothing is stored"
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            help="write the rejected rows to this CSV file, to be put right and sent again",
        )
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
                preset=options["preset"],
                dry_run=options["dry_run"],
            )
        except (UnreadableFile, BadMapping) as error:
            raise CommandFailure(str(error)) from error
        job = run_and_wait(job)
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"the import was {job.state}")
        batch = ImportBatch.objects.get(pk=job.result["import"])
        if (batch.created or batch.updated) and not batch.dry_run:
            run_and_wait(duplicates_request(actor=None, source_id=batch.source_id))
        if options["rejects"]:
            _write_rejects(batch, path, options["rejects"])
        self._tell(batch, job.result, options)

    def _tell(self, batch: ImportBatch, result: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            result = {
                **result,
                "source": batch.source.key,
                "placeholders": batch.placeholders,
                "dry_run": batch.dry_run,
                "reasons": [
                    {"reason": reason, "field": field, "rows": rows}
                    for reason, field, rows in rejection_reasons(batch)
                ],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        gone = f", {batch.deleted} deleted" if batch.deleted else ""
        told = (
            f"{batch.rows} rows: {batch.created} new, {batch.updated} changed, "
            f"{batch.unchanged} as before{gone}, {batch.rejected} rejected; "
        )
        if batch.dry_run:
            self.stdout.write(told + "nothing was stored")
        else:
            self.stdout.write(f"{told}{batch.placeholders} pieces of personal data replaced")
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


def _write_rejects(batch: ImportBatch, source: Path, path: Path) -> None:
    from reviews.services.rejects import rejects_again

    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows(rejects_again(batch=batch, path=source))
    except OSError as error:
        raise CommandFailure(f"{path} cannot be written ({error.strerror})") from error
    print(f"rejected rows are in {path}", file=sys.stderr)
