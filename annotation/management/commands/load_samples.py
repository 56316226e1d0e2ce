from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import store_ensure
from annotation.services import samples
from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.home import CHECKOUT
from common.models import Job
from reviews.models import ImportBatch, Source
from reviews.services.duplicates import duplicates_request
from reviews.services.importing import source_ensure
from reviews.services.uploads import path_request

STORES = {"lanting": ("Lanting Home", "兰亭家居"), "northway": ("Northway", "北途优选")}
FILES = {"lanting": "reviews_lanting.csv", "northway": "reviews_northway.jsonl"}


class Command(BaseCommand):
    help = "Load the sample catalogue, reviews and labels. Loading them again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=CHECKOUT / "samples")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        stores = {
            key: store_ensure(actor=None, key=key, name_en=en, name_zh=zh)
            for key, (en, zh) in STORES.items()
        }
        samples.catalogue_load(actor=None, folder=folder, stores=stores)
        counts = {"rows": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0}
        for key, name in FILES.items():
            source_ensure(
                actor=None, store=stores[key], key=samples.SOURCE, kind=Source.Kind.SAMPLE
            )
            batch = _import(stores[key], folder / name)
            for count in counts:
                counts[count] += getattr(batch, count)
        counts["labels"] = samples.labels_load(actor=None, folder=folder)
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(
                f"{counts['rows']} sample reviews: {counts['created']} new, "
                f"{counts['unchanged']} as before; {counts['labels']} new labels"
            )


def _import(store: Any, path: Path) -> ImportBatch:
    job = run_and_wait(
        path_request(
            actor=None,
            store=store,
            source_key=samples.SOURCE,
            path=path,
            file_name=path.name,
            mapping={},
        )
    )
    if job.state != Job.State.SUCCEEDED:
        raise CommandFailure(job.error or f"the import of {path.name} was {job.state}")
    batch = ImportBatch.objects.get(pk=job.result["import"])
    if batch.created or batch.updated:
        run_and_wait(duplicates_request(actor=None, source_id=batch.source_id))
    return batch
