"""The kinds of long work of this app. Registered when the app is ready."""

from __future__ import annotations

from typing import Any

from common.jobs import JobContext, JobKind
from common.jobs import register as register_kind
from modelops import wake
from modelops.services import curves, label_check, training, weak_labels


def register() -> None:
    register_kind(JobKind(training.KIND, _train, queue="training"))
    register_kind(JobKind(weak_labels.KIND, weak_labels.weak_labels_run, queue="training"))
    register_kind(JobKind(curves.KIND, curves.curve_run, queue="training"))
    register_kind(JobKind(label_check.KIND, label_check.label_check_run, queue="training"))


def _train(context: JobContext) -> dict[str, Any]:
    result = training.training_run(context)
    if result["promotion"]["promoted"]:
        wake.analysis_wake()
    return result
