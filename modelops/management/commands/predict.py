from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from common.commands import CommandFailure
from modelops.management.base import ModelCommand, keys_of
from modelops.selectors.models import model_by_label
from modelops.services.predicting import BadLine, lines_predict


class Command(ModelCommand):
    help = "Answer the questions about texts: JSONL on stdin, JSONL on stdout."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--questions", default="", help="keys with commas; default: all")
        parser.add_argument("--model", default="champion", help="NAME-NUMBER (default: champion)")

    def run(self, **options: Any) -> None:
        questions: Sequence[str] | None = keys_of(options["questions"]) or None
        bad = 0
        model = model_by_label(options["model"])
        for answer in lines_predict(model=model, lines=sys.stdin.buffer, questions=questions):
            if isinstance(answer, BadLine):
                bad += 1
                print(f"line {answer.line}: {answer.problem}", file=sys.stderr)
                continue
            # Written through: whoever reads the other end sees each batch as it is done.
            self.stdout.write(json.dumps(answer, ensure_ascii=False, allow_nan=False))
            self.stdout.flush()
        if bad:
            raise CommandFailure(f"{bad} of the lines could not be answered; see above.")
