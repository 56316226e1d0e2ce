"""What a deployment over HTTPS must have, and the headers every answer carries."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from common.home import CHECKOUT

_OF_THIS_RUN = {"DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def test_a_deployment_over_https_passes_djangos_own_checks() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT,
        env={
            # The browser tests of the same run set what no deployment may.
            **{name: value for name, value in os.environ.items() if name not in _OF_THIS_RUN},
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "VERBATIM_HTTPS": "true",
            "VERBATIM_ALLOWED_HOSTS": "verbatim.example",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", ["/admin/login/", "/api/v1/", "/api/v1/docs", "/api/v1/nothing"])
def test_no_page_lets_a_script_in_from_elsewhere_or_inline(db: None, path: str) -> None:
    answer = Client().get(path)
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert "'self'" in policy["script-src"]
    assert "unsafe-inline" not in policy["script-src"]
    assert "http" not in answer["Content-Security-Policy"]
    assert "*" not in answer["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_documentation_needs_no_eval(db: None) -> None:
    assert "unsafe-eval" not in Client().get("/api/v1/docs")["Content-Security-Policy"]


def test_answers_with_data_are_not_kept_by_a_proxy(cast: SimpleNamespace) -> None:
    client = APIClient()
    client.force_login(cast.mia, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/reviews")["Cache-Control"] == "private, no-cache"


def test_five_wrong_passwords_lock_the_name_and_not_another(
    cast: SimpleNamespace, settings: Any
) -> None:
    settings.AXES_ENABLED = True
    client = Client()

    def enter(name: str, password: str) -> int:
        return client.post("/admin/login/", {"username": name, "password": password}).status_code

    assert [enter("mia", "wrong") for _ in range(5)][:4] == [200] * 4
    # Even the right one does not help now.
    assert enter("mia", cast.password) in {403, 429}
    assert enter("bob", cast.password) == 302
