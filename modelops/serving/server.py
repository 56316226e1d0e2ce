"""Where the text service listens: an address, or a socket that only its owner may use."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from common.commands import CommandFailure
from common.locks import FileLock
from modelops.serving.app import TextService


def serve(address: str, default_socket: Path) -> None:
    """Answer until stopped. `address`: http://host:port, a path, or empty for `default_socket`.

    Raises CommandFailure when the place is taken or cannot be used.
    """
    listening, lock = _listen(address, default_socket)
    config = uvicorn.Config(
        TextService().app,
        log_config=None,  # ours, which leaves out what errors quote
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=10,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
        if lock is not None:
            lock.close()


def _listen(address: str, default_socket: Path) -> tuple[socket.socket, FileLock | None]:
    if address.startswith("http"):
        return _listen_on_port(address), None
    path = Path(address) if address else default_socket
    lock = FileLock(path.with_name(f"{path.name}.lock"))
    if not lock.try_exclusive():
        raise CommandFailure(f"A text service is running already on {path}")
    # We hold the lock, so a socket that lies there is of a service that died.
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(1024)
    except OSError as error:
        raise CommandFailure(f"{path} cannot be listened on ({error.strerror})") from error
    return listening, lock


def _listen_on_port(address: str) -> socket.socket:
    parts = urlsplit(address)
    host, port = parts.hostname, parts.port
    if parts.scheme != "http" or not host or not port:
        raise CommandFailure(
            f"VERBATIM_TEXT_SERVICE is {address!r}; use http://HOST:PORT or the path of a socket"
        )
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        raise CommandFailure(f"{address} cannot be listened on ({error.strerror})") from error
    return listening
