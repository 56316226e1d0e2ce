from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import IO, Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from privacy.redaction.engine import TYPES, Redactor

_AT_ONCE = 200  # texts redacted together


class Command(BaseCommand):
    help = 'Replace personal data: JSON Lines {"id", "text"} on stdin, with spans on stdout.'
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--types", default="", help=f"only these, with commas: {_known()}")
        parser.add_argument("--json", action="store_true", help="the output is JSON Lines anyway")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [name.strip().upper() for name in options["types"].split(",") if name.strip()]
        unknown = sorted(set(wanted) - set(TYPES))
        if unknown:
            raise CommandFailure(f"--types: no type {unknown[0]!r}; there are {_known()}")
        redactor = Redactor(types=wanted or None)
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
