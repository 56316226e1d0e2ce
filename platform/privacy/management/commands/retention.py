from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from privacy.services.retaining import BadRule, retention_plan, retention_run, retention_set


class Command(BaseCommand):
    help = "Remove what is kept too long, show what would go, or change how long it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")
        parser.add_argument("--plan", action="store_true", help="only show how long is kept what")
        parser.add_argument("--set", metavar="CLASS=DAYS", help="`CLASS=` keeps until erased")
        parser.add_argument("--scope", default="", help="with --set: such as source:12")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["set"]:
            self._set(options["set"], options["scope"])
        if options["set"] or options["plan"]:
            plan = [
                {"class": kept.data_class, "scope": kept.scope, "days": kept.days}
                for kept in retention_plan()
            ]
            self._tell({"plan": plan}, options["json"])
            return
        run = retention_run(actor=None, dry=options["dry_run"])
        self._tell(
            {"dry_run": options["dry_run"], "gone": run.gone, "problems": run.problems},
            options["json"],
        )
        if run.problems:
            raise CommandFailure(f"not done: {', '.join(run.problems)}; the log says why")

    def _set(self, given: str, scope: str) -> None:
        name, equals, days = given.partition("=")
        if not equals or (days and not (days.isascii() and days.isdigit() and len(days) < 6)):
            raise CommandFailure("--set wants CLASS=DAYS, or CLASS= to keep until erased")
        try:
            retention_set(
                actor=None, data_class=name, scope=scope, days=int(days) if days else None
            )
        except BadRule as error:
            raise CommandFailure(str(error)) from error

    def _tell(self, found: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for kept in found.get("plan", []):
            days = "until erased" if kept["days"] is None else f"{kept['days']} days"
            self.stdout.write(f"{kept['class']:<16} {kept['scope']:<12} {days}")
        word = "would go" if found.get("dry_run") else "gone"
        for name, count in found.get("gone", {}).items():
            self.stdout.write(f"{name:<28} {count} {word}")
