"""What stands between us and the server: it can do something in the middle of an import."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

_KEPT = ("authorization", "content-type", "accept", "referer", "cookie")


class Gate:
    """Passes requests on. `before` and `after` are called once, at the next import: before the
    server gets it, or when it has taken it, and instead of passing on its answer."""

    def __init__(self, target: str) -> None:
        self.before: Callable[[], None] | None = None
        self.after: Callable[[], None] | None = None
        self.imports = 0
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                is_import = self.command == "POST" and "/import" in self.path
                if is_import and (act := gate.before) is not None:
                    gate.before = None
                    act()
                    return
                sent = {
                    name: value for name, value in self.headers.items() if name.lower() in _KEPT
                }
                answer = httpx.request(
                    self.command, target + self.path, content=body, headers=sent, timeout=60
                )
                gate.imports += is_import
                if is_import and (act := gate.after) is not None:
                    gate.after = None
                    act()
                    return
                self.send_response(answer.status_code)
                for name in ("content-type", "date"):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def do_GET(self) -> None:
                self._pass()

            def do_POST(self) -> None:
                self._pass()

            def do_PATCH(self) -> None:
                self._pass()

            def do_DELETE(self) -> None:
                self._pass()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
