"""The process that keeps the embedded services for as long as somebody uses them.

Users (`manage.py up`, any command, a test run) hold a shared file lock. The host starts what was
asked for, starts it again when it is killed, and ends when nobody holds the lock any more. Locks
vanish with their holders, so this works however a user died.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from common.embedded import processes
from common.embedded.errors import ServiceError
from common.embedded.postgres import Postgres
from common.embedded.valkey import Valkey
from common.home import Home
from common.locks import FileLock

KINDS: dict[str, type[Postgres] | type[Valkey]] = {"postgres": Postgres, "valkey": Valkey}
CHECK_EVERY = 0.25  # seconds
LONGEST_PAUSE = 10.0  # seconds between two tries of a service that keeps dying
START_TIMEOUT = 90.0  # seconds; recovery after a kill replays the log first

log = logging.getLogger("verbatim.services")


class Kept:
    """One service and the process that is it just now."""

    def __init__(self, server: Postgres | Valkey) -> None:
        self.server = server
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 0.2
        self.retry_at = 0.0
        self.started_at = 0.0

    def bring_up(self) -> None:
        """Start and wait until it serves. Raises ServiceError."""
        self.server.prepare()
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                # A killed server's own children may hold its memory for a moment: try again.
                self.process = self.server.start()
                self.started_at = time.monotonic()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
            if self.server.serving():
                self.server.ready()
                return
            time.sleep(0.15)
        raise ServiceError(
            f"{self.server.name} did not start; see {self.server.home.root / 'logs'}"
        )

    def watch(self) -> None:
        """Start it again when it has died, with growing pauses while it keeps dying."""
        if self.process is not None and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process is not None:
            log.warning(
                "%s died (%s), starting it again", self.server.name, self.process.returncode
            )
            lasted = now - self.started_at
            self.pause = 0.2 if lasted > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
            self.retry_at = now + self.pause
            self.process = None
        if now >= self.retry_at:
            self.process = self.server.start()
            self.started_at = now

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, self.server.stop_signal, 30)


class Host:
    def __init__(self, home: Home, kinds: list[str]) -> None:
        self.home = home
        self.kept = [Kept(KINDS[kind](home)) for kind in kinds]
        self.usage = FileLock(home.runtime / "users.lock")
        self.hurry = False

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._look_now)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            for kept in self.kept:
                kept.bring_up()
            while not self.usage.try_exclusive():
                for kept in self.kept:
                    kept.watch()
                time.sleep(0.02 if self.hurry else CHECK_EVERY)
                self.hurry = False
        finally:
            for kept in reversed(self.kept):
                kept.stop()

    def _look_now(self, number: int, frame: FrameType | None) -> None:
        self.hurry = True


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    home = Home(Path(sys.argv[1]))
    failure = home.runtime / "services.error"
    failure.unlink(missing_ok=True)
    only_one = FileLock(home.runtime / "host.lock")
    only_one.exclusive()
    try:
        Host(home, sys.argv[2:]).run()
    except (ServiceError, OSError) as error:
        failure.write_text(str(error))
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
