from __future__ import annotations

from typing import Any

from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from modelops.curve_words import question_curves
from modelops.management.base import ModelCommand, Told
from modelops.models import LearningCurve
from modelops.services.curves import curve_start


class Command(ModelCommand):
    help = "Say whether more labels would make the models better, from the labels there are."

    def run(self, **options: Any) -> None:
        tell = Told()
        job = run_and_wait(
            curve_start(actor=None), lambda job: tell(job.stage, job.done, job.total)
        )
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"The look at the labels was {job.state}.")
        curve = LearningCurve.objects.get(pk=job.result["curve"])
        told = question_curves(curve.content)
        if options["json"]:
            said = {
                one.key: {"verdict": one.told.verdict, "says": one.told.sentence} for one in told
            }
            questions = {
                key: found | said[key] for key, found in curve.content["questions"].items()
            }
            self.print_json(
                {"snapshot": curve.snapshot_hash, **curve.content, "questions": questions}
            )
            return
        for one in told:
            self.stdout.write(f"{one.key}: {one.told.sentence}")
            for each in one.languages:
                self.stdout.write(f"  {each.name}: {each.sentence}")
