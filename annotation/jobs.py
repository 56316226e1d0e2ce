"""The kinds of long work of this app. Registered when the app is ready."""

from __future__ import annotations

from typing import Any

from common.jobs import JobContext, JobFailed, JobKind
from common.jobs import register as register_kind


def _export_labels(context: JobContext) -> dict[str, Any]:
    from annotation.services.label_exports import label_export_run

    return label_export_run(context)


def _import_labels(context: JobContext) -> dict[str, Any]:
    # Loads the engine of redaction, which the web process must not.
    from annotation.services.label_imports import label_import_run

    return label_import_run(context)


def _change_label_set(context: JobContext) -> dict[str, Any]:
    from annotation.label_set_plan import BadChange
    from annotation.services.label_set_request import change_of_request

    context.stage("carrying answers over")
    try:
        made = change_of_request(job=context.job, said=context.progress)
    except BadChange as bad:
        raise JobFailed(str(bad)) from bad
    totals = made.counts["totals"]
    return {"carried": totals["carried"], "relabel": totals["relabel"]}


def register() -> None:
    register_kind(JobKind("export_labels", _export_labels))
    register_kind(JobKind("import_labels", _import_labels))
    register_kind(JobKind("change_label_set", _change_label_set))
