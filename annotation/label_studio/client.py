"""Requests to one server. What it does is written down in docs/explanation/label-studio.md."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from annotation.label_studio.addresses import resolved
from annotation.label_studio.errors import LabelStudioError, NotThere, Refused, ServerDown

PAGE = 100  # tasks a page
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_SLOW = httpx.Timeout(180.0, connect=5.0)
_LARGEST_ANSWER = 200 * 1024 * 1024  # bytes
_MOST_PASSES = 5
_EARLY = 60.0  # seconds before its end in which an access token is not used any more


def is_personal(token: str) -> bool:
    """Whether `token` is a personal access token: a JWT, which has to be exchanged."""
    return _claims(token).get("token_type") == "refresh"


def _claims(token: str) -> dict[str, Any]:
    pieces = token.split(".")
    if len(pieces) != 3:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}


class Client:
    """One server with one token. `moment` is what its clock said at the last answer."""

    def __init__(self, url: str, token: str, *, private: bool) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._private = private
        self._access, self._until = "", 0.0
        self._lock = threading.Lock()
        # No proxy and no redirect: either would choose another address than the one looked at.
        self._http = httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False)
        self.moment: datetime | None = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *raised: object) -> None:
        self._http.close()

    # Who and what

    def health(self) -> None:
        self.ask("GET", "/health", signed=False)

    def version(self) -> str:
        found = self.ask("GET", "/api/version/", signed=False)
        return str(found.get("release") or found.get("label-studio-os-package", {}).get("version"))

    def whoami(self) -> dict[str, Any]:
        return dict(self.ask("GET", "/api/current-user/whoami"))

    def users(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/api/users/"))

    def signup_open(self) -> bool:
        """Whether anybody who reaches the server can make an account."""
        page = "/user/signup/"
        self._send("GET", page, signed=False)
        token = self._http.cookies.get("csrftoken", "")
        # The page is shown in any case; an empty form is refused with 403 where it is closed.
        answer = self._send(
            "POST",
            page,
            signed=False,
            data={"csrfmiddlewaretoken": token, "email": "", "password": ""},
            headers={"Referer": self.url + page},
        )
        self._http.cookies.clear()
        return answer.status_code == 200

    # Projects

    def project_create(self, **fields: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/api/projects/", json=fields))

    def project(self, project: int) -> dict[str, Any]:
        return dict(self.ask("GET", f"/api/projects/{project}/"))

    def project_update(self, project: int, **fields: Any) -> dict[str, Any]:
        return dict(self.ask("PATCH", f"/api/projects/{project}/", json=fields))

    def project_delete(self, project: int) -> None:
        self.ask("DELETE", f"/api/projects/{project}/")

    def projects(self) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            found = self.ask("GET", "/api/projects/", params={"page": page, "page_size": PAGE})
            yield from found["results"]
            if not found.get("next"):
                return
            page += 1

    # Tasks

    def tasks_import(self, project: int, tasks: Sequence[dict[str, Any]]) -> list[int]:
        """Their numbers, in order. Sent again it makes them again: the caller looks first."""
        path = f"/api/projects/{project}/import"
        asked = {"return_task_ids": "true"}
        found = self.ask("POST", path, params=asked, json=list(tasks), timeout=_SLOW)
        ids = [int(pk) for pk in found.get("task_ids", [])]
        if len(ids) != len(tasks):
            raise LabelStudioError("strange_answer", path="import")
        return ids

    def tasks(
        self, project: int, filters: Sequence[dict[str, Any]] = (), *, fields: str = "all"
    ) -> list[dict[str, Any]]:
        """All tasks that fit, in the order of their numbers.

        A task that is deleted between two pages shifts the others by one; then the whole is read
        again. Raises ServerDown when that does not come to an end.
        """
        for _ in range(_MOST_PASSES):
            found, whole = self._pass(project, filters, fields)
            if whole:
                return list(found.values())
        raise ServerDown("restless")

    def _pass(
        self, project: int, filters: Sequence[dict[str, Any]], fields: str
    ) -> tuple[dict[int, dict[str, Any]], bool]:
        query: dict[str, Any] = {"ordering": ["tasks:id"]}
        if filters:
            query["filters"] = {"conjunction": "and", "items": list(filters)}
        asked: dict[str, Any] = {
            "project": project,
            "page_size": PAGE,
            "fields": fields,
            "query": json.dumps(query),
        }
        found: dict[int, dict[str, Any]] = {}
        page, before = 1, 0
        while True:
            try:
                answer = self.ask("GET", "/api/tasks", params=asked | {"page": page})
            except NotThere:
                if page == 1:
                    raise
                return found, False  # the last page went while we read
            total = int(answer["total"])
            found |= {int(task["id"]): task for task in answer["tasks"]}
            if total < before:
                return found, False
            before = total
            if page * PAGE >= total:
                return found, len(found) >= total
            page += 1

    def task(self, task: int) -> dict[str, Any]:
        return dict(self.ask("GET", f"/api/tasks/{task}/"))

    def task_update(self, task: int, **fields: Any) -> None:
        self.ask("PATCH", f"/api/tasks/{task}/", json=fields)

    def task_delete(self, task: int) -> None:
        self.ask("DELETE", f"/api/tasks/{task}/")

    def annotation_update(self, annotation: int, **fields: Any) -> dict[str, Any]:
        return dict(self.ask("PATCH", f"/api/annotations/{annotation}/", json=fields))

    def prediction_delete(self, prediction: int) -> None:
        self.ask("DELETE", f"/api/predictions/{prediction}/")

    def prediction_create(self, task: int, prediction: dict[str, Any]) -> None:
        self.ask("POST", "/api/predictions/", json={"task": task, **prediction})

    # Webhooks and models

    def hooks(self, project: int) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/api/webhooks/", params={"project": project}))

    def hook_create(self, project: int, url: str, headers: dict[str, str]) -> int:
        """Its number. Every action, as `PATCH` with a list of some would lose it."""
        fields = {
            "project": project,
            "url": url,
            "headers": headers,
            "send_payload": True,
            "send_for_all_actions": True,
            "is_active": True,
        }
        return int(self.ask("POST", "/api/webhooks/", json=fields)["id"])

    def hook_delete(self, hook: int) -> None:
        self.ask("DELETE", f"/api/webhooks/{hook}/")

    def backends(self, project: int) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/api/ml/", params={"project": project}))

    def backend_create(self, **fields: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/api/ml/", json=fields))

    def backend_delete(self, backend: int) -> None:
        self.ask("DELETE", f"/api/ml/{backend}")

    # One request

    def ask(self, method: str, path: str, *, signed: bool = True, **more: Any) -> Any:
        """What it answered, from JSON. Raises NotThere, Refused, ServerDown, BadAddress."""
        answer = self._send(method, path, signed=signed, **more)
        if answer.status_code == 401 and signed and self._access:
            self._access = ""  # it may have run out on the way
            answer = self._send(method, path, signed=signed, **more)
        if answer.status_code >= 400:
            raise _refusal(answer)
        if answer.status_code >= 300:
            raise Refused("redirected", answer.status_code)
        if not answer.content or answer.status_code == 204:
            return {}
        try:
            return answer.json()
        except ValueError:
            raise LabelStudioError("not_label_studio") from None

    def _send(
        self,
        method: str,
        path: str,
        *,
        signed: bool,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        sent = {"Accept": "application/json", **(headers or {})}
        if signed:
            sent["Authorization"] = self._signature()
        url, extra = self._pinned(path)
        sent |= extra.pop("headers")
        try:
            request = self._http.build_request(
                method, url, headers=sent, **{"extensions": extra, **more}
            )
            answer = self._http.send(request)
        except httpx.TimeoutException:
            raise ServerDown("too_slow") from None
        except httpx.TransportError as error:
            raise ServerDown(_failure(error)) from None
        if len(answer.content) > _LARGEST_ANSWER:
            raise LabelStudioError("too_large")
        if date := answer.headers.get("date"):
            self.moment = parsedate_to_datetime(date)
        return answer

    def _pinned(self, path: str) -> tuple[str, dict[str, Any]]:
        """The address with the IP that was looked at in the place of the name."""
        ip = resolved(self.url, private=self._private)
        parts = urlsplit(self.url)
        literal = f"[{ip}]" if ":" in ip else ip
        where = f"{literal}:{parts.port}" if parts.port else literal
        url = f"{parts.scheme}://{where}{parts.path}{path}"
        extra: dict[str, Any] = {"headers": {"Host": parts.netloc}}
        if parts.scheme == "https":
            extra["sni_hostname"] = parts.hostname
        return url, extra

    def _signature(self) -> str:
        if not is_personal(self._token):
            return f"Token {self._token}"
        with self._lock:
            if time.time() > self._until - _EARLY or not self._access:
                self._exchange()
            return f"Bearer {self._access}"

    def _exchange(self) -> None:
        asked = {"refresh": self._token}
        answer = self._send("POST", "/api/token/refresh/", signed=False, json=asked)
        if answer.status_code >= 500:
            raise _refusal(answer)
        if answer.status_code != 200:
            raise Refused("token_refused", answer.status_code)
        self._access = str(answer.json()["access"])
        claims = _claims(self._access)
        lifetime = float(claims.get("exp", 300)) - float(claims.get("iat", 0))
        # By our own clock: theirs may go wrong, the span does not.
        self._until = time.time() + lifetime


def _failure(error: httpx.TransportError) -> str:
    told = str(error).lower()
    if isinstance(error, httpx.ConnectError) and ("certificate" in told or "ssl" in told):
        return "bad_certificate"
    return "not_reachable"


def _refusal(answer: httpx.Response) -> LabelStudioError:
    status = answer.status_code
    if status == 404:
        return NotThere()
    if status in {429, 500, 502, 503, 504}:
        return ServerDown("server_error", status=status)
    try:
        found = answer.json()
        told = str(found.get("detail", "") if isinstance(found, dict) else "")
    except ValueError:
        told = ""
    if status == 401:
        legacy = "legacy token authentication has been disabled" in told
        return Refused("legacy_tokens_off" if legacy else "token_refused", status)
    if "reserved network address" in told:
        return Refused("we_are_blocked", status)
    return Refused("refused", status)
