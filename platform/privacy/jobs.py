"""The long work of this app: new keys for old."""

from __future__ import annotations

from typing import Any

from common.jobs import JobContext, JobFailed, JobKind
from common.jobs import register as register_kind


def _rotate(context: JobContext) -> dict[str, Any]:
    from privacy.services.resealing import KeysLost, OldSealsLeft
    from privacy.services.rotating import Targets, keys_rotate, rotation_targets

    if not context.checkpoint:
        # Kept before anything is done, so that after a kill it goes on to the same keys.
        found = rotation_targets(reencrypt=bool(context.arguments.get("reencrypt")))
        context.save_checkpoint(found.as_dict())
    targets = Targets(context.checkpoint["master"], context.checkpoint["generation"])
    stage = ""

    def progress(name: str, done: int, total: int) -> None:
        nonlocal stage
        if name != stage:
            stage = name
            context.stage(name, total)
        context.progress(done, total)

    try:
        return keys_rotate(actor=context.job.actor, targets=targets, progress=progress).as_dict()
    except (KeysLost, OldSealsLeft, TimeoutError) as error:
        raise JobFailed(str(error)) from error


def _check(context: JobContext) -> dict[str, Any]:
    from privacy.services.checking import check_run

    context.stage("checking")
    return check_run()


def register() -> None:
    register_kind(JobKind("rotate_keys", _rotate))
    register_kind(JobKind("verify_audit", _check))
