from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from privacy.services.rotating import RotationRuns, rotation_request


class Command(BaseCommand):
    help = "Make a new master key, wrap every data key with it, and destroy the old one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reencrypt",
            action="store_true",
            help="new data keys too: every sealed text is sealed anew, older backups open no more",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = rotation_request(actor=None, reencrypt=options["reencrypt"])
        except RotationRuns as error:
            raise CommandFailure(str(error)) from error
        job = run_and_wait(job)
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"the rotation was {job.state}")
        found = job.result
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self.stdout.write(
                f"{found['keys_wrapped']} keys wrapped anew, {found['rows']} texts sealed anew, "
                f"{found['keys_destroyed']} old keys destroyed"
            )
        for name in found["broken"]:
            self.stderr.write(f"{name} was tampered with and opens no more")
        if found["broken_rows"]:
            raise CommandFailure(f"{found['broken_rows']} sealed texts were tampered with")
