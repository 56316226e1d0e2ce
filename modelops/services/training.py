"""Training as a job: from a snapshot to a registered version, through kills and cancels."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from common.jobs import JobContext, JobFailed
from common.models import Job
from common.services import job_create
from modelops.errors import BadTrainingRequest, PromotionRefused
from modelops.ml.spec import TrainConfig
from modelops.models import ModelVersion, Snapshot, TrainingRun
from modelops.selectors.questions import question_specs
from modelops.selectors.snapshots import examples_of
from modelops.services.figures import finite
from modelops.services.inference import models_folder
from modelops.services.locks import one_at_a_time
from modelops.services.promotion import model_promote, promotion_sentence
from modelops.services.rivals import worse_than_champion
from privacy.services import audit_record

if TYPE_CHECKING:
    from modelops.ml.training import TrainResult

KIND = "train"
DEFAULT_BASE = "e5-small"
DEFAULT_NAME = "verbatim"
FAMILIES = ("encoder", "causal", "seq2seq")
# An epoch can take longer than anybody should have to repeat after a kill.
_CHECKPOINT_STEPS = 100
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,58}[a-z0-9])?")


def config_of(values: Mapping[str, Any]) -> TrainConfig:
    """The knobs with `values` set over the defaults. Raises BadTrainingRequest."""
    known = {field.name for field in fields(TrainConfig)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise BadTrainingRequest(
            f"There is no training option {unknown[0]!r}; there are {', '.join(sorted(known))}."
        )
    try:
        return replace(TrainConfig(), **values)
    except (ValueError, TypeError) as error:
        raise BadTrainingRequest(f"The training options do not fit: {error}.") from error


def training_start(
    *,
    actor: Any,
    snapshot: Snapshot,
    questions: Sequence[str],
    name: str = DEFAULT_NAME,
    base: str = DEFAULT_BASE,
    family: str = "encoder",
    config: Mapping[str, Any] | None = None,
    promote: bool = False,
    unseen: bool = False,
) -> Job:
    """Write down a training. The caller wakes the worker (queue `training`) or waits for it.

    `unseen`: nobody looks at the version before it is promoted, so it must not do worse than the
    champion (see `services.rivals`).

    Raises BadTrainingRequest, UnknownQuestion.
    """
    _check_names(name, family)
    config_of(config or {})
    asked = [spec.key for spec in question_specs(questions)]
    unlabelled = [key for key in asked if key not in snapshot.counts.get("labels", {})]
    if unlabelled:
        raise BadTrainingRequest(f"{snapshot.name} has no label for {', '.join(unlabelled)}.")
    if older := answers_gone(snapshot, asked):
        raise BadTrainingRequest(older)
    return job_create(
        actor=actor,
        kind=KIND,
        arguments={
            "snapshot": snapshot.pk,
            "questions": asked,
            "name": name,
            "base": base,
            "family": family,
            "config": dict(config or {}),
            "promote": promote,
            "unseen": unseen,
        },
    )


def answers_gone(snapshot: Snapshot, questions: Sequence[str]) -> str:
    """Why `snapshot` cannot be learned from: it has answers that are not asked for any more."""
    for spec in question_specs(questions):
        gone = set(snapshot.counts.get("labels", {}).get(spec.key, {})) - set(spec.choices)
        if gone:
            return (
                f"{snapshot.name} was made before the choices of {spec.key} changed "
                f"({', '.join(sorted(gone))}); make a new one."
            )
    return ""


def _check_names(name: str, family: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadTrainingRequest(
            f"{name!r} cannot be a model's name: use up to 60 lower-case letters, digits, - and _."
        )
    if family not in FAMILIES:
        raise BadTrainingRequest(
            f"There is no model family {family!r}; there are {', '.join(FAMILIES)}."
        )


def training_run(context: JobContext) -> dict[str, Any]:
    """Do the training of a job. What it returns is the job's result.

    Taken up again after a kill it goes on from the last checkpoint; a version that was already
    registered is not made twice. Raises JobFailed with what to do about it.
    """
    job = context.job
    made = ModelVersion.objects.filter(run__job=job).select_related("run__snapshot").first()
    if made is None:
        made = _trained(context)
    folder = _scratch(job)
    shutil.rmtree(folder, ignore_errors=True)
    return _result(made, _promoted(context, made))


def _trained(context: JobContext) -> ModelVersion:
    from modelops.ml import families
    from modelops.ml.errors import ModelError

    arguments = context.arguments
    snapshot = Snapshot.objects.filter(pk=arguments["snapshot"]).first()
    if snapshot is None:
        raise JobFailed(f"Snapshot {arguments['snapshot']} is gone; make a new one.")
    if older := answers_gone(snapshot, arguments["questions"]):
        raise JobFailed(older)
    config = config_of(arguments["config"])
    if not config.checkpoint_steps:
        config = replace(config, checkpoint_steps=_CHECKPOINT_STEPS)
    context.stage("preparing")
    run, _ = TrainingRun.objects.get_or_create(
        job=context.job,
        snapshot=snapshot,
        defaults={
            "family": arguments["family"],
            "base": arguments["base"],
            "config": asdict(config),
        },
    )
    splits = {split: examples_of(snapshot, split) for split in ("train", "dev", "test")}
    folder = _scratch(context.job)
    log: list[dict[str, Any]] = []
    try:
        found = families.get(arguments["family"]).train(
            splits["train"],
            splits["dev"],
            splits["test"] or None,
            question_specs(arguments["questions"]),
            config,
            folder / "artefact",
            base=arguments["base"],
            cache_dir=settings.VERBATIM_HOME.folder("bases"),
            progress=_progress(context, log),
            checkpoint_dir=folder / "checkpoint",
        )
    except ModelError as error:
        raise JobFailed(str(error)) from error
    # Also the last look at whether the job is still ours, before anything is registered.
    context.stage("registering")
    return _register(actor=context.job.actor, run=run, arguments=arguments, found=found, log=log)


def _scratch(job: Job) -> Path:
    folder: Path = settings.VERBATIM_HOME.folder("jobs") / str(job.pk)
    return folder


def _progress(context: JobContext, log: list[dict[str, Any]]) -> Any:
    started = False

    def progress(step: int, total: int, metrics: Mapping[str, float]) -> None:
        nonlocal started
        if not started:
            context.stage("training", total)
            started = True
        context.progress(step, total)
        if "dev_macro_f1" in metrics:
            log.append({"step": step, **{key: float(value) for key, value in metrics.items()}})

    return progress


@transaction.atomic
def _register(
    *,
    actor: Any,
    run: TrainingRun,
    arguments: Mapping[str, Any],
    found: TrainResult,
    log: list[dict[str, Any]],
) -> ModelVersion:
    from modelops.ml.files import sha256_file

    name = arguments["name"]
    one_at_a_time(f"modelops.version {name}")
    highest = ModelVersion.objects.filter(name=name).aggregate(highest=Max("number"))["highest"]
    model = ModelVersion(
        name=name,
        number=(highest or 0) + 1,
        run=run,
        family=arguments["family"],
        questions=arguments["questions"],
        artefact_hash=sha256_file(found.artefact / "model.json"),
        metrics=finite(found.metrics),
        baselines=finite(found.baselines),
        verdict=finite(found.verdict.to_dict()),
        card=_card(found.artefact),
    )
    model.artefact = model.label
    model.save()
    run.metrics = finite({"timings": found.timings, "base": found.base, "fit": found.fit})
    run.log = finite(log)
    run.finished_at = timezone.now()
    run.save(update_fields=["metrics", "log", "finished_at"])
    audit_record(
        actor=actor,
        action="model.create",
        object_type="model",
        object_id=model.label,
        details={"snapshot": run.snapshot_id, "passed": found.verdict.passed},
    )
    _move(found.artefact, models_folder() / model.artefact)
    return model


def _move(made: Path, place: Path) -> None:
    # Both lie in the home, so this is one rename. A folder that is there already belongs to a
    # registration that was rolled back after its rename.
    if place.exists():
        shutil.rmtree(place)
    made.rename(place)


def _card(folder: Path) -> str:
    path = folder / "card.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _promoted(context: JobContext, model: ModelVersion) -> dict[str, Any]:
    if not context.arguments["promote"]:
        return {"promoted": False, "reasons": [], "message": ""}
    try:
        # One that is in charge already was promoted before a kill.
        if context.arguments.get("unseen") and (reasons := worse_than_champion(model)):
            raise PromotionRefused(promotion_sentence(model, reasons), reasons)
        model_promote(actor=context.job.actor, model=model)
    except PromotionRefused as refusal:
        return {"promoted": False, "reasons": refusal.reasons, "message": str(refusal)}
    return {"promoted": True, "reasons": [], "message": ""}


def _result(model: ModelVersion, promotion: dict[str, Any]) -> dict[str, Any]:
    run = model.run
    return {
        "model": model.label,
        "questions": model.questions,
        "snapshot": run.snapshot_id,
        "counts": run.snapshot.counts,
        "base": run.metrics.get("base", {}),
        "metrics": model.metrics,
        "baselines": model.baselines,
        "verdict": model.verdict,
        "promotion": promotion,
        "timings": run.metrics.get("timings", {}),
    }
