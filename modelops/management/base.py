"""What the commands of this app share: errors in one line, progress on stderr, JSON on stdout."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure
from modelops.errors import ModelopsError


class ModelCommand(BaseCommand):
    """Subclasses write `run`; what a person can put right ends as one line and exit code 1."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with said_plainly():
            self.run(**options)

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def print_json(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False))


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn the errors that have words for people into a CommandFailure."""
    from modelops.ml.errors import ModelError

    try:
        yield
    except (ModelopsError, ModelError) as error:
        raise CommandFailure(str(error)) from error


class Told:
    """Progress on stderr: one line per stage, rewritten on a terminal."""

    def __init__(self) -> None:
        self._stage = ""
        self._live = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._live and total:
            end = "\n" if done >= total else ""
            print(f"\r{stage}: {done} of {total}", end=end, file=sys.stderr, flush=True)
        elif stage and stage != self._stage:
            print(f"{stage} ...", file=sys.stderr, flush=True)
        self._stage = stage


def codes_of(value: str) -> dict[str, str]:
    """`0=neutral,1=positive` as a dict. Raises CommandFailure."""
    found = {}
    for pair in filter(None, (part.strip() for part in value.split(","))):
        code, equals, choice = (piece.strip() for piece in pair.partition("="))
        if not (code and equals and choice):
            raise CommandFailure(f"--labels: {pair!r} is not CODE=CHOICE, such as 1=positive")
        found[code] = choice
    return found


def keys_of(value: str) -> list[str]:
    return [key for key in (part.strip() for part in value.split(",")) if key]
