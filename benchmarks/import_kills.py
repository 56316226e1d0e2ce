"""An import is killed with -9 again and again: is every row there once, every reject listed?"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.support import texts
from benchmarks.support.home import ThrowAwayHome

OPTIONS: dict[str, int | str] = {"rows": 20_000, "kills": 20, "chunk": 250}
Say = Callable[[str], None]
_PATIENCE = 600.0  # seconds without a row
_LATEST = 0.4  # seconds at most between a chunk and the kill: anywhere in the next ones
_BAD_EVERY = 97  # rows


def run(options: Mapping[str, Any], say: Say, note: Say) -> dict[str, float]:
    with ThrowAwayHome() as home:
        path = write(home.outside / "reviews.csv", options["rows"])
        say(f"{options['rows']} rows written; importing under {options['kills']} kills")
        found: dict[str, float] = home.call(
            "benchmarks.import_kills:rage",
            {"path": str(path), "kills": options["kills"], "chunk": options["chunk"]},
        )
    return found


def write(path: Path, count: int) -> Path:
    """A CSV file in which every 97th row cannot go in."""
    texts.write(path, count)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    bad = [f"bad-{at},K-1,someone,no date,5,review,never in\n" for at in range(len(lines))]
    with path.open("w", encoding="utf-8") as file:
        for at, line in enumerate(lines):
            file.write(line)
            if at and at % _BAD_EVERY == 0 and line.endswith("\n"):
                file.write(bad[at])
    return path


def rage(path: str, kills: int, chunk: int) -> dict[str, float]:
    """Called inside the home: import `path` while the process that does it is killed."""
    from accounts.services import store_ensure
    from common.models import Job
    from common.services import job_abandon
    from reviews.models import ImportBatch
    from reviews.services.uploads import path_request

    job = path_request(
        actor=None,
        store=store_ensure(actor=None, key="main"),
        source_key="kills",
        path=Path(path),
        file_name="reviews.csv",
        mapping={},
    )
    rows = sum(1 for _ in _read(path))
    rng, began, killed, cut = random.Random(11), time.monotonic(), 0, 0
    shares = [round(rows * (at + 1) / (kills + 1)) for at in range(kills)]
    for share in shares:
        child = _work(job.pk, chunk)
        _until(lambda share=share: _done(job.pk) >= share, child)  # type: ignore[misc]
        time.sleep(rng.uniform(0, _LATEST))
        before = _done(job.pk)
        child.send_signal(signal.SIGKILL)
        child.wait()
        killed += 1
        cut += before < rows
        job_abandon(job=job)
    while not Job.objects.get(pk=job.pk).over:
        _work(job.pk, chunk).wait()
        job_abandon(job=job)
    batch = ImportBatch.objects.get(job=job)
    return {"kills": killed, "cut": cut, "seconds": round(time.monotonic() - began, 1)} | _count(
        path, batch
    )


def _read(path: str) -> Any:
    from reviews.importing import reading

    return reading.read(Path(path))


def _work(job: int, chunk: int) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.support.inside", "benchmarks.import_kills:work"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps({"job": job, "chunk": chunk}).encode())
    child.stdin.close()
    return child


def work(job: int, chunk: int) -> dict[str, str]:
    """The worker that dies."""
    from common import runner
    from reviews.services import chunks

    chunks.ROWS = chunk
    found = runner.run_job(job)
    return {"state": str(found.state) if found is not None else ""}


def _done(job: int) -> int:
    from reviews.models import ImportBatch

    return ImportBatch.objects.values_list("rows", flat=True).get(job=job)


def _until(true: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while not true() and child.poll() is None:
        if time.monotonic() > end:
            raise TimeoutError("the import stands still")
        time.sleep(0.02)


def _count(path: str, batch: Any) -> dict[str, float]:
    """What is missing or double, by comparing the file with what is stored."""
    from reviews.models import Review, TextRevision

    wanted = {row.values["id"]: row.line for row in _read(path)}
    bad = {line for name, line in wanted.items() if name.startswith("bad-")}
    stored = list(Review.objects.filter(source=batch.source).values_list("external_id", flat=True))
    revisions = TextRevision.objects.filter(review__source=batch.source).count()
    listed = list(batch.rejections.values_list("line", flat=True))
    good = {name for name in wanted if not name.startswith("bad-")}
    return {
        "rows": len(wanted),
        "missing": len(good - set(stored)),
        "doubled": len(stored) - len(set(stored)) + revisions - len(stored),
        "strange": len(set(stored) - good),
        "rejects_missing": len(bad - set(listed)),
        "rejects_doubled": len(listed) - len(set(listed)),
        "miscounted": abs(batch.rows - len(wanted)) + abs(batch.created - len(good)),
        "failed": int(batch.state != "done"),
    }
