"""`manage.py up` under kills: real processes in a home of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from common.home import CHECKOUT, others_may_traverse

pytestmark = pytest.mark.faults
PATIENCE = 150.0  # seconds; a busy machine starts six interpreters


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Site:
    """A running `manage.py up`, and every process that belongs to its home."""

    def __init__(self, home: Path, user: dict[str, int]) -> None:
        self.home = home
        self.python, extra = sys.executable, dict[str, str]()
        if user:
            self.python, extra = _interpreter_for_others() or (self.python, extra)
        self.port = _free_port()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("VERBATIM", "DJANGO"))},
            "VERBATIM_HOME": str(home),
            "VERBATIM_PORT": str(self.port),
            "HOME": str(home),
            **extra,
        }
        self.user = user
        self.log = (home.parent / "up.log").open("ab")
        self.process = self.manage("up")

    def manage(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.python, str(CHECKOUT / "manage.py"), *arguments],
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            **self.user,  # type: ignore[arg-type]
        )

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/admin/login/").status_code == 200
        except httpx.TransportError:
            return False

    def processes(self) -> dict[str, psutil.Process]:
        """Our living processes by what they are, wherever they hang in the tree."""
        found = {}
        for process in psutil.process_iter(["cmdline", "status"]):
            words = process.info["cmdline"] or []
            if process.info["status"] == psutil.STATUS_ZOMBIE or not self._ours(process, words):
                continue
            name = next((word for word in ("up", "beat", "web", "serve") if word in words), "")
            if "worker" in words:
                name = f"worker {words[words.index('--queue') + 1]}"
            if "common.embedded.host" in words:
                name = "host"
            elif words[0].endswith("/postgres"):
                name = "postgres"
            elif "valkey-server" in words[0]:
                name = "valkey"
            # Processes come by number, so of a group the first, its parent, stands for it.
            if name:
                found.setdefault(name, process)
        return found

    def replaced(self, name: str, pid: int) -> bool:
        now = self.processes().get(name)
        return now is not None and now.pid != pid

    def _ours(self, process: psutil.Process, words: list[str]) -> bool:
        if not words:
            return False
        if any(str(self.home) in word for word in words):
            return True
        try:
            return process.environ().get("VERBATIM_HOME") == str(self.home)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            return False

    def left(self) -> list[str]:
        return [
            " ".join(process.info["cmdline"][:4])
            for process in psutil.process_iter(["cmdline", "status"])
            if process.info["status"] != psutil.STATUS_ZOMBIE
            and self._ours(process, process.info["cmdline"] or [])
        ]


def _interpreter_for_others() -> tuple[str, dict[str, str]] | None:
    """A Python of our version that another user may run, and what it needs to find our packages."""
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = str(Path(psutil.__file__).resolve().parents[1])
    for name, env in (
        (sys.executable, {}),
        (f"/usr/bin/{same}", {"PYTHONPATH": packages, "PYTHONNOUSERSITE": "1"}),
    ):
        real = Path(name).resolve()
        if real.exists() and all(others_may_traverse(path.parent) for path in (real, CHECKOUT)):
            return name, env
    return None


def _accounts() -> list[str]:
    if os.geteuid() != 0:
        return ["me"]
    # Root can also play the ordinary user, where that user can reach an interpreter and us.
    return ["root", "nobody"] if _interpreter_for_others() else ["root"]


@pytest.fixture(params=_accounts())
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="vb-up-"))
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir(mode=0o711)
    user: dict[str, int] = {}
    if request.param == "nobody":
        account = pwd.getpwnam("nobody")
        for owned in (folder, home):
            os.chown(owned, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid}
    running = Site(home, user)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(60)
        running.log.close()
        shutil.rmtree(folder, ignore_errors=True)


PARTS = {"beat", "web", "serve", "worker default", "worker training", "host", "postgres", "valkey"}


@pytest.mark.timeout(700)
def test_the_site_survives_the_kill_of_any_part_and_leaves_nothing_behind(site: Site) -> None:
    _until(lambda: site.answers() and set(site.processes()) >= PARTS, "the first start")
    for name in sorted(PARTS):
        # Parts that lost what they stand on may be on their way up again themselves.
        _until(lambda name=name: name in site.processes(), f"{name} to be there")
        victim = site.processes()[name]
        victim.kill()
        _until(lambda name=name, pid=victim.pid: site.replaced(name, pid), f"{name} to come back")
    _until(site.answers, "the site after the kills")
    site.process.kill()
    site.process.wait()
    _until(lambda: not site.left(), f"everything to end: {site.left()}")


@pytest.mark.timeout(400)
def test_a_second_up_on_the_same_home_or_port_is_refused_in_one_line(site: Site) -> None:
    _until(site.answers, "the first start")
    for env, message in (
        (site.env, "already up"),
        ({**site.env, "VERBATIM_HOME": str(site.home) + "-2"}, f"Port {site.port}"),
    ):
        found = subprocess.run(
            [site.python, str(CHECKOUT / "manage.py"), "up"],
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **site.user,  # type: ignore[call-overload]
        )
        assert found.returncode != 0
        assert message in found.stderr
        assert "Traceback" not in found.stderr
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(60) == 0
    _until(lambda: not site.left(), "everything to end")


def test_a_wrong_database_url_is_told_in_one_line(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), "up"],
        env={
            **os.environ,
            "VERBATIM_HOME": str(tmp_path),
            "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none",
            "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert found.returncode != 0
    assert "DATABASE_URL" in found.stderr
    assert "Traceback" not in found.stderr
