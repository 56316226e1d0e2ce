from __future__ import annotations

import os
import warnings
from argparse import ArgumentParser
from typing import Any

from celery import current_app
from celery.exceptions import SecurityWarning
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run a Celery worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", default="default", help="default, training, or both: a,b")
        parser.add_argument("--concurrency", type=int, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        concurrency = options["concurrency"] or settings.VERBATIM_WORKERS
        # Running as root is the embedded set-up's normal case, and messages are JSON only.
        warnings.filterwarnings("ignore", category=SecurityWarning)
        name = f"{options['queue'].replace(',', '-')}.{os.getpid()}@%h"
        # fmt: off
        current_app.worker_main([
            "--quiet", "worker", "--queues", options["queue"], "--concurrency", str(concurrency),
            "--hostname", name, "--loglevel", "WARNING",
            # Both were seen to leave workers deaf after a restart of the broker.
            "--without-gossip", "--without-mingle",
        ])
        # fmt: on
