"""Kinds of long work, and what a handler may do with its job while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common import services
from common.models import Job

_WRITE_EVERY = 1.0  # seconds between two writes of progress


class JobCancelled(Exception):
    """Somebody asked for the job to stop."""


class JobFailed(Exception):
    """The job cannot succeed, and trying again would not help; the message is for people."""


class LeaseLost(Exception):
    """Another worker holds the job now; what this one does no longer counts."""


@dataclass(frozen=True)
class JobKind:
    """`handler` does the work and returns the job's result; `queue` says which workers do it."""

    name: str
    handler: Callable[[JobContext], dict[str, Any]]
    queue: str = "default"


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def kind_of(name: str) -> JobKind:
    """The kind called `name`. Raises KeyError when no app registered it."""
    return _kinds[name]


class JobContext:
    """What a handler gets: its arguments, its last checkpoint, and ways to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)
        self._stage = job.stage
        self._total = job.total
        self._written_at = 0.0

    @property
    def last_try(self) -> bool:
        """Whether the job is given up when this try ends by an error that passes by itself.

        Before the last one it is put off and goes on (see `common.transient`): then nothing may
        be marked as failed.
        """
        return self.job.attempts >= self.job.max_attempts

    def stage(self, name: str, total: int = 0) -> None:
        """Say what is being done now, and how many steps it takes (0: unknown)."""
        self._stage, self._total = name, total
        self._write(0)

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far this stage is. Cheap to call often.

        Raises JobCancelled when the job is to stop, LeaseLost when another holds it.
        """
        if total is not None:
            self._total = total
        if time.monotonic() - self._written_at >= _WRITE_EVERY:
            self._write(done)

    def save_checkpoint(self, value: dict[str, Any]) -> None:
        """Keep `value` for whoever goes on after a kill.

        A job that gets on is not given up, however often its worker dies: the tries begin anew
        whenever the checkpoint is another one.
        """
        changes: dict[str, Any] = {"checkpoint": value}
        if value != self.checkpoint:
            changes["attempts"] = self.job.attempts = 1
        self.checkpoint = value
        self._beat(**changes)

    def _write(self, done: int) -> None:
        self._written_at = time.monotonic()
        self._beat(stage=self._stage, done=done, total=max(self._total, 0))

    def _beat(self, **changes: Any) -> None:
        held, cancelled = services.job_heartbeat(job=self.job, changes=changes)
        if not held:
            raise LeaseLost
        if cancelled:
            raise JobCancelled
