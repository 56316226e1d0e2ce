from __future__ import annotations

import json
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store
from annotation.formats.registry import FORMATS
from annotation.models import Batch, LabelExport
from annotation.selectors.label_records import Wanted
from annotation.services.label_exports import (
    BadTransfer,
    export_path,
    label_export_job,
    label_export_start,
    label_exports_remove,
)
from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job


class Command(BaseCommand):
    help = "Write labels into a file for other tools; the texts in it are redacted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to; it must not be there yet")
        parser.add_argument(
            "--format", default="jsonl", choices=list(FORMATS), help="default: %(default)s"
        )
        parser.add_argument("--store", action="append", default=[], help="key; all without it")
        parser.add_argument("--batch", action="append", default=[], help="name; all without it")
        parser.add_argument("--language", action="append", default=[], help="en, zh, mixed")
        parser.add_argument(
            "--names", action="store_true", help="annotators' names and addresses beside their ids"
        )
        parser.add_argument(
            "--predictions", action="store_true", help="the champion's answers, for Label Studio"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists():
            raise CommandFailure(f"{path} is there already; give another name")
        if not path.parent.is_dir():
            raise CommandFailure(f"there is no folder {path.parent}")
        stores = _found(Store, "key", "store", options["store"]) or list(Store.objects.all())
        batches = _found(Batch, "name", "batch", options["batch"])
        wanted = Wanted(
            batches=[batch.pk for batch in batches],
            languages=options["language"],
            names=options["names"],
            predictions=options["predictions"],
        )
        try:
            export = label_export_start(
                actor=None, format_key=options["format"], stores=stores, wanted=wanted
            )
        except BadTransfer as error:
            raise CommandFailure(f"{error.field}: {error}") from error
        try:
            job = run_and_wait(label_export_job(export))
            if job.state != Job.State.SUCCEEDED:
                raise CommandFailure(job.error or f"The export was {job.state}.")
            shutil.copyfile(export_path(export), path)
        finally:
            # What the command wrote lies where it was told to, and nowhere else.
            label_exports_remove([export])
        self._tell(LabelExport.objects.get(pk=export.pk), path, options["json"])

    def _tell(self, export: LabelExport, path: Path, as_json: bool) -> None:
        counts = export.counts
        if as_json:
            told = {"file": str(path), "format": export.format, **counts}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(
            f"{counts['records']} records about {counts['reviews']} reviews in {path}"
        )
        if counts["outdated"]:
            print(
                f"{counts['outdated']} answers are about texts that were changed since",
                file=sys.stderr,
            )


def _found(model: Any, field: str, option: str, names: list[str]) -> list[Any]:
    rows = list(model.objects.filter(**{f"{field}__in": names}))
    missing = set(names) - {getattr(row, field) for row in rows}
    if missing:
        raise CommandFailure(f"--{option}: there is no {', '.join(sorted(missing))}")
    return rows
