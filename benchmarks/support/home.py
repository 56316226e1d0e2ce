"""A home of one's own: embedded services, commands and a site that nobody else uses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.support import processes
from benchmarks.support.ending import Ending
from common.embedded.postgres import Postgres
from common.embedded.processes import tied
from common.home import CHECKOUT, Home

Connection = psycopg.Connection[tuple[Any, ...]]
APPLICATION = "verbatim-bench"  # what our own connections are called
_INTERRUPTED = 20.0  # seconds that services have to end when somebody waits for it

# What would lead a child to the services or settings of whoever called us.
_OURS = ("VERBATIM", "DJANGO", "DATABASE_URL", "CELERY")
_TIED = (sys.executable, "-m", "benchmarks.support.tied")


class ChildFailed(Exception):
    """A program inside the home ended badly; the message is the end of what it said."""


class ThrowAwayHome:
    """A context manager: a temporary `VERBATIM_HOME`, removed with all its processes at the end.

    An interrupt or a SIGTERM ends it in order; a SIGKILL leaves the folder, but no process.
    `home`: the data folder. `outside`: a folder beside it for files that are not the product's.
    `log`: what the programs in it said on stderr. `extra`: more environment for all of them.
    """

    def __init__(self, prefix: str = "vb-bench-") -> None:
        # The database's user must be able to walk through it.
        self.folder = Path(tempfile.mkdtemp(prefix=prefix))
        self.folder.chmod(0o711)
        self.home = Home(self.folder / "home")
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        self.log = self.outside / "stderr.log"
        self.extra: dict[str, str] = {}
        self._running: set[subprocess.Popen[str]] = set()
        self._ending = Ending(self._kill)

    def __enter__(self) -> ThrowAwayHome:
        self._ending.__enter__()
        self.home.make()
        return self

    def stop_services(self) -> None:
        """Wait until all that runs in this home has ended; what does not end is killed."""
        if self._ending.told is None:
            processes.end_all(self.home.root)
        else:
            processes.end_all(self.home.root, _INTERRUPTED)

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._ending.hold()
        try:
            self.stop_services()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._ending.__exit__(kind, *rest)

    def _kill(self) -> None:
        """End at once what somebody waits for, in whatever thread."""
        for process in tuple(self._running):
            processes.kill_group(process.pid)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        path = os.pathsep.join(
            filter(None, [str(CHECKOUT), str(CHECKOUT / "platform"), kept.get("PYTHONPATH", "")])
        )
        found = {**kept, "VERBATIM_HOME": str(self.home.root), "PYTHONPATH": path}
        return {**found, **self.extra, **more}

    def start(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        """`manage.py WORDS` in the background; what it says goes to `log`."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, str(CHECKOUT / "manage.py"), *words],
                env=self.environment(**environment),
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=tied(signal.SIGTERM),
            )

    def manage(self, *words: str, stdin: str = "") -> str:
        """Run `manage.py WORDS` to its end. Returns its stdout; raises ChildFailed."""
        return self._run([str(CHECKOUT / "manage.py"), *words], stdin)

    def call(self, function: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Call `module:function` in a process inside this home. Arguments and result are JSON.

        Raises ChildFailed.
        """
        said = self._run(
            ["-m", "benchmarks.support.inside", function], json.dumps(dict(arguments or {}))
        )
        return json.loads(said.splitlines()[-1])

    def query(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of one SQL statement on this home's database."""
        with self.connect() as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def connect(self, *, autocommit: bool = True) -> Connection:
        return psycopg.connect(
            Postgres(self.home).conninfo(), autocommit=autocommit, application_name=APPLICATION
        )

    def _run(self, words: list[str], stdin: str) -> str:
        with subprocess.Popen(
            [*_TIED, str(os.getpid()), sys.executable, *words],
            env=self.environment(),
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as child:
            self._running.add(child)
            try:
                if self._ending.told is not None:
                    raise ChildFailed("the bench is being ended")
                said, told = child.communicate(stdin)
            except BaseException:
                processes.kill_group(child.pid)
                raise
            finally:
                self._running.discard(child)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(told)
        if child.returncode:
            last = told.strip().splitlines()[-12:]
            raise ChildFailed(f"{' '.join(words[-3:])[:200]} failed:\n" + "\n".join(last))
        return said
