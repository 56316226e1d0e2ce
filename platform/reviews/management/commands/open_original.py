from __future__ import annotations

import getpass
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.selectors import stores_for
from common.commands import CommandFailure
from privacy.services import MayNotOpen, NothingSealed
from privacy.vault.errors import VaultError
from reviews.models import Review
from reviews.services.originals import original_open


class Command(BaseCommand):
    help = "Print the sealed original of a review. It leaves a trace with your name and reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("review", type=int, help="the review's number")
        parser.add_argument("--as", dest="name", required=True, help="your user name")
        parser.add_argument("--reason", required=True, help="why you have to read it")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = _signed_in(options["name"])
        review = Review.objects.filter(pk=options["review"], store__in=stores_for(actor)).first()
        if review is None:
            raise CommandFailure(f"there is no review {options['review']} in your stores")
        try:
            text = original_open(actor=actor, review=review, reason=options["reason"])
        except (MayNotOpen, NothingSealed, VaultError) as error:
            raise CommandFailure(str(error)) from error
        if options["json"]:
            text = json.dumps({"review": review.pk, "original": text}, ensure_ascii=False)
        self.stdout.write(text)


def _signed_in(name: str) -> User:
    """Asked for the password, or the first line of stdin, so that the trace tells the truth."""
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password of {name}: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None or not found.check_password(password):
        raise CommandFailure("that name and password do not fit")
    return found
