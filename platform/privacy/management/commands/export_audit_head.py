from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from privacy.services.exporting import audit_head_export


class Command(BaseCommand):
    help = "Write down outside the database, and print, how far the audit trail goes now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit_head_export()
        if options["json"]:
            content = found and {"at": found.at, "number": found.number, "head": found.head}
            self.stdout.write(json.dumps(content))
        elif found is None:
            self.stdout.write("The audit trail is empty.")
        else:
            self.stdout.write(f"{found.at} {found.number} {found.head}")
