from __future__ import annotations

import time

from celery import shared_task

from common.doorway import wake as wake_job
from modelops import wake
from modelops.selectors.models import champion
from modelops.selectors.predictions import work_waits
from modelops.services import active, analysis, checks, embeddings, erased, label_check, ledger

_SPELL = 20.0  # seconds of work before other tasks get their turn
_EMBED_EVERY = 30  # seconds, as in the schedule
_SWEEP_EVERY = 15  # seconds, as in the schedule


@shared_task(name="modelops.tasks.analyse", time_limit=240)  # seconds; a hanging text ends there
def analyse() -> None:
    model = champion()
    if model is None:
        return
    until = time.monotonic() + _SPELL
    totals = analysis.analyse_until(model, lambda totals: time.monotonic() < until)
    # Without progress the next sweep is soon enough.
    if any(totals.values()) and work_waits(model):
        wake.analysis_send()


@shared_task(name="modelops.tasks.sweep_unanalysed", time_limit=120)
def sweep_unanalysed() -> None:
    """Find what was never queued, and wake a worker when anything waits."""
    model = champion()
    if model is None:
        return
    ledger.work_add_missing(model=model, tick=int(time.time() // _SWEEP_EVERY))
    if work_waits(model):
        wake.analysis_send()


@shared_task(name="modelops.tasks.embed_texts", time_limit=600)
def embed_texts() -> None:
    """Behind the answers: place texts for the search by meaning, where pgvector is."""
    model = champion()
    if model is None or work_waits(model):
        return
    until = time.monotonic() + _SPELL
    done = embeddings.embeddings_fill(
        model=model,
        go_on=lambda done: time.monotonic() < until,
        tick=int(time.time() // _EMBED_EVERY),
    )
    if not done:
        embeddings.embeddings_forget(champion=model)


@shared_task(name="modelops.tasks.evaluate_champion", time_limit=1800)
def evaluate_champion() -> None:
    """Weekly: how good the champion is on its test split and on the audit sample."""
    model = champion()
    if model is not None:
        checks.model_check(actor=None, model=model)


@shared_task(name="modelops.tasks.replace_erased")
def replace_erased() -> None:
    """Nightly: train the successor of a champion that learned from what was erased since."""
    mark = erased.replacement_due()
    job = erased.replacement_start(actor=None, mark=mark) if mark is not None else None
    if job is not None:
        wake_job(job)


@shared_task(name="modelops.tasks.check_labels")
def check_labels() -> None:
    """Weekly: weigh the answers anew, and look for labels that look like mistakes."""
    wake_job(label_check.label_check_start(actor=None))


@shared_task(name="modelops.tasks.active_learning")
def active_learning() -> None:
    """Train when enough was labelled, and propose what to label next."""
    for job in active.active_step(actor=None):
        wake_job(job)
