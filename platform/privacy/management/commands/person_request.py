from __future__ import annotations

import json
import shutil
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store
from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from privacy.models import PersonRequest
from privacy.people import IDENTIFIERS, Identifier
from privacy.purposes import Purpose
from privacy.services import requests
from privacy.services.archives import archive_path
from privacy.services.certificates import certificate_holds
from privacy.services.requests import BadRequest

_FIND = "find"
_CHECK = "check"


class Command(BaseCommand):
    help = (
        "A request of a person: find them, or hand out, correct, restrict, release, object, erase."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=[_FIND, *PersonRequest.Kind.values, _CHECK])
        parser.add_argument("certificate", nargs="?", type=Path, help="with check: the file")
        for kind, words in IDENTIFIERS.items():
            parser.add_argument(f"--{kind}", action="append", default=[], help=str(words))
        parser.add_argument("--store", action="append", default=[], help="key; default: every one")
        parser.add_argument("--law", choices=PersonRequest.Law.values, default="gdpr")
        parser.add_argument(
            "--purposes", default="", help=f"of an objection: {','.join(Purpose.values)}"
        )
        parser.add_argument("--stars", type=int, choices=range(1, 6), help="of a correction")
        parser.add_argument("--date", help="of a correction: ISO 8601")
        parser.add_argument("--text", help="of a correction")
        parser.add_argument("--output", type=Path, help="copy the archive or certificate here")
        parser.add_argument("--yes", action="store_true", help="erase without asking")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == _CHECK:
            self._check(options["certificate"])
            return
        finding = options["what"] == _FIND
        if options["what"] == PersonRequest.Kind.ERASE and not options["yes"]:
            raise CommandFailure("erasing cannot be taken back; `find` first, then give --yes")
        made = self._received("export" if finding else options["what"], options)
        made = self._done(made)
        if finding:
            requests.request_refuse(actor=None, request=made, reason="only looked up")
        else:
            made = self._done(requests.request_approve(actor=None, request=made))
        self._copy(made, options["output"])
        self._tell(made, finding, options["json"])

    def _received(self, kind: str, options: dict[str, Any]) -> PersonRequest:
        known = dict(Store.objects.values_list("key", "pk"))
        missing = [key for key in options["store"] if key not in known]
        if missing:
            raise CommandFailure(f"there is no store {missing[0]!r}")
        purposes = [one for one in options["purposes"].split(",") if one]
        if unknown := sorted(set(purposes) - set(Purpose.values)):
            raise CommandFailure(f"there is no purpose {unknown[0]!r}")
        try:
            return requests.request_receive(
                actor=None,
                kind=kind,
                law=options["law"],
                stores=[known[key] for key in options["store"]] or list(known.values()),
                identifiers=[
                    Identifier(kind, value) for kind in IDENTIFIERS for value in options[kind]
                ],
                purposes=purposes,
                wanted=_wanted(options),
            )
        except BadRequest as error:
            raise CommandFailure(f"{error.field}: {error}") from error

    def _done(self, made: PersonRequest) -> PersonRequest:
        if made.job is not None:
            job = run_and_wait(made.job)
            if job.state != Job.State.SUCCEEDED:
                raise CommandFailure(job.error or f"the job was {job.state}")
        made.refresh_from_db()
        return made

    def _copy(self, made: PersonRequest, output: Path | None) -> None:
        if output is None:
            return
        archive = archive_path(made)
        try:
            if archive is not None:
                shutil.copyfile(archive, output)
            else:
                output.write_text(made.certificate, encoding="utf-8")
            output.chmod(0o600)
        except OSError as error:
            raise CommandFailure(f"{output} cannot be written ({error.strerror})") from error

    def _tell(self, made: PersonRequest, finding: bool, as_json: bool) -> None:
        done = made.outcome.get("rows", []) + made.outcome.get("files", [])
        if as_json:
            found = {
                "request": made.pk,
                "state": made.state,
                "found": made.found,
                "done": done,
                "models": made.outcome.get("models", []),
                "certificate": made.certificate,
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(f"request {made.pk}: {made.state}")
            for one in made.found if finding else done:
                self.stdout.write(f"  {one['place']}: {one['count']}")
        if made.state == PersonRequest.State.LOOK:
            hits = ", ".join(made.outcome.get("looked", {}).get("hits", []))
            raise CommandFailure(f"something was found again, have a look: {hits}")

    def _check(self, path: Path | None) -> None:
        if path is None:
            raise CommandFailure("name the certificate's file")
        try:
            holds = certificate_holds(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandFailure(f"{path} cannot be read ({type(error).__name__})") from error
        if not holds:
            raise CommandFailure(f"{path} is not a certificate of this house, or was changed")
        self.stdout.write("the certificate is ours, and unchanged")


def _wanted(options: dict[str, Any]) -> dict[str, Any]:
    found = {name: options[name] for name in ("stars", "text") if options[name]}
    if options["date"]:
        try:
            found["posted_at"] = datetime.fromisoformat(options["date"]).astimezone().isoformat()
        except ValueError as error:
            raise CommandFailure(f"--date {options['date']}: write it as 2026-03-01") from error
    return found
