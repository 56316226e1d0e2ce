"""What stands between the server and us: it loses webhooks, or brings them late and shuffled."""

from __future__ import annotations

import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


class Relay:
    """Answers at once, as we do; `mode` says what becomes of a webhook: pass, drop_half, hold."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.mode = "pass"
        self.came = self.dropped = self.passed = 0
        self._held: list[tuple[str, bytes, dict[str, str]]] = []
        self._lock = threading.Lock()
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sent = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() not in {"host", "content-length", "connection"}
                }
                if "/ml/" in self.path:
                    self._give(httpx.post(relay.target + self.path, content=body, headers=sent))
                else:
                    relay._take(self.path, body, sent)
                    self.send_response(204)
                    self.end_headers()

            def do_GET(self) -> None:
                sent = {"Authorization": self.headers.get("Authorization", "")}
                self._give(httpx.get(relay.target + self.path, headers=sent))

            def _give(self, answer: httpx.Response) -> None:
                self.send_response(answer.status_code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _take(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        with self._lock:
            self.came += 1
            drop = self.mode == "drop_half" and self.came % 2
            if drop:
                self.dropped += 1
                return
            if self.mode == "hold":
                self._held.append((path, body, headers))
                return
        self._pass(path, body, headers)

    def _pass(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        answer = httpx.post(self.target + path, content=body, headers=headers, timeout=30)
        assert answer.status_code == 204, answer.status_code
        self.passed += 1

    def deliver_twice_shuffled(self) -> int:
        """What was held comes now: each twice, in any order. Returns how many that were."""
        with self._lock:
            held, self._held = self._held * 2, []
        random.Random(7).shuffle(held)
        for one in held:
            self._pass(*one)
        return len(held)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
