"""The real Label Studio server, in an environment of its own.

`python -m tests.services.labelstudio` installs it once and prepares an empty database; tests start
copies of that.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

VERSION = "1.23.2"
ADMIN = "admin@example.com"
PASSWORD = "only-for-tests-1"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
_BASE = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
_NAME = f"label-studio-{VERSION}-py{sys.version_info[0]}.{sys.version_info[1]}"
CACHE = Path(os.environ.get("LABEL_STUDIO_CACHE") or Path(_BASE) / "verbatim" / _NAME)
_DATABASE = "label_studio.sqlite3"


def installed() -> bool:
    return (CACHE / "template" / _DATABASE).exists()


def install() -> None:
    """Its own environment (1 GB) and an empty, migrated database; what is there is kept."""
    CACHE.mkdir(parents=True, exist_ok=True)
    program = CACHE / "venv" / "bin"
    if not (CACHE / "venv" / ".installed").exists():
        print(f"installing label-studio {VERSION} into {CACHE}", flush=True)
        shutil.rmtree(CACHE / "venv", ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(CACHE / "venv")], check=True)
        wanted = f"label-studio=={VERSION}"
        subprocess.run([program / "pip", "install", "--quiet", wanted], check=True)
        (CACHE / "venv" / ".installed").touch()
    if installed():
        return
    print("preparing an empty database", flush=True)
    made = Path(tempfile.mkdtemp(dir=CACHE))
    try:
        server = Server(made)
        server.start(patience=900)
        server.stop()
        # Personal access tokens are signed with the key in .env: it belongs to the database.
        half = CACHE / "template.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        for name in (_DATABASE, ".env"):
            shutil.copy(made / name, half / name)
        half.rename(CACHE / "template")
    finally:
        shutil.rmtree(made, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """One server on a folder of its own; it keeps its port when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def on_a_copy(cls, folder: Path) -> Server:
        for name in (_DATABASE, ".env"):
            shutil.copy(CACHE / "template" / name, folder / name)
        return cls(folder)

    def start(self, patience: float = 240, **extra: str) -> None:
        command = [str(CACHE / "venv" / "bin" / "label-studio"), "start", "--no-browser"]
        command += ["--internal-host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment() | extra,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health", timeout=5).status_code == 200:
                    return
            time.sleep(0.3)
        self.stop()
        told = (self.folder / "log").read_text(errors="replace")[-2000:]
        raise AssertionError(f"Label Studio did not start: {told}")

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)

    def _environment(self) -> dict[str, str]:
        ours = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        home = str(self.folder)
        return ours | {
            "HOME": home,
            "XDG_CONFIG_HOME": home,
            "LABEL_STUDIO_BASE_DATA_DIR": home,
            "DJANGO_DB": "sqlite",
            "LABEL_STUDIO_USERNAME": ADMIN,
            "LABEL_STUDIO_PASSWORD": PASSWORD,
            "LABEL_STUDIO_USER_TOKEN": TOKEN,
            "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
            "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
            "COLLECT_ANALYTICS": "false",
            "LATEST_VERSION_CHECK": "false",
            "SENTRY_DSN": "",
            "FRONTEND_SENTRY_DSN": "",
            "FEATURE_FLAGS_OFFLINE": "true",
            "SSRF_PROTECTION_ENABLED": "false",
            "ML_BLOCK_LOCAL_IP": "false",
        }


if __name__ == "__main__":
    install()
    print(f"label-studio {VERSION} is ready in {CACHE}")
