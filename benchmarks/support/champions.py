"""The caller's champion, described, and put into another home."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any


def described() -> dict[str, Any] | None:
    """What `install` needs of this home's champion; None without one or without its folder."""
    from modelops.selectors import champion
    from modelops.services.inference import models_folder

    model = champion()
    if model is None or not (models_folder() / model.artefact / "model.json").is_file():
        return None
    return {
        "folder": str(models_folder() / model.artefact),
        "name": model.name,
        "family": model.family,
        "base": model.run.base,
        "questions": list(model.questions),
        "metrics": model.metrics,
        "verdict": model.verdict,
    }


def install(description: dict[str, Any]) -> dict[str, Any]:
    """Called inside a home: copy the model's folder there and make it the champion."""
    from modelops.ml.files import sha256_file
    from modelops.models import ModelVersion, Snapshot, TrainingRun
    from modelops.services.inference import models_folder
    from modelops.services.promotion import model_promote

    label = f"{description['name']}-1"
    folder = models_folder() / label
    shutil.copytree(Path(description["folder"]), folder)
    # The labels stay where they are: an empty snapshot says only that there was one.
    snapshot = Snapshot.objects.create(
        content_hash=f"copied {label}", name="copied", questions=description["questions"]
    )
    model = ModelVersion.objects.create(
        name=description["name"],
        number=1,
        run=TrainingRun.objects.create(snapshot=snapshot, base=description["base"]),
        family=description["family"],
        questions=description["questions"],
        artefact=folder.name,
        artefact_hash=sha256_file(folder / "model.json"),
        metrics=description["metrics"],
        verdict=description["verdict"],
    )
    # A tiny model beats no baseline; the gate is not what is measured here.
    model_promote(actor=None, model=model, force=True)
    return {"model": model.label, "id": model.pk}
