"""People who label at the real server: an account by invitation, answers as the page sends them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.services.labelstudio import TOKEN, Server


def admin(server: Server) -> httpx.Client:
    return httpx.Client(
        base_url=server.url, headers={"Authorization": f"Token {TOKEN}"}, timeout=60
    )


class Annotator:
    """Signs up by the invitation's link, as everybody has to where sign-up is closed."""

    def __init__(self, server: Server, email: str) -> None:
        with admin(server) as client:
            link = urlsplit(client.get("/api/invite").json()["invite_url"])
        self.http = httpx.Client(base_url=server.url, timeout=60)
        page = f"{link.path}?{link.query}"
        self.http.get(page)
        said = {
            "email": email,
            "password": "only-for-tests-1",
            "allow_newsletters": "false",
            "how_find_us": "",
            "csrfmiddlewaretoken": self.http.cookies["csrftoken"],
        }
        answer = self.http.post(page, data=said, headers={"Referer": server.url + page})
        assert answer.status_code == 302, answer.text[:500]
        self.server = server

    def _send(self, method: str, path: str, **json: Any) -> dict[str, Any]:
        headers = {
            "X-CSRFToken": self.http.cookies["csrftoken"],
            "Referer": self.server.url + "/",
        }
        answer = self.http.request(method, path, json=json or None, headers=headers)
        assert answer.status_code in {200, 201, 204}, answer.text[:500]
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def answer(self, task: int, result: list[dict[str, Any]], **more: Any) -> int:
        path = f"/api/tasks/{task}/annotations/"
        return int(self._send("POST", path, result=result, lead_time=3.5, **more)["id"])

    def edit(self, annotation: int, result: list[dict[str, Any]], **more: Any) -> None:
        self._send("PATCH", f"/api/annotations/{annotation}/", result=result, **more)

    def delete(self, annotation: int) -> None:
        self._send("DELETE", f"/api/annotations/{annotation}/")


def chosen(**answers: str) -> list[dict[str, Any]]:
    return [
        {
            "from_name": key,
            "to_name": "text",
            "type": "choices",
            "value": {"choices": [choice]},
        }
        for key, choice in answers.items()
    ]


def marked(
    text: str, words: str, kind: str, scope: str = "", *, utf16: bool = False
) -> list[dict[str, Any]]:
    """`words` of `text` marked; with the offsets of a browser that counts UTF-16 units, perhaps."""
    start = text.index(words)
    end = start + len(words)
    if utf16:
        start, end = (len(text[:at].encode("utf-16-le")) // 2 for at in (start, end))
    region = f"r{start}"
    value: dict[str, Any] = {"start": start, "end": end, "text": words}
    one = {"id": region, "from_name": "mentions", "to_name": "text", "type": "labels"}
    found = [{**one, "value": {**value, "labels": [kind]}}]
    if scope:
        about = {"id": region, "from_name": "scope", "to_name": "text", "type": "choices"}
        found.append({**about, "value": {**value, "choices": [scope]}})
    return found
