from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from common.commands import CommandFailure
from modelops import wake
from modelops.errors import PromotionRefused
from modelops.management.base import ModelCommand
from modelops.selectors.models import champion, model_by_label
from modelops.selectors.predictions import work_counts
from modelops.services.promotion import model_promote


class Command(ModelCommand):
    help = "Make a model the champion, if it passed its gate, and queue all reviews for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("model", help="NAME-NUMBER")
        parser.add_argument(
            "--force", action="store_true", help="although the gate says no; kept in the trail"
        )

    def run(self, **options: Any) -> None:
        model = model_by_label(options["model"])
        before = champion()
        try:
            model = model_promote(actor=None, model=model, force=options["force"])
        except PromotionRefused as refusal:
            if options["json"]:
                self.print_json(
                    {"model": model.label, "promoted": False, "reasons": refusal.reasons}
                )
            raise CommandFailure(str(refusal)) from refusal
        wake.analysis_wake()
        waiting = work_counts(model)["todo"]
        if options["json"]:
            retired = before.label if before and before.pk != model.pk else None
            self.print_json(
                {"model": model.label, "promoted": True, "retired": retired, "queued": waiting}
            )
        else:
            self.stdout.write(f"{model.label} is the champion now; {waiting} reviews are queued.")
