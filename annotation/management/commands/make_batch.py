from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store, User
from annotation.services.batches import BadBatch, Frame, Wanted, batch_create
from common.commands import CommandFailure


class Command(BaseCommand):
    help = "Draw reviews to be labelled together, each with the same chance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what people see; each name once")
        parser.add_argument("--size", type=int, default=200, help="reviews (default: 200)")
        parser.add_argument("--seed", type=int, default=1, help="draws the same again")
        parser.add_argument("--store", action="append", default=[], help="key; all without it")
        parser.add_argument("--language", action="append", default=[], help="en, zh, mixed")
        parser.add_argument("--source", action="append", default=[], help="key of a source")
        parser.add_argument("--category", action="append", default=[], help="key of a category")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--overlap", type=int, default=1, help="people who label each review")
        parser.add_argument("--priority", type=int, default=0, help="higher comes first")
        parser.add_argument("--due", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--all-mentions", action="store_true", help="praise and complaints too")
        parser.add_argument(
            "--show-answers", action="store_true", help="the champion's, beforehand"
        )
        parser.add_argument("--annotator", action="append", default=[], help="everybody without it")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        people = _found(User, "username", "annotator", options["annotator"])
        stores = _found(Store, "key", "store", options["store"])
        frame = Frame(
            stores=stores or list(Store.objects.all()),
            languages=options["language"],
            sources=options["source"],
            categories=options["category"],
            since=options["since"],
            until=options["until"],
        )
        wanted = Wanted(
            overlap=options["overlap"],
            priority=options["priority"],
            due_on=options["due"],
            all_mentions=options["all_mentions"],
            shows_answers=options["show_answers"],
            annotators=people,
        )
        try:
            batch = batch_create(
                actor=None,
                name=options["name"],
                frame=frame,
                size=options["size"],
                seed=options["seed"],
                wanted=wanted,
            )
        except BadBatch as error:
            raise CommandFailure(f"{error.field}: {error}") from error
        told = {"batch": batch.pk, "reviews": batch.items.count(), "frame": batch.frame_size}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(
                f'batch {told["batch"]} "{batch.name}": {told["reviews"]} of {told["frame"]} '
                f"reviews; label them at /label/{batch.pk}/"
            )


def _found(model: Any, field: str, option: str, names: list[str]) -> list[Any]:
    rows = list(model.objects.filter(**{f"{field}__in": names}))
    missing = set(names) - {getattr(row, field) for row in rows}
    if missing:
        raise CommandFailure(f"--{option}: there is no {', '.join(sorted(missing))}")
    return rows
