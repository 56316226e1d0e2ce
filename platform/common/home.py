"""Where Verbatim keeps what it owns: databases, models, uploads, secrets, sockets."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

# A unix socket path longer than this is refused by the kernel (108 bytes, less the file's name).
SOCKET_PATH_LIMIT = 100

CHECKOUT = Path(__file__).resolve().parents[2]


def others_may_traverse(folder: Path) -> bool:
    """Whether a user who is neither owner nor in the group can reach `folder`."""
    return all(
        not parent.exists() or parent.stat().st_mode & stat.S_IXOTH
        for parent in (folder, *folder.parents)
    )


def _default_home() -> Path:
    home = CHECKOUT / ".verbatim"
    # As root the database runs as another user (PostgreSQL refuses root), who must be able to
    # reach its data; a checkout under /root is closed to it.
    if os.geteuid() != 0 or others_may_traverse(home.parent):
        return home
    name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return Path("/var/lib/verbatim") / name


class Home:
    """The data folder (`VERBATIM_HOME`) and the fixed places in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()

    @classmethod
    def from_environment(cls) -> Home:
        value = os.environ.get("VERBATIM_HOME", "").strip()
        return cls(Path(value) if value else _default_home())

    def make(self) -> None:
        """Make the data folder. As root, one that the database's user can walk through."""
        for path in (*reversed(self.root.parents), self.root):
            if not path.exists():
                path.mkdir(exist_ok=True)
                path.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def folder(self, name: str, mode: int = 0o700) -> Path:
        """`name` below the home, made when missing."""
        self.make()
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True, mode=mode)
        return path

    @property
    def runtime(self) -> Path:
        """The folder of sockets and locks: in the home, or a short path when that is too long."""
        self.make()
        path = self.root / "run"
        if len(str(path)) > SOCKET_PATH_LIMIT - len("/postgres/.s.PGSQL.5432"):
            name = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
            path = Path(tempfile.gettempdir()) / f"verbatim-{os.geteuid()}-{name}"
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            path.chmod(0o711)
        else:
            path.chmod(0o700)
        if path.stat().st_uid != os.geteuid():
            raise PermissionError(f"{path} belongs to another user; remove it or set VERBATIM_HOME")
        return path

    @property
    def postgres_socket_folder(self) -> Path:
        return self.runtime / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.runtime / "valkey.sock"

    @property
    def text_service_socket(self) -> Path:
        return self.runtime / "text.sock"

    def secret(self, name: str) -> str:
        """The secret called `name`: made at first use, kept in a file only the owner can read."""
        path = self.folder("secrets") / name
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            pass
        value = secrets.token_urlsafe(48)
        # Written aside and linked, so that of two processes starting at once one wins whole.
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(value)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return path.read_text().strip()
        finally:
            os.unlink(temporary)
        return value
