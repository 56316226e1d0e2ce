from __future__ import annotations

from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run Celery's beat: the clock of everything periodic."

    def handle(self, *args: Any, **options: Any) -> None:
        state = settings.VERBATIM_HOME.folder("beat") / "schedule"
        current_app.start(
            ["beat", "--schedule", str(state), "--pidfile", "", "--loglevel", "WARNING"]
        )
