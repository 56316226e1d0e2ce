from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from reviews.services.rekeying import RekeyRuns, rekey_request


class Command(BaseCommand):
    help = "Make a new key for the hashes of shoppers' ids, and lift every stored hash to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = run_and_wait(rekey_request(actor=None))
        except RekeyRuns as error:
            raise CommandFailure(str(error)) from error
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"it was {job.state}")
        if options["json"]:
            self.stdout.write(json.dumps(job.result))
        else:
            self.stdout.write(
                f"{job.result['shoppers']} shoppers are known by key {job.result['version']} now"
            )
