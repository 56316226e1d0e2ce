from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand

from accounts.models import Store
from annotation.formats.registry import FORMATS
from annotation.models import LabelImport
from annotation.selectors.label_problems import problem_rows, problems_by_reason
from annotation.services.label_exports import BadTransfer
from annotation.services.label_imports import label_import_job, label_import_start
from annotation.services.label_options import Options, pairs_of
from annotation.transfer_words import REASONS
from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job


class Command(BaseCommand):
    help = "Take labels in from a file of this or another tool, about reviews that are in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--format", default="jsonl", choices=list(FORMATS), help="default: %(default)s"
        )
        parser.add_argument("--store", action="append", default=[], help="key; all without it")
        parser.add_argument(
            "--label",
            action="append",
            default=[],
            metavar="LABEL=MEANING",
            help="QUESTION:CHOICE, a kind of mention (add, issue/delivery), flag:KEY, or ignore",
        )
        parser.add_argument("--annotator", default="", help="whose rows are that name nobody")
        parser.add_argument(
            "--person",
            action="append",
            default=[],
            metavar="NAME=USER",
            help="the user that the file calls by another name",
        )
        parser.add_argument(
            "--stand-in",
            default="",
            metavar="PREFIX",
            help="unknown annotators become users PREFIX-NAME that nobody can sign in as",
        )
        parser.add_argument("--batch", default="", help="for labels whose row names no batch")
        parser.add_argument(
            "--make-batches", action="store_true", help="make the batches that the file names"
        )
        parser.add_argument(
            "--utf16", action="store_true", help="spans without words count UTF-16 units"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--problems", type=Path, help="write them into this CSV file")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._started(options)
        job = run_and_wait(label_import_job(found))
        found.refresh_from_db()
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(found.error or job.error or f"The import was {job.state}.")
        if options["problems"] is not None:
            _write_problems(found, options["problems"])
        if options["json"]:
            told = {
                "import": found.pk,
                "dry_run": found.dry_run,
                **found.counts,
                "reasons": {reason: n for reason, _, n in problems_by_reason(found)},
            }
            self.stdout.write(json.dumps(told))
        else:
            self._tell(found)

    def _started(self, options: dict[str, Any]) -> LabelImport:
        path: Path = options["file"]
        stores = list(Store.objects.filter(key__in=options["store"]))
        missing = set(options["store"]) - {store.key for store in stores}
        if missing:
            raise CommandFailure(f"--store: there is no {', '.join(sorted(missing))}")
        try:
            told = Options(
                labels=options["label"],
                annotator=options["annotator"],
                people=pairs_of(options["person"], "person"),
                stand_in=options["stand_in"],
                batch=options["batch"],
                make_batches=options["make_batches"],
                utf16=options["utf16"],
            )
            with path.open("rb") as file:
                return label_import_start(
                    actor=None,
                    file=File(file, name=path.name),
                    format_key=options["format"],
                    options=told,
                    stores=stores or list(Store.objects.all()),
                    dry_run=options["dry_run"],
                )
        except BadTransfer as error:
            raise CommandFailure(f"{error.field}: {error}") from error
        except OSError as error:
            raise CommandFailure(f"{path} cannot be opened ({error.strerror})") from error

    def _tell(self, found: LabelImport) -> None:
        counts = found.counts
        would = "would be " if found.dry_run else ""
        self.stdout.write(
            f"{counts['created']} records {would}new ({counts['answers']} answers, "
            f"{counts['mentions']} mentions, {counts['skips']} skips), "
            f"{counts['unchanged']} there already, {counts['rejected']} lines refused"
        )
        for reason, _, n in problems_by_reason(found):
            what, then = REASONS[reason]
            print(f"{n} x {what} {then}".rstrip(), file=sys.stderr)


def _write_problems(found: LabelImport, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(problem_rows(found))
