"""The client of the text service: the web process asks it and loads no model itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.conf import settings

RETRY_AFTER = 5  # seconds
_TIMEOUT = httpx.Timeout(30.0, connect=2.0)


class TextServiceUnavailable(Exception):
    """The text service does not answer; nothing was stored. Try again in `RETRY_AFTER` seconds."""


class TextServiceRefused(Exception):
    """The request is not valid; the message names the field and quotes no text."""


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A text with placeholders for personal data.

    spans: start, end (offsets of the original), type, score, rule. doubts: the same, at offsets of
    `text`, of those whose score lies below the policy's threshold.
    """

    text: str
    spans: list[dict[str, Any]]
    redactor_version: str
    doubts: list[dict[str, Any]] = field(default_factory=list)


def _client() -> httpx.Client:
    address = settings.VERBATIM_TEXT_SERVICE
    if address.startswith("http"):
        return httpx.Client(base_url=address, timeout=_TIMEOUT)
    path = address or str(settings.VERBATIM_HOME.text_service_socket)
    return httpx.Client(
        transport=httpx.HTTPTransport(uds=path), base_url="http://text", timeout=_TIMEOUT
    )


def _ask(path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        with _client() as client:
            answer = client.get(path) if payload is None else client.post(path, json=payload)
    except httpx.TransportError as error:
        raise TextServiceUnavailable from error
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        raise TextServiceUnavailable
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        raise TextServiceRefused(answer.json()["detail"])
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def redactor_version() -> str:
    """The version of the rules that `redact` works by now. Raises TextServiceUnavailable."""
    return str(_ask("/health")["redactor_version"])


def redact(texts: Sequence[str], policy: Mapping[str, Any] | None = None) -> list[RedactedText]:
    """The texts, in order, with personal data replaced.

    `policy`: the policy to go by, as JSON; then `redactor_version` is the policy's stamp.
    Raises TextServiceUnavailable, TextServiceRefused.
    """
    asked: dict[str, Any] = {"texts": list(texts)}
    if policy is not None:
        asked["policy"] = dict(policy)
    found = _ask("/redact", asked)
    return [RedactedText(**item) for item in found["results"]]


def analyze(texts: Sequence[str], questions: Sequence[str] | None = None) -> dict[str, Any]:
    """The champion's answers: `{"model": label, "results": [...]}` in the order of the texts.

    Each result holds the redacted text, its spans, the language, the answers with calibrated
    probabilities, and mentions. Raises TextServiceUnavailable, also while there is no champion.
    """
    return _ask("/analyze", {"texts": list(texts), "questions": questions})


def embed(texts: Sequence[str]) -> tuple[str, list[list[float]] | None]:
    """The champion's label, and where it places each text; None when it makes no embeddings.

    Raises TextServiceUnavailable, also while there is no champion.
    """
    found = _ask("/embed", {"texts": list(texts)})
    return str(found["model"]), found["vectors"]
