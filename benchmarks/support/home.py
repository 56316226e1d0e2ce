"""A home of one's own: embedded services, commands and a site that nobody else uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.support import processes
from common.embedded.postgres import Postgres
from common.home import CHECKOUT, Home

Connection = psycopg.Connection[tuple[Any, ...]]
APPLICATION = "verbatim-bench"  # what our own connections are called

# What would lead a child to the services or settings of whoever called us.
_OURS = ("VERBATIM", "DJANGO", "DATABASE_URL", "CELERY")


class ChildFailed(Exception):
    """A program inside the home ended badly; the message is the end of what it said."""


class ThrowAwayHome:
    """A context manager: a temporary `VERBATIM_HOME`, removed with all its processes at the end.

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

    def __enter__(self) -> ThrowAwayHome:
        self.home.make()
        return self

    def stop_services(self) -> None:
        """Wait until all that runs in this home has ended; what does not end is killed."""
        processes.end_all(self.home.root)

    def __exit__(self, *args: object) -> None:
        self.stop_services()
        shutil.rmtree(self.folder, ignore_errors=True)

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
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment(),
            cwd=CHECKOUT,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(done.stderr)
        if done.returncode:
            told = done.stderr.strip().splitlines()[-12:]
            raise ChildFailed(f"{' '.join(words[-3:])[:200]} failed:\n" + "\n".join(told))
        return done.stdout
