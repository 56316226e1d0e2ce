from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from analytics.formulas import ppi
from common.commands import CommandFailure


class Command(BaseCommand):
    help = (
        "Correct a mean polarity by labels: JSONL on stdin with f (expected polarity) and, where "
        "labelled, y (-1, 0 or 1), pi (inclusion probability) and cluster; one JSON object out."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="accepted for uniformity")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = read_rows(sys.stdin)
        if not rows:
            raise CommandFailure(
                'stdin is empty; write a line {"f": ..., "y": ...} for each review'
            )
        try:
            found = ppi.estimate(rows)
        except ValueError as error:
            raise CommandFailure(f"pi: {error}") from error
        self.stdout.write(json.dumps(asdict(found)))


def read_rows(lines: Iterable[str]) -> list[ppi.Row]:
    """The rows of a JSONL stream; blank lines are skipped. Raises CommandFailure by line."""
    return [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _row(number: int, line: str) -> ppi.Row:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise CommandFailure(f"line {number} is not JSON") from error
    if not isinstance(found, dict):
        raise CommandFailure(f"line {number} is not a JSON object")
    if found.get("f") is None:
        raise CommandFailure(f"line {number}: f is missing (expected polarity, -1 to 1)")
    y = _number(number, "y", found.get("y"), -1, 1)
    if y is not None and y not in (-1, 0, 1):
        raise CommandFailure(f"line {number}: y must be -1, 0 or 1")
    pi = _number(number, "pi", found.get("pi"), 0, 1)
    if pi == 0:
        raise CommandFailure(f"line {number}: pi must be above 0")
    cluster = found.get("cluster")
    f = _number(number, "f", found["f"], -1, 1)
    return ppi.Row(f or 0.0, y, pi, None if cluster is None else str(cluster))


def _number(line: int, field: str, value: Any, low: float, high: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CommandFailure(f"line {line}: {field} is not a number")
    # Sums of float probabilities may pass the ends by a rounding error.
    if not low - 1e-6 <= value <= high + 1e-6:
        raise CommandFailure(f"line {line}: {field} must be between {low} and {high}")
    return min(high, max(low, float(value)))
