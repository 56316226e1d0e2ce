"""Requests to one server. What it does is written down in docs/explanation/label-studio.md."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from annotation.label_studio.addresses import resolved
from annotation.label_studio.errors import (
    LabelStudioError,
    NoConnection,
    NotThere,
    Refused,
    ServerDown,
)

PAGE = 100  # tasks a page
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_SLOW = httpx.Timeout(180.0, connect=5.0)
_LARGEST_ANSWER = 200 * 1024 * 1024  # bytes
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
    ) -> Iterator[list[dict[str, Any]]]:
        """All tasks that fit, page by page, in the order of their numbers.

        Each page is asked for by the number after which it begins: what is deleted, added or
        changed meanwhile moves no task over the edge of a page.
        """
        after = 0
        while True:
            items = [*filters, _beyond(after)]
            query = {"ordering": ["tasks:id"], "filters": {"conjunction": "and", "items": items}}
            asked: dict[str, Any] = {
                "project": project,
                "page": 1,
                "page_size": PAGE,
                "fields": fields,
                "query": json.dumps(query),
            }
            answer = self.ask("GET", "/api/tasks", params=asked)
            found = list(answer["tasks"])
            if found:
                yield found
            if len(found) >= int(answer["total"]):
                return
            last = max((int(task["id"]) for task in found), default=after)
            if last <= after:
                raise LabelStudioError("strange_answer", path="tasks")
            after = last

    def task(self, task: int) -> dict[str, Any]:
        return dict(self.ask("GET", f"/api/tasks/{task}/"))

    def task_update(self, task: int, **fields: Any) -> None:
        self.ask("PATCH", f"/api/tasks/{task}/", json=fields)

    def task_delete(self, task: int) -> None:
        self.ask("DELETE", f"/api/tasks/{task}/")

    def tasks_delete(self, project: int, tasks: Sequence[int]) -> None:
        """Several at once; those that are gone already are passed over."""
        chosen = {"all": False, "included": list(tasks)}
        self.ask(
            "POST",
            "/api/dm/actions",
            params={"project": project, "id": "delete_tasks"},
            json={"project": project, "selectedItems": chosen},
            timeout=_SLOW,
        )

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
        failed: ServerDown = NoConnection("not_reachable")
        for ip in resolved(self.url, private=self._private):
            try:
                return self._send_to(ip, method, path, sent, more)
            except NoConnection as error:
                failed = error  # a name can have an address that nobody listens on, as ::1
        raise failed

    def _send_to(
        self, ip: str, method: str, path: str, headers: Mapping[str, str], more: dict[str, Any]
    ) -> httpx.Response:
        """Ask `ip` in the server's name, so that the address that was looked at is the one."""
        parts = urlsplit(self.url)
        literal = f"[{ip}]" if ":" in ip else ip
        where = f"{literal}:{parts.port}" if parts.port else literal
        url = f"{parts.scheme}://{where}{parts.path}{path}"
        extensions = {"sni_hostname": parts.hostname} if parts.scheme == "https" else {}
        try:
            request = self._http.build_request(
                method,
                url,
                headers={**headers, "Host": parts.netloc},
                extensions=extensions,
                **more,
            )
            answer = _whole(self._http.send(request, stream=True))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NoConnection(_failure(error)) from None
        except httpx.TimeoutException:
            raise ServerDown("too_slow") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise ServerDown(_failure(error)) from None
        self.moment = _moment(answer.headers.get("date", "")) or self.moment
        return answer

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
        if 300 <= answer.status_code < 400:
            raise Refused("redirected", answer.status_code)
        if answer.status_code != 200:
            raise Refused("token_refused", answer.status_code)
        try:
            self._access = str(answer.json()["access"])
        except (ValueError, KeyError, TypeError):
            raise LabelStudioError("not_label_studio") from None
        claims = _claims(self._access)
        lifetime = float(claims.get("exp", 300)) - float(claims.get("iat", 0))
        # By our own clock: theirs may go wrong, the span does not.
        self._until = time.time() + lifetime


def _beyond(number: int) -> dict[str, Any]:
    name = "filter:tasks:id"
    return {"filter": name, "operator": "greater", "type": "Number", "value": number}


def _whole(answer: httpx.Response) -> httpx.Response:
    """`answer` with its body, which is read no further than it may be long."""
    body = bytearray()
    try:
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > _LARGEST_ANSWER:
                raise LabelStudioError("too_large")
    finally:
        answer.close()
    kept = {
        name: answer.headers[name] for name in ("date", "content-type") if name in answer.headers
    }
    return httpx.Response(answer.status_code, headers=kept, content=bytes(body))


def _moment(date: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _failure(error: httpx.RequestError) -> str:
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
