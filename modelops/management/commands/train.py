from __future__ import annotations

import ast
from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from common.commands import CommandFailure
from common.doorway import run_and_wait
from common.models import Job
from modelops import wake
from modelops.management.base import ModelCommand, Told, codes_of, keys_of
from modelops.ml.spec import TrainConfig
from modelops.models import Snapshot
from modelops.selectors.questions import questions_active
from modelops.services import training
from modelops.services.snapshots import snapshot_from_annotations, snapshot_from_file


class Command(ModelCommand):
    help = "Train a model on the annotations in the database, or on a labelled file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--questions", default="", help="keys with commas; default: all")
        parser.add_argument("--data", type=Path, help="a labelled .csv, .tsv or .jsonl file")
        parser.add_argument(
            "--labels", default="", help="what the codes in the file mean: 0=neutral,1=positive"
        )
        parser.add_argument(
            "--base",
            default=training.DEFAULT_BASE,
            help="e5-small, minilm, a folder, or a hub id (default: %(default)s)",
        )
        parser.add_argument("--family", default="encoder", help=", ".join(training.FAMILIES))
        parser.add_argument("--name", default=training.DEFAULT_NAME, help="default: %(default)s")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="OPTION=VALUE",
            help="a training option; may be repeated: "
            + ", ".join(field.name for field in fields(TrainConfig)),
        )
        parser.add_argument(
            "--weak",
            type=float,
            metavar="WEIGHT",
            help="also learn from weak labels, each weighing this much (0 to 1) of a person's",
        )
        parser.add_argument(
            "--promote", action="store_true", help="make it the champion if it passes its gate"
        )

    def run(self, **options: Any) -> None:
        questions = keys_of(options["questions"]) or [q.key for q in questions_active()]
        config = dict(_option(pair) for pair in options["set"])
        tell = Told()
        snapshot = _snapshot(options, questions, tell)
        job = training.training_start(
            actor=None,
            snapshot=snapshot,
            questions=questions,
            name=options["name"],
            base=options["base"],
            family=options["family"],
            config=config,
            promote=options["promote"],
        )
        job = run_and_wait(job, lambda job: tell(job.stage, job.done, job.total))
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(job.error or f"The training was {job.state}.")
        if job.result["promotion"]["promoted"]:
            wake.analysis_wake()
        if options["json"]:
            self.print_json(_report(job.result))
        else:
            self.stdout.write(_words(job.result))


def _snapshot(options: dict[str, Any], questions: list[str], tell: Told) -> Snapshot:
    if options["data"] is None:
        if options["labels"]:
            raise CommandFailure("--labels goes with --data")
        weak = options["weak"]
        return snapshot_from_annotations(actor=None, questions=questions, weak=weak)
    if options["weak"] is not None:
        raise CommandFailure("--weak goes with the labels of the database, not with --data")
    return snapshot_from_file(
        actor=None,
        path=options["data"],
        questions=questions,
        codes=codes_of(options["labels"]),
        progress=tell,
    )


def _option(pair: str) -> tuple[str, Any]:
    name, equals, value = (piece.strip() for piece in pair.partition("="))
    if not (name and equals and value):
        raise CommandFailure(f"--set: {pair!r} is not OPTION=VALUE, such as epochs=3")
    try:
        return name, ast.literal_eval(value.capitalize() if value in _WORDS else value)
    except (ValueError, SyntaxError):
        raise CommandFailure(
            f"--set {name}: {value!r} is not a number, true, false or none"
        ) from None


_WORDS = {"true", "false", "none"}


def _report(result: dict[str, Any]) -> dict[str, Any]:
    """The contract's object: dev metrics by question on top, everything else below."""
    return {
        "model": result["model"],
        "questions": result["questions"],
        "dev": result["metrics"].get("dev", {}),
        "test": result["metrics"].get("test"),
        "baselines": result["baselines"],
        "passed": result["verdict"]["passed"],
        "verdict": result["verdict"],
        "promoted": result["promotion"]["promoted"],
        "reasons": result["promotion"]["reasons"],
        "message": result["promotion"]["message"],
        "snapshot": result["snapshot"],
        "counts": result["counts"],
        "base": result["base"],
        "timings": result["timings"],
    }


def _words(result: dict[str, Any]) -> str:
    counts = result["counts"]
    lines = [
        f"{result['model']}: learned from {counts['train']} texts, judged on {counts['dev']}",
        f"{'question':18}{'':12}{'n':>6}{'accuracy':>10}{'macro-F1':>10}",
    ]
    named = [("this model", result["metrics"].get("dev", {})), *sorted(result["baselines"].items())]
    for question in result["questions"]:
        for name, found in named:
            if question in found:
                score = found[question]
                lines.append(
                    f"{question:18}{name:12}{score['n']:>6}"
                    f"{score['accuracy']:>10.3f}{score['macro_f1']:>10.3f}"
                )
    if result["promotion"]["promoted"]:
        lines.append(f"{result['model']} is the champion now.")
    elif result["promotion"]["message"]:
        lines.append(result["promotion"]["message"])
    else:
        passed = "beats" if result["verdict"]["passed"] else "does not beat"
        lines.append(f"It {passed} every baseline on every question and language.")
    return "\n".join(lines)
