from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import ApiKey
from accounts.services import apikey_revoke
from common.commands import CommandFailure


class Command(BaseCommand):
    help = "Refuse an API key from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prefix", help="the part between the underscores of its token")

    def handle(self, *args: Any, **options: Any) -> None:
        key = ApiKey.objects.filter(prefix=options["prefix"]).first()
        if key is None:
            raise CommandFailure(f"There is no key with the prefix {options['prefix']!r}.")
        apikey_revoke(actor=None, key=key)
        self.stdout.write(f"{key.name} ({key.prefix}) is refused from now on.")
