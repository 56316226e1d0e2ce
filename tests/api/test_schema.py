"""The OpenAPI document is valid, complete, and true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client as Browser
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from accounts.models import Scope
from tests.analytics import factories
from tests.api.conftest import Client
from tests.api.test_matrix import _routes


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    answer = Browser().get("/api/v1/openapi.json")
    found: dict[str, Any] = json.loads(answer.content)
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _validator(document: dict[str, Any], schema: dict[str, Any]) -> OAS31Validator:
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:doc", resource)
    text = json.dumps(schema).replace('"#/', '"urn:doc#/')
    return OAS31Validator(json.loads(text), registry=registry)


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_is_in_it(document: dict[str, Any]) -> None:
    # The page that shows the document is for people.
    routes = [(name, method) for name, method, _ in _routes() if name != "docs"]
    assert len(list(_operations(document))) == len(routes)


def test_every_operation_is_described_with_examples_that_fit_their_schema(
    document: dict[str, Any],
) -> None:
    seen = 0
    for path, method, operation in _operations(document):
        where = f"{method} {path}"
        assert operation.get("summary"), where
        assert operation["description"], where
        assert operation["tags"], where
        contents = list(operation.get("requestBody", {}).get("content", {}).items())
        for status, response in operation["responses"].items():
            if status.startswith("2") and status != "204":
                contents += response["content"].items()
        assert contents or method == "delete", where
        for media_type, content in contents:
            if media_type == "application/zip":
                continue
            assert content.get("examples"), f"{where}: {media_type}"
            validator = _validator(document, content["schema"])
            for name, example in content["examples"].items():
                errors = [error.message for error in validator.iter_errors(example["value"])]
                assert not errors, f"{where}: {name}"
                seen += 1
    assert seen > 12


def test_errors_are_documented_as_problems(document: dict[str, Any]) -> None:
    for path, method, operation in _operations(document):
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                continue
            name = response["$ref"].rsplit("/", 1)[1]
            content = document["components"]["responses"][name]["content"]
            assert list(content) == ["application/problem+json"], (method, path, status)
    send = document["paths"]["/api/v1/reviews"]["post"]
    assert set(send["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}
    assert {"200", "207", "409", "413", "415", "503"} <= set(send["responses"])
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_real_answers_fit_the_document(
    document: dict[str, Any], api: Client, cast: SimpleNamespace, text_service: None
) -> None:
    model = factories.model_version()
    lamp = factories.product(cast.lanting, "LT-20", category=factories.category("lamps"))
    review = factories.answered(model, cast.lanting, product=lamp)
    factories.review(cast.lanting, None)
    client = api(*Scope.values, stores=[cast.lanting])
    wish = {"kind": "restrict", "identifiers": [{"kind": "shopper", "value": "u-1"}]}
    sent = {"source": "s", "reviews": [{"id": "1", "text": "x"}, {"id": "2"}]}
    asked = [
        ("get", "/api/v1/reviews", "/api/v1/reviews", None),
        ("get", "/api/v1/reviews/{review_id}", f"/api/v1/reviews/{review.pk}", None),
        ("get", "/api/v1/products", "/api/v1/products", None),
        ("put", "/api/v1/products/{external_id}", "/api/v1/products/LT-20", {"brand": "x"}),
        ("get", "/api/v1/indices/{question}", "/api/v1/indices/sentiment?by=product", None),
        ("post", "/api/v1/reviews", "/api/v1/reviews", sent),
        ("get", "/api/v1/", "/api/v1/", None),
        ("post", "/api/v1/privacy/requests", "/api/v1/privacy/requests", wish),
        ("get", "/api/v1/privacy/requests", "/api/v1/privacy/requests", None),
        ("get", "/api/v1/indices/{question}", "/api/v1/indices/joy", None),
        ("post", "/api/v1/analyze", "/api/v1/analyze", {"text": "x"}),
    ]
    for method, path, address, body in asked:
        answer = getattr(client, method)(address, body, format="json")
        response = document["paths"][path][method]["responses"][str(answer.status_code)]
        if "$ref" in response:
            response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        media_type = answer["Content-Type"].split(";")[0]
        schema = response["content"][media_type]["schema"]
        errors = [
            error.message for error in _validator(document, schema).iter_errors(answer.json())
        ]
        assert not errors, address
