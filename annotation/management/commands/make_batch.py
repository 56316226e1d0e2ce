from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Store, User
from annotation.designs import AGAINST, DRAWN, EXPLORED, SHARPNESS, Design
from annotation.frames import STARS, BadBatch, Frame
from annotation.models import Batch
from annotation.selectors.correcting import why_not_correcting
from annotation.selectors.frames import STRATA
from annotation.services.batches import Wanted, batch_create
from annotation.services.sampling.stratified import ALLOCATIONS
from annotation.services.sampling.uncertain import MEASURES
from common.commands import CommandFailure

_WHY = {
    "design": "its design gives some reviews no chance.",
    "cut": "some reviews had no chance, by what they say or where they are already.",
    "aided": "those who label it see the model's answers.",
}


class Command(BaseCommand):
    help = "Draw reviews to be labelled together, by the design you choose."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what people see; each name once")
        parser.add_argument(
            "--design",
            choices=DRAWN,
            default="uniform",
            help="how they are drawn (default: uniform)",
        )
        _add_options(parser)
        parser.add_argument("--size", type=int, default=200, help="reviews (default: 200)")
        parser.add_argument("--seed", type=int, default=1, help="draws the same again")
        parser.add_argument("--store", action="append", default=[], help="key; all without it")
        parser.add_argument("--language", action="append", default=[], help="en, zh, mixed")
        parser.add_argument("--source", action="append", default=[], help="key of a source")
        parser.add_argument("--category", action="append", default=[], help="key of a category")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument(
            "--stars", action="append", default=[], type=int, choices=STARS, help="of reviews"
        )
        parser.add_argument("--search", default="", help="reviews that have all these words")
        parser.add_argument("--fresh", action="store_true", help="without those in other batches")
        parser.add_argument("--overlap", type=int, default=1, help="people who label each review")
        parser.add_argument("--priority", type=int, default=0, help="higher comes first")
        parser.add_argument("--due", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--all-mentions", action="store_true", help="praise and complaints too")
        parser.add_argument(
            "--show-answers", action="store_true", help="the champion's, beforehand"
        )
        parser.add_argument(
            "--gold-rate", type=float, default=0.0, help="hidden gold, 0 to 0.5 (default: 0)"
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
            stars=options["stars"],
            words=options["search"],
            fresh=options["fresh"],
        )
        design = Design(
            name=options["design"],
            strata=options["strata"],
            allocation=options["allocation"],
            question=options["about"],
            measure=options["measure"],
            explored=options["explored"],
            sharpness=options["sharpness"],
            words=options["word"],
            against=options["against"],
        )
        wanted = Wanted(
            overlap=options["overlap"],
            priority=options["priority"],
            due_on=options["due"],
            all_mentions=options["all_mentions"],
            shows_answers=options["show_answers"],
            gold_rate=options["gold_rate"],
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
                design=design,
            )
        except BadBatch as error:
            raise CommandFailure(f"{error.field}: {error}") from error
        self._tell(batch, options["json"])

    def _tell(self, batch: Batch, as_json: bool) -> None:
        why = why_not_correcting([batch])[batch.pk]
        told = {
            "batch": batch.pk,
            "design": batch.design,
            "reviews": batch.items.filter(is_gold=False).count(),
            "frame": batch.frame_size,
            "gold": batch.items.filter(is_gold=True).count(),
            "may_correct": not why,
        }
        if as_json:
            self.stdout.write(json.dumps(told))
            return
        gold = f", {told['gold']} gold among them" if batch.gold_rate else ""
        self.stdout.write(
            f'batch {batch.pk} "{batch.name}": {told["reviews"]} of {told["frame"]} '
            f"reviews{gold}; label them at /label/{batch.pk}/"
        )
        if why:
            self.stdout.write(f"It may not correct an index: {_WHY[why]}")


def _add_options(parser: ArgumentParser) -> None:
    """Of the designs, each with the one it is for."""
    parser.add_argument("--strata", choices=STRATA, default="language", help="stratified: groups")
    parser.add_argument(
        "--allocation",
        choices=ALLOCATIONS,
        default="proportional",
        help="stratified: shares of the groups (neyman: more where answers vary)",
    )
    parser.add_argument(
        "--about", default="", help="uncertainty, neyman: key of one question; all without it"
    )
    parser.add_argument(
        "--measure", choices=MEASURES, default="margin", help="uncertainty: of what"
    )
    parser.add_argument(
        "--explored", type=float, default=EXPLORED, help="uncertainty: share drawn uniformly (0.2)"
    )
    parser.add_argument(
        "--sharpness",
        type=float,
        default=SHARPNESS,
        help="uncertainty: how strongly the unsure are preferred; 1: in proportion (4)",
    )
    parser.add_argument(
        "--word", action="append", default=[], help="keyword: a word or phrase; any of several"
    )
    parser.add_argument(
        "--against", choices=AGAINST, default="lexicon", help="disagreement: with whom"
    )


def _found(model: Any, field: str, option: str, names: list[str]) -> list[Any]:
    rows = list(model.objects.filter(**{f"{field}__in": names}))
    missing = set(names) - {getattr(row, field) for row in rows}
    if missing:
        raise CommandFailure(f"--{option}: there is no {', '.join(sorted(missing))}")
    return rows
