from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from privacy.services import erasures_replay
from privacy.vault.errors import VaultError


class Command(BaseCommand):
    help = "Erase again whom the ledger knows as erased: after a database was restored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--restored",
            action="store_true",
            help="the database was put back from a backup: write down where its audit trail ends",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = erasures_replay(actor=None, restored=options["restored"])
        except VaultError as error:
            raise CommandFailure(str(error)) from error
        if options["json"]:
            found = {"known": done.known, "replayed": done.replayed, "rows": done.rows,
                     "keys": done.keys, "waiting": done.waiting}  # fmt: skip
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(
                f"{done.known} erasures in the ledger; {done.replayed} done again, "
                f"{done.rows} rows and {done.keys} keys gone"
            )
            if done.waiting:
                self.stdout.write(f"{done.waiting} are just running; look again later")
