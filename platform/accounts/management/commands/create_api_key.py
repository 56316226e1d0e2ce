from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Scope, Store
from accounts.services import BadKeyRequest, apikey_create
from common.commands import CommandFailure


class Command(BaseCommand):
    help = "Make an API key and print its token once; only a hash of it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the key is for, as people will see it")
        parser.add_argument(
            "--scopes", required=True, help=f"comma-separated, of: {', '.join(Scope.values)}"
        )
        parser.add_argument(
            "--store", required=True, action="append", help="key of a store; may be given again"
        )
        parser.add_argument("--days", type=int, help="days until it expires (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = list(Store.objects.filter(key__in=options["store"]))
        missing = sorted(set(options["store"]) - {store.key for store in stores})
        if missing:
            raise CommandFailure(f"--store: there is no store {missing[0]!r}. {_known()}")
        days = options["days"]
        if days is not None and not 1 <= days <= 3650:
            raise CommandFailure("--days: give a number from 1 to 3650")
        try:
            key, token = apikey_create(
                actor=None,
                name=options["name"],
                scopes=[scope.strip() for scope in options["scopes"].split(",") if scope.strip()],
                stores=stores,
                expires_at=None if days is None else timezone.now() + timedelta(days=days),
            )
        except BadKeyRequest as error:
            raise CommandFailure(f"{error.field}: {error}") from error
        print(f"Key {key.prefix}. The token is shown this once:", file=sys.stderr)
        self.stdout.write(token)


def _known() -> str:
    known = ", ".join(Store.objects.values_list("key", flat=True))
    return f"There are: {known}." if known else "No store was made yet: import reviews first."
