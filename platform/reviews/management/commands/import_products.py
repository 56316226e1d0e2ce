from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import store_ensure
from common.commands import CommandFailure
from reviews.importing.columns import BadMapping
from reviews.importing.problems import UnreadableFile
from reviews.services.products_file import products_file_store


class Command(BaseCommand):
    help = "Bring a catalogue in: products with their names, brands, categories and variants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", default="main", help="key of the store (default: main)")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].expanduser().absolute()
        if not path.is_file():
            raise CommandFailure(f"{options['file']}: there is no such file")
        store = store_ensure(actor=None, key=options["store"])
        try:
            found = products_file_store(actor=None, store=store, path=path)
        except (UnreadableFile, BadMapping) as error:
            raise CommandFailure(str(error)) from error
        if options["json"]:
            told = {"stored": found.stored, "rejected": len(found.rejected)}
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(f"{found.stored} products stored, {len(found.rejected)} rejected")
        for line, why in found.rejected[:20]:
            self.stderr.write(f"line {line}: {why.field or 'row'}: {why.detail}")
