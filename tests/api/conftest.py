"""Clients with keys, and the real text service beside the test database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Store
from accounts.services import apikey_create
from common.home import CHECKOUT
from tests.modelops.conftest import base, register, trained_model  # noqa: F401

Client = Callable[..., APIClient]


@pytest.fixture
def api(db: None) -> Client:
    """A client with a new key: `api("reviews:read", stores=[…])`."""

    def make(*scopes: str, stores: list[Store]) -> APIClient:
        _, token = apikey_create(actor=None, name="test", scopes=scopes, stores=stores)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return make


@pytest.fixture(scope="session")
def service_socket(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The real service in a process of its own, for the whole run of these tests."""
    path = tmp_path_factory.mktemp("text") / "t.sock"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.modelops.server", connection.settings_dict["NAME"]],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "VERBATIM_TEXT_SERVICE": str(path),
            "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/platform",
        },
    )
    try:
        _wait(path)
        yield path
    finally:
        process.terminate()
        process.wait(20)


def _wait(path: Path) -> None:
    with httpx.Client(
        transport=httpx.HTTPTransport(uds=str(path)), base_url="http://text", timeout=30
    ) as client:
        for _ in range(600):
            try:
                if client.get("/health").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise AssertionError("the text service did not start")


@pytest.fixture
def text_service(service_socket: Path, settings: object) -> Path:
    settings.VERBATIM_TEXT_SERVICE = str(service_socket)  # type: ignore[attr-defined]
    return service_socket


@pytest.fixture
def no_text_service(tmp_path: Path, settings: object) -> None:
    settings.VERBATIM_TEXT_SERVICE = str(tmp_path / "nobody.sock")  # type: ignore[attr-defined]
