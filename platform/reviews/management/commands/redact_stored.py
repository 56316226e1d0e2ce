from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from reviews import redacting
from reviews.models import Source
from reviews.services.redacting_stored import (
    Counts,
    as_note,
    redact_source_look,
    redact_stored_request,
)


class Command(BaseCommand):
    help = "Redact stored reviews again, by the rules and policies of today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", default="", help="key of a store (default: every store)")
        parser.add_argument("--source", default="", help="key of a source (default: every source)")
        parser.add_argument(
            "--everything",
            action="store_true",
            help="also reviews that were redacted by the rules and policy of today already",
        )
        parser.add_argument("--dry-run", action="store_true", help="count only; nothing changes")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = self._sources(options["store"], options["source"])
        if options["dry_run"]:
            counts = Counts()
            for source in sources:
                redact_source_look(
                    actor=None, source=source, everything=options["everything"], counts=counts
                )
            self._tell(as_note(counts), options)
            return
        job = run_and_wait(
            redact_stored_request(
                actor=None,
                sources=sources,
                version=redacting.redactor_version(),
                everything=options["everything"],
            )
        )
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"the work was {job.state}")
        self._tell(job.result, options)

    def _sources(self, store: str, key: str) -> list[Source]:
        found = Source.objects.select_related("store").order_by("pk")
        if store:
            found = found.filter(store__key=store)
        if key:
            found = found.filter(key=key)
        sources = list(found)
        if not sources and (store or key):
            raise CommandFailure(
                f"no source {key or '(any)'} in store {store or '(any)'}; the page "
                "Redaction policies lists them"
            )
        return sources

    def _tell(self, counts: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(
                json.dumps({"dry_run": options["dry_run"], **counts}, ensure_ascii=False)
            )
            return
        would = "would change" if options["dry_run"] else "changed"
        self.stdout.write(
            f"{counts['looked_at']} reviews looked at: {counts['changed']} {would}, "
            f"{counts['same']} stay as they are, {counts['overtaken']} changed meanwhile; "
            f"{counts['from_original']} from the sealed original"
            + (
                f"; {counts['not_opened']} originals could not be opened, so their stored texts "
                "were taken"
                if counts["not_opened"]
                else ""
            )
        )
