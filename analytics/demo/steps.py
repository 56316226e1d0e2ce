"""The steps of the demo: each looks at what is there and does only what is missing."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from accounts.services import store_ensure
from common.commands import CommandFailure
from common.doorway import run_and_wait, worker_listens
from common.models import Job
from common.supervisor import Part
from modelops.models import ModelVersion
from modelops.selectors import champion, model_by_label
from modelops.selectors.predictions import work_counts
from modelops.services.snapshots import snapshot_from_annotations
from modelops.services.training import training_start
from modelops.wake import analysis_send
from taxonomy.questions import QUESTIONS

USER_NAME = "demo"
OWN_STORES = "your-data-"  # how their keys begin
MODEL_NAME = "starter"
_SEEDS = (13, 14, 15)
_WORKER_PATIENCE = 60.0  # seconds until a worker must have answered
_ANALYSIS_PATIENCE = 3600.0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def user_ensure() -> tuple[str, str]:
    """The name and password to sign in with; made once, the password kept in the home."""
    password = settings.VERBATIM_HOME.secret("demo.password")[:16]
    user, created = User.objects.get_or_create(
        username=USER_NAME, defaults={"is_staff": True, "is_superuser": True}
    )
    if created or not user.check_password(password):
        user.set_password(password)
        user.save()
    return USER_NAME, password


@contextmanager
def worker() -> Iterator[None]:
    """A real Celery worker for both queues, as a child, for as long as the block runs."""
    if worker_listens("default") and worker_listens("training"):
        yield
        return
    part = Part("worker", ["worker", "--queue", "default,training", "--concurrency", "1"])
    part.start()
    try:
        deadline = time.monotonic() + _WORKER_PATIENCE
        while not worker_listens("training"):
            if time.monotonic() > deadline:
                raise CommandFailure("the worker does not answer; what it said stands above")
            part.watch()
        yield
    finally:
        part.stop()


def load_samples() -> None:
    call_command("load_samples", stdout=sys.stderr)


def own_store(path: Path) -> str:
    """The key of the store that the reviews of a file go into: each file has one of its own."""
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
    return f"{OWN_STORES}{place[:8]}"


def import_own(path: Path) -> str:
    """The user's own reviews, into a store of their own. Returns its key."""
    key = own_store(path)
    store_ensure(
        actor=None, key=key, name_en=f"Your data: {path.name}"[:120],
        name_zh=f"您的数据：{path.name}"[:120],
    )  # fmt: skip
    call_command("import_reviews", str(path), store=key, stdout=sys.stderr)
    return key


def train() -> ModelVersion:
    """The champion of the starter labels; trained when these labels have none yet."""
    keys = [question.key for question in QUESTIONS]
    snapshot = snapshot_from_annotations(actor=None, questions=keys, name="starter labels")
    before = champion()
    if before is not None and before.run.snapshot_id == snapshot.pk:
        say(f"model {before.label} was trained on these labels already")
        return before
    for seed in _SEEDS:
        job = training_start(
            actor=None,
            snapshot=snapshot,
            questions=keys,
            name=MODEL_NAME,
            config={"seed": seed},
            promote=True,
        )
        job = run_and_wait(job, _teller())
        if job.state != Job.State.SUCCEEDED:
            raise CommandFailure(f"training: {job.error or job.state}")
        if job.result["promotion"]["promoted"]:
            return model_by_label(job.result["model"])
        # A small dev split decides narrowly; another start may do better, the gate stays.
        say(job.result["promotion"]["message"])
    if before is None:
        raise CommandFailure("no model passed the gate, so nothing can be analysed")
    return before


def _teller() -> Any:
    told = ""

    def tell(job: Job) -> None:
        nonlocal told
        part = f"{10 * int(10 * job.done / job.total)} %" if job.total else ""
        line = f"  {job.stage} {part}".rstrip()
        if job.stage and line != told:
            say(line)
            told = line

    return tell


def analyse(model: ModelVersion) -> dict[str, int]:
    """Wait until the worker has analysed everything. Returns the ledger's counts."""
    deadline = time.monotonic() + _ANALYSIS_PATIENCE
    analysis_send()
    woken = time.monotonic()
    while work_counts(model).get("todo", 0):
        if time.monotonic() > deadline:
            raise CommandFailure("the worker has not analysed everything within an hour")
        if time.monotonic() - woken > 15:
            analysis_send()
            woken = time.monotonic()
        time.sleep(0.3)
    return work_counts(model)
