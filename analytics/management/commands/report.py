from __future__ import annotations

import json
import sys
import unicodedata
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store
from analytics import services
from analytics.formulas.figures import Figure
from analytics.selectors import BY, Filters, UnknownName, index_rows
from common.commands import CommandFailure

_HEAD = ("", "value", "low", "high", "n", "labels", "state")


class Command(BaseCommand):
    help = "Print an index with its interval for each category, product, day, ..."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("index", help="sentiment, purchase_intent or product_demand")
        parser.add_argument("--by", default="all", help=", ".join(BY))
        parser.add_argument("--from", dest="since", help="first day, as 2026-03-01")
        parser.add_argument("--to", dest="until", help="last day, included")
        parser.add_argument("--store", action="append", default=[], help="key of a store")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = list(Store.objects.all())
        unknown = sorted(set(options["store"]) - {store.key for store in stores})
        if unknown:
            known = ", ".join(store.key for store in stores) or "none yet"
            raise CommandFailure(f"--store: no store {unknown[0]!r}; there are: {known}")
        try:
            filters = Filters(
                date_from=_day("--from", options["since"]),
                date_to=_day("--to", options["until"]),
                stores=tuple(options["store"]),
            )
            # Known names first: adding up may take a while.
            index_rows(options["index"], options["by"], stores=[], filters=filters)
            services.rollups_refresh()
            rows = index_rows(options["index"], options["by"], stores=stores, filters=filters)
        except UnknownName as error:
            raise CommandFailure(str(error)) from error
        if options["json"]:
            found = {"index": options["index"], "rows": [row.as_dict() for row in rows]}
            json.dump(found, self.stdout, ensure_ascii=False)
            self.stdout.write("")
        else:
            self._print(rows)

    def _print(self, rows: Sequence[Figure]) -> None:
        if not rows:
            self.stdout.write("no reviews")
            return
        lines = [_HEAD, *(_line(row) for row in rows)]
        widths = [max(_width(line[place]) for line in lines) for place in range(len(_HEAD))]
        for line in lines:
            cells = [_pad(line[0], widths[0], left=True)]
            cells += [
                _pad(cell, width) for cell, width in zip(line[1:-1], widths[1:], strict=False)
            ]
            self.stdout.write("  ".join([*cells, line[-1]]).rstrip())
        models = {row.model for row in rows}
        print(
            f"model: {', '.join(sorted(name or 'no champion yet' for name in models))}",
            file=sys.stderr,
        )


def _day(option: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise CommandFailure(f"{option}: {value!r} is not a day; write it as 2026-03-01") from error


def _line(row: Figure) -> tuple[str, ...]:
    numbers = [
        "-" if number is None else f"{number:+.2f}" for number in (row.value, row.low, row.high)
    ]
    state = row.state.replace("_", " ")
    return (row.name, *numbers, f"{row.n:,}", str(row.labels), state)


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def _pad(text: str, width: int, left: bool = False) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
