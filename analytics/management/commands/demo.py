from __future__ import annotations

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import Store
from analytics import services
from analytics.demo import printing, steps
from analytics.demo.clock import Clock
from analytics.selectors import Filters, indices_table
from common.commands import CommandFailure


class Command(BaseCommand):
    help = "Everything once on sample reviews: import, train, analyse, print the indices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, help="your own reviews, instead of the samples")
        parser.add_argument("--serve", action="store_true", help="serve the site afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        data: Path | None = options["data"]
        if data is not None and not data.is_file():
            raise CommandFailure(f"DATA={data}: there is no such file")
        clock = Clock()
        with clock:
            self._run(clock, data)
        name, password = steps.user_ensure()
        self.stdout.write(f"\nSign in as {name} with the password {password}")
        if options["serve"]:
            call_command("up")

    def _run(self, clock: Clock, data: Path | None) -> None:
        own = Filters()
        with ExitStack() as stack:
            with clock.phase("start a worker"):
                stack.enter_context(steps.worker())
            with clock.phase("load the samples"):
                steps.load_samples()
            if data is not None:
                with clock.phase("import your reviews"):
                    own = Filters(stores=(steps.import_own(data),))
            with clock.phase("train"):
                model = steps.train()
            with clock.phase("analyse"):
                counts = steps.analyse(model)
            with clock.phase("add up"):
                services.rollups_refresh()
        stores = Store.objects.all()
        if data is None:
            stores = stores.exclude(key__startswith=steps.OWN_STORES)
        rows = indices_table(stores=stores, filters=own)
        self.stdout.write("\n" + printing.indices(rows, model))
        self.stdout.write(f"Analysed: {counts['done']}, set aside: {counts['parked']}")
        self.stdout.write("\n" + printing.scores(model))
        self.stdout.write("\n" + printing.phases(clock))
        self.stdout.write(f"\nTime zone of the days: {settings.TIME_ZONE}")
