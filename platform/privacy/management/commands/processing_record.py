from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from privacy import processing


class Command(BaseCommand):
    help = "The record of processing: every field, what it holds, what for, and how long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(processing.record())
        if options["json"]:
            rows = [
                {
                    "model": line.model,
                    "field": line.field,
                    "kind": line.kind.value,
                    "purpose": line.purpose,
                    "kept": line.kept,
                }
                for line in lines
            ]
            self.stdout.write(json.dumps({"fields": rows}, ensure_ascii=False))
            return
        for line in lines:
            self.stdout.write(
                f"{line.model}.{line.field}\t{line.kind.value}\t{line.purpose}\t{line.kept}"
            )
