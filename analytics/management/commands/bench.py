"""The benchmarks stand above this app, so they are found by name and not imported."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand

from common.commands import CommandFailure

_PACKAGE = "benchmarks"
Say = Callable[[str], None]


def benches() -> dict[str, ModuleType]:
    """Every benchmark by name: a module with OPTIONS and run(options, say, note)."""
    try:
        package = importlib.import_module(_PACKAGE)
    except ModuleNotFoundError as error:
        raise CommandFailure("the benchmarks are not installed; run this in a checkout") from error
    return {
        found.name: importlib.import_module(f"{_PACKAGE}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
        if not found.ispkg
    }


class Command(BaseCommand):
    help = "Measure; without a name: list what can be measured."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--json", action="store_true", help="one JSON object a benchmark")
        for option, users in sorted(_options().items()):
            kinds = {type(default) for default in users.values()}
            parser.add_argument(
                f"--{option.replace('_', '-')}",
                type=_count if kinds == {int} else str,
                default=None,
                help="; ".join(f"{name}: {default}" for name, default in users.items()),
            )

    def handle(self, *args: Any, **options: Any) -> None:
        known = benches()
        if not options["names"]:
            for name, module in known.items():
                self.stdout.write(f"{name:<12} {_summary(module)}")
            return
        unknown = [name for name in options["names"] if name not in known]
        if unknown:
            raise CommandFailure(
                f"there is no benchmark {unknown[0]!r}; there are {', '.join(known)}"
            )
        for name in options["names"]:
            self._tell(_run(name, known[name], options), options["json"])

    def _tell(self, found: Mapping[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write(f"{found['name']}\n{found['machine']}")
        width = max((len(key) for key in found["figures"]), default=0)
        for key, value in found["figures"].items():
            self.stdout.write(f"  {key:<{width}}  {_shown(value):>12}")
        for line in found["notes"]:
            self.stdout.write(f"  note: {line}")


def _options() -> dict[str, dict[str, int | str]]:
    """Default by benchmark, of each option that any of them has."""
    found: dict[str, dict[str, int | str]] = {}
    for name, module in benches().items():
        for option, default in module.OPTIONS.items():
            found.setdefault(option, {})[name] = default
    return found


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ArgumentTypeError(f"{value!r} is not a number; use 0 or more")
    return int(value)


def _summary(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]


def _run(name: str, module: ModuleType, options: Mapping[str, Any]) -> dict[str, Any]:
    machine = importlib.import_module(f"{_PACKAGE}.support.machine").machine()
    notes: list[str] = []
    chosen = {
        option: default if options[option] is None else options[option]
        for option, default in module.OPTIONS.items()
    }
    figures = module.run(chosen, _sayer(name), notes.append)
    return {"name": name, "machine": machine, "figures": figures, "notes": notes}


def _sayer(name: str) -> Say:
    def say(line: str) -> None:
        print(f"{name}: {line}", file=sys.stderr, flush=True)

    return say


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")
