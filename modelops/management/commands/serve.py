from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run the text service: redaction and the champion's answers for the web process."

    def handle(self, *args: Any, **options: Any) -> None:
        from modelops.serving.server import serve

        # A single process: whoever started it ends it, by a signal or by dying.
        serve(settings.VERBATIM_TEXT_SERVICE, settings.VERBATIM_HOME.text_service_socket)
