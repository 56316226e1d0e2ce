from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from privacy.purposes import LegalBasis, Purpose
from reviews.models import Source
from reviews.services.purposes import BadPurposes, Held, source_purposes_set


class Command(BaseCommand):
    help = "On what ground the reviews of a source are held, and what they may be used for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", help="key of the store")
        parser.add_argument("source", help="key of the source")
        parser.add_argument("--legal-basis", choices=LegalBasis.values)
        parser.add_argument("--purposes", help=f"with commas, of {','.join(Purpose.values)}")
        parser.add_argument("--consent-at", help="ISO 8601; needed where consent is the ground")
        parser.add_argument("--consent-until", help="ISO 8601")
        parser.add_argument("--stored-too", action="store_true", help="also reviews that are in")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(store__key=options["store"], key=options["source"]).first()
        if source is None:
            raise CommandFailure(f"{options['store']} has no source {options['source']!r}")
        changed = 0
        if options["legal_basis"] or options["purposes"] is not None:
            wanted = options["purposes"]
            held = Held(
                options["legal_basis"] or source.legal_basis,
                source.purposes if wanted is None else [one for one in wanted.split(",") if one],
                _moment("--consent-at", options["consent_at"]),
                _moment("--consent-until", options["consent_until"]),
            )
            try:
                job = source_purposes_set(
                    actor=None, source=source, held=held, stored_too=options["stored_too"]
                )
            except BadPurposes as error:
                raise CommandFailure(f"{error.field}: {error}") from error
            changed = _spread(job) if job is not None else 0
        found = {
            "source": source.key,
            "legal_basis": source.legal_basis,
            "purposes": source.purposes,
            "changed": changed,
        }
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(
            f"{source.key}: {source.legal_basis}; {', '.join(source.purposes) or 'nothing'}"
        )
        if options["stored_too"]:
            self.stdout.write(f"{changed} stored reviews changed")


def _spread(job: Job) -> int:
    job = run_and_wait(job)
    if job.state != Job.State.SUCCEEDED:
        raise CommandFailure(job.error or f"the work was {job.state}")
    return int(job.result["changed"])


def _moment(option: str, given: str | None) -> datetime | None:
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError as error:
        raise CommandFailure(f"{option} {given}: write it as 2026-03-01") from error
    return found if found.tzinfo else found.astimezone()
