from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from common.commands import CommandFailure, embedded_kinds
from common.embedded import usage
from common.locks import FileLock
from common.supervisor import Part, Supervisor


def parts(port: int) -> list[Part]:
    """The parts of the site, in the order in which they are stopped."""
    return [
        Part("beat", ["beat"]),
        Part("worker", ["worker", "--queue", "default"], stop_seconds=30),
        Part("trainer", ["worker", "--queue", "training", "--concurrency", "1"], stop_seconds=30),
        Part("web", ["web", "--port", str(port)]),
        Part("text", ["serve"]),
    ]


class Command(BaseCommand):
    help = "Start everything: services, database changes, web, text service, workers, beat."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=None, help="default: VERBATIM_PORT or 8000")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"] or settings.VERBATIM_PORT
        only_one = FileLock(settings.VERBATIM_HOME.runtime / "up.lock")
        if not only_one.try_exclusive():
            raise CommandFailure(
                f"Verbatim is already up on the data folder {settings.VERBATIM_HOME.root}"
            )
        _check_port(port)
        if "postgres" not in embedded_kinds():
            call_command("migrate", verbosity=0, interactive=False)
        print(f"Verbatim on http://127.0.0.1:{port}/ (Ctrl-C stops it)", file=sys.stderr)
        home, kinds = settings.VERBATIM_HOME, embedded_kinds()
        Supervisor(parts(port), lambda: usage.revive(home, kinds)).run()


def _check_port(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandFailure(
                f"Port {port} cannot be used ({error.strerror}); set VERBATIM_PORT to another one"
            ) from error
