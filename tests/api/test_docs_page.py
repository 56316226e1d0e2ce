"""The documentation page works under its policy, in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs: apt-get install chromium"),
]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; the database is not used from it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser.new_page()
        browser.close()


def test_it_shows_every_operation_and_loads_nothing_from_outside(
    page: Any, live_server: Any
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs")
    page.wait_for_selector(".opblock", timeout=20_000)
    shown = page.locator(".opblock").count()
    paths = page.request.get(f"{live_server.url}/api/v1/openapi.json").json()["paths"]
    assert shown == sum(len(operations) for operations in paths.values()) > 10
    page.locator("#operations-reviews-reviews_send .opblock-summary").click()
    page.wait_for_selector("text=Idempotency-Key")
    outside = [url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))]
    assert outside == []
    assert [line for line in said if not line.startswith(("info", "log", "debug"))] == []
