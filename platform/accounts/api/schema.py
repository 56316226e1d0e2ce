"""The OpenAPI document (3.1): our operations, and the problem documents that each may answer."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from accounts.api.permissions import PUBLIC, rule_of
from common.problems import KINDS, MEDIA_TYPE, TYPE

PREFIX = "/api/v1/"
_one_at_a_time = Lock()
_USUAL = (400, 401, 403, 404, 406, 422, 429, 500, 503)
_OF_A_BODY = {409, 411, 413, 415}

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem document (RFC 9457). It never quotes the text of a review.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable; decide by it."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The address that was asked for."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
    },
}
_FIELD_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["field", "reason", "detail"],
    "properties": {
        "field": {"type": "string", "description": "Path of the field."},
        "reason": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string"},
        "row": {"type": "integer", "description": "Place among the items sent, from 0."},
    },
}
_HEADERS: dict[int, dict[str, tuple[str, str]]] = {
    401: {"WWW-Authenticate": ("string", "How to authenticate.")},
    429: {
        "Retry-After": ("integer", "Seconds."),
        "RateLimit": ("string", 'What is left: `"key";r=0;t=12`.'),
        "RateLimit-Policy": ("string", 'Requests in seconds: `"key";q=600;w=60`.'),
    },
    503: {"Retry-After": ("integer", "Seconds.")},
}


def _name(status: int) -> str:
    return "Problem" + "".join(part.title() for part in KINDS[status][0].split("-"))


class Schema(AutoSchema):
    """Each operation with the scope it needs and its problems."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        rule = rule_of(self.view, self.method)
        said = "Public." if rule == PUBLIC else f"Needs the scope `{rule}`."
        operation["description"] = f"{operation.get('description', '')}\n\n{said}".strip()
        for status in sorted(self._statuses(rule)):
            reference = {"$ref": f"#/components/responses/{_name(status)}"}
            operation["responses"].setdefault(str(status), reference)
        return operation

    def _statuses(self, rule: str | None) -> set[int]:
        if rule == PUBLIC:
            return {406, 500}
        own = set(getattr(self.view, "problem_statuses", ()))
        return set(_USUAL) | (own if self.method in {"POST", "PUT"} else own - _OF_A_BODY)

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{}] if rule_of(self.view, self.method) == PUBLIC else super().get_auth()


def only_our_api(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """PREPROCESSING_HOOK."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """POSTPROCESSING_HOOK."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update(Problem=_PROBLEM, FieldProblem=_FIELD_PROBLEM)
    components["responses"] = {_name(status): _response(status) for status in KINDS}
    return result


def _response(status: int) -> dict[str, Any]:
    name, title = KINDS[status]
    example = {
        "type": TYPE + name,
        "title": str(title),
        "status": status,
        "detail": str(title),
        "instance": "/api/v1/reviews",
    }
    response: dict[str, Any] = {
        "description": str(title),
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }
    if status in _HEADERS:
        response["headers"] = {
            header: {"schema": {"type": kind}, "description": text}
            for header, (kind, text) in _HEADERS[status].items()
        }
    return response


def document() -> dict[str, Any]:
    """The whole document; made once a process, for it depends on the code alone."""
    # drf-spectacular looks its extensions up while it works: two threads at once trip over that.
    with _one_at_a_time:
        return _document()


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    from django.utils import translation

    with translation.override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found
