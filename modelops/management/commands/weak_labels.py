from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from accounts.models import Store
from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from modelops.management.base import ModelCommand, Told
from modelops.selectors.weak import conflicts, coverage, uncovered
from modelops.services.weak_labels import COVERS, weak_labels_start


class Command(ModelCommand):
    help = "Label reviews by word lists, and say how far these reach and where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--source", action="append", default=[], help=f"{', '.join(COVERS)}; all without it"
        )
        parser.add_argument("--language", action="append", default=[], help="en, zh")
        parser.add_argument("--show", action="store_true", help="make none, only tell the figures")

    def run(self, **options: Any) -> None:
        if not options["show"]:
            tell = Told()
            job = weak_labels_start(
                actor=None, sources=options["source"], languages=options["language"]
            )
            job = run_and_wait(job, lambda job: tell(job.stage, job.done, job.total))
            if job.state != Job.State.SUCCEEDED:
                raise CommandFailure(job.error or f"The labelling was {job.state}.")
        stores = Store.objects.all()
        languages = sorted({one for cover in COVERS.values() for one in cover.languages})
        covered, differing = coverage(stores, COVERS), conflicts(stores, COVERS)
        if options["json"]:
            self.print_json(
                {
                    "coverage": [{**asdict(one), "share": one.share} for one in covered],
                    "conflicts": [{**asdict(one), "share": one.share} for one in differing],
                    "not_covered": uncovered(stores, languages),
                }
            )
            return
        for one in covered:
            self.stdout.write(
                f"{one.source:10}{one.question:18}{one.language:4}"
                f"{one.labelled:>9} of {one.n:>9} texts {_percent(one.share)}"
            )
        for two in differing:
            self.stdout.write(
                f"{two.source:10}{two.question:18}differs from {two.other or 'people':10}"
                f"{two.differ:>9} of {two.n:>9} {_percent(two.share)}"
            )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
