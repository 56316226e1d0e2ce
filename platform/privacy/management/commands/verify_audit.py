from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from privacy.audit_words import guard_words
from privacy.selectors import audit_verify
from privacy.services import audit_link


class Command(BaseCommand):
    help = "Check the audit trail: every entry, the chain, its end; name the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        audit_link(wait=True)
        verdict = audit_verify()
        broken = verdict.broken
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_dict()))
        else:
            self.stdout.write(
                f"{verdict.links} entries are as they were written; "
                f"{verdict.heads} heads outside the database were compared"
            )
            for code in verdict.unguarded:
                self.stderr.write(
                    f"The database would let the trail be changed: {guard_words(code)}."
                )
        if broken is not None:
            raise CommandFailure(f"the audit trail is broken: {broken}")
