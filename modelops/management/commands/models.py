from __future__ import annotations

from typing import Any

from modelops.management.base import ModelCommand
from modelops.models import ModelVersion
from modelops.selectors.models import models_all


class Command(ModelCommand):
    help = "List the trained models."

    def run(self, **options: Any) -> None:
        found = [_described(model) for model in models_all()]
        if options["json"]:
            self.print_json({"models": found})
            return
        if not found:
            self.stdout.write("No model was trained yet.")
        for model in found:
            scores = ", ".join(
                f"{key} {'-' if value is None else f'{value:.3f}'}"
                for key, value in model["macro_f1"].items()
            )
            gate = "passed" if model["passed"] else "did not pass"
            self.stdout.write(
                f"{model['model']:28}{model['state']:11}{gate} its gate; macro-F1 {scores}"
            )


def _described(model: ModelVersion) -> dict[str, Any]:
    dev = model.metrics.get("dev", {})
    return {
        "model": model.label,
        "state": model.state,
        "family": model.family,
        "base": model.run.base,
        "questions": model.questions,
        "macro_f1": {key: dev[key]["macro_f1"] for key in model.questions if key in dev},
        "passed": bool(model.verdict.get("passed")),
        "snapshot": model.run.snapshot_id,
        "created_at": model.created_at.isoformat(),
        "promoted_at": model.promoted_at.isoformat() if model.promoted_at else None,
    }
