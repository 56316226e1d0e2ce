from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from privacy.redaction.engine import TYPES, Redactor
from privacy.redaction.full import full_redactor
from privacy.redaction.labelled import Labelled, read
from privacy.redaction.measure import as_table, measure

_AT_ONCE = 200  # texts redacted together


class Command(BaseCommand):
    help = 'Replace personal data: JSON Lines {"id", "text"} on stdin, with spans on stdout.'
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--types", default="", help=f"only these, with commas: {_known()}")
        parser.add_argument("--json", action="store_true", help="figures as JSON; texts always are")
        parser.add_argument("--no-names", action="store_true", help="the rules without name models")
        parser.add_argument(
            "--measure",
            metavar="FILE",
            help='how well it does on texts with marks: {"text", "spans"} or ⟦PHONE:0123⟧ a line',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [name.strip().upper() for name in options["types"].split(",") if name.strip()]
        unknown = sorted(set(wanted) - set(TYPES))
        if unknown:
            raise CommandFailure(f"--types: no type {unknown[0]!r}; there are {_known()}")
        build = Redactor if options["no_names"] else full_redactor
        redactor = build(types=wanted or None)
        if options["measure"]:
            self._measure(redactor, options["measure"], wanted, as_json=options["json"])
            return
        bad = 0
        waiting: list[dict[str, Any]] = []
        for line, row in _rows(sys.stdin):
            if isinstance(row, str):
                bad += 1
                print(f"line {line}: {row}", file=sys.stderr)
                continue
            waiting.append(row)
            if len(waiting) >= _AT_ONCE or sys.stdin.isatty():
                self._answer(redactor, waiting)
                waiting = []
        self._answer(redactor, waiting)
        if bad:
            raise CommandFailure(f"{bad} lines could not be read; the others are redacted")

    def _measure(self, redactor: Redactor, file: str, wanted: list[str], *, as_json: bool) -> None:
        rows = _labelled(file)
        redactor.find_many([rows[0].text])  # what loads on first use is no work on texts
        figures = measure(rows, redactor.find_many, wanted or None)
        self.stdout.write(json.dumps(figures) if as_json else as_table(figures))

    def _answer(self, redactor: Redactor, rows: list[dict[str, Any]]) -> None:
        found = redactor.redact_many([row["text"] for row in rows])
        for row, redaction in zip(rows, found, strict=True):
            answer = {
                "id": row.get("id"),
                "text": redaction.text,
                "spans": [
                    {"start": span.start, "end": span.end, "type": span.type}
                    for span in redaction.spans
                ],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        self.stdout.flush()


def _labelled(file: str) -> list[Labelled]:
    try:
        with Path(file).open(encoding="utf-8-sig") as stream:
            rows = list(read(stream))
    except OSError as error:
        raise CommandFailure(f"--measure: {file}: {error.strerror}") from error
    except ValueError as error:
        raise CommandFailure(f"--measure: {file}: {error}") from error
    if not rows:
        raise CommandFailure(f"--measure: {file}: holds no text")
    return rows


def _known() -> str:
    return ", ".join(sorted(TYPES))


def _rows(stream: IO[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each line with its number: the object on it, or what is wrong with it."""
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            yield line, "not a JSON object on one line"
            continue
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            yield line, 'wanted {"id": ..., "text": "..."}'
            continue
        yield line, row
