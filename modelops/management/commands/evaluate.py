from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from modelops.management.base import ModelCommand, Told, codes_of
from modelops.selectors.models import model_by_label
from modelops.services.evaluation import model_evaluate_file


class Command(ModelCommand):
    help = "Score a model on a labelled file, beside its baselines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("question", help="sentiment, purchase_intent or product_demand")
        parser.add_argument("--data", type=Path, required=True, help=".csv, .tsv or .jsonl file")
        parser.add_argument("--model", default="champion", help="NAME-NUMBER (default: champion)")
        parser.add_argument(
            "--labels", default="", help="what the codes in the file mean: 0=neutral,1=positive"
        )

    def run(self, **options: Any) -> None:
        found = model_evaluate_file(
            model=model_by_label(options["model"]),
            question=options["question"],
            path=options["data"],
            codes=codes_of(options["labels"]),
            progress=Told(),
        )
        if options["json"]:
            self.print_json(found)
        else:
            self.stdout.write(_words(found))


def _words(found: dict[str, Any]) -> str:
    def line(name: str, score: dict[str, Any]) -> str:
        figures = (score["accuracy"], score["macro_f1"], score["ece"])
        told = "".join(f"{'-' if figure is None else f'{figure:.3f}':>10}" for figure in figures)
        return f"{name:16}{score['n']:>7}{told}"

    lines = [
        f"{found['question']} by {found['model']}",
        f"{'':16}{'n':>7}{'accuracy':>10}{'macro-F1':>10}{'ECE':>10}",
        line(found["model"], found),
        *(line(name, score) for name, score in sorted(found["baselines"].items())),
    ]
    for choice, score in found["per_label"].items():
        lines.append(
            f"  {choice}: precision {score['precision']:.3f}, recall {score['recall']:.3f}, "
            f"F1 {score['f1']:.3f}, n {score['support']}"
        )
    return "\n".join(lines)
