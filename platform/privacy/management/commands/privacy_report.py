from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store
from common.commands import CommandFailure
from privacy.selectors.reports import BadMonth, month_of, month_report


class Command(BaseCommand):
    help = "The privacy officer's report of a month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", default="", help="YYYY-MM; default: this month")
        parser.add_argument("--store", action="append", default=[], help="default: every store")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = month_of(options["month"])
        except BadMonth as error:
            raise CommandFailure(str(error)) from error
        stores = list(Store.objects.all())
        if options["store"]:
            known = {store.key: store for store in stores}
            missing = [key for key in options["store"] if key not in known]
            if missing:
                raise CommandFailure(f"there is no store {missing[0]!r}")
            stores = [known[key] for key in options["store"]]
        report = month_report(month, stores)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for part, found in report.items():
            lines = json.dumps(found, ensure_ascii=False, indent=2)
            self.stdout.write(f"{part}: {lines}")
