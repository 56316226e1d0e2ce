from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.servers.basehttp import get_internal_wsgi_application
from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """gunicorn inside our process, so that the lock on the embedded services is kept."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.wanted = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_internal_wsgi_application()


class Command(BaseCommand):
    help = "Serve the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=None)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"] or settings.VERBATIM_PORT
        Server(
            {
                "bind": f"{options['host']}:{port}",
                "workers": 2,
                "threads": 4,
                "worker_class": "gthread",
                "timeout": 60,
                "graceful_timeout": 10,
                "preload_app": False,
                "post_fork": _die_with_parent,
                "loglevel": "warning",
                "proc_name": "verbatim-web",
                "control_socket_disable": True,
            }
        ).run()


def _die_with_parent(server: Any, worker: Any) -> None:
    import signal

    from common.embedded.processes import die_with_parent

    die_with_parent(signal.SIGKILL)
