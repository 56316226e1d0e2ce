from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from common import catalogues


class Command(BaseCommand):
    help = "Bring the message catalogues up to date with the code, and compile them."

    def handle(self, *args: Any, **options: Any) -> None:
        messages = catalogues.extract()
        for path in catalogues.catalogue_paths():
            missing = catalogues.merge(messages, path)
            self.stdout.write(f"{path.parts[-3]}: {len(messages)} messages")
            for message in missing:
                self.stdout.write(f"  not translated: {message}")
        catalogues.compile_stale()
