from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from reviews import redacting
from reviews.services.cases import BadCase, Case, case_of, failures, stored_cases


class Command(BaseCommand):
    help = "Run the tests that decisions in the redaction queue became, or write them to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="JSON Lines of cases (default: those stored)"
        )
        parser.add_argument("--export", type=Path, help="write the stored cases to this file")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            self._export(options["export"])
            return
        cases = _read(options["file"]) if options["file"] else list(stored_cases())
        found = redacting.engine().redact_many([case.text for case in cases])
        failed = {}
        for case, one in zip(cases, found, strict=True):
            wrong = failures(case, [(span.start, span.end, span.type) for span in one.spans])
            if wrong:
                failed[case.id] = wrong
        self._tell(len(cases), failed, options)
        if failed:
            raise CommandFailure(f"{len(failed)} of {len(cases)} cases failed")

    def _export(self, path: Path) -> None:
        try:
            n = _write(path, stored_cases())
        except OSError as error:
            raise CommandFailure(f"{path} cannot be written ({error.strerror})") from error
        self.stderr.write(f"{n} cases are in {path}")

    def _tell(self, n: int, failed: dict[str, list[str]], options: dict[str, Any]) -> None:
        version = redacting.redactor_version()
        if options["json"]:
            answer = {
                "redactor_version": version,
                "cases": n,
                "passed": n - len(failed),
                "failed": failed,
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{n - len(failed)} of {n} cases passed (redactor {version})")
        for name, wrong in failed.items():
            self.stderr.write(f"{name}: {'; '.join(wrong)}")


def _read(path: Path) -> list[Case]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise CommandFailure(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailure(f"{path} cannot be read as UTF-8 ({type(error).__name__})") from error
    cases = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if not isinstance(value, dict):
                raise BadCase("not a JSON object")
            case = case_of(value)
        except (ValueError, RecursionError) as error:
            why = str(error) if isinstance(error, BadCase) else "not a JSON object on one line"
            raise CommandFailure(f"{path}, line {number}: {why}") from None
        cases.append(
            case if case.id else Case(f"line {number}", case.text, case.language, case.spans)
        )
    return cases


def _write(path: Path, cases: Iterable[Case]) -> int:
    n = 0
    with path.open("w", encoding="utf-8") as file:
        for case in cases:
            file.write(json.dumps(case.as_dict(), ensure_ascii=False) + "\n")
            n += 1
    return n
