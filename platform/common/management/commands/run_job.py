from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import runner
from common.commands import CommandFailure
from common.models import Job


class Command(BaseCommand):
    help = "Do one job in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=int, help="the number of the job")

    def handle(self, *args: Any, **options: Any) -> None:
        job = runner.run_job(options["job"])
        if job is None:
            raise CommandFailure(f"job {options['job']} is not waiting for a worker")
        if job.state == Job.State.FAILED:
            raise CommandFailure(job.error)
