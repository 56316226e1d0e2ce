"""A real browser against the real site; without Chromium these tests are passed over."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from annotation.models import Batch
from benchmarks.support.labeller import CASES
from tests import shop
from tests.e2e.batches import batch_of

INSTALL = "apt-get install -y chromium fonts-noto-cjk"


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    program = chromium()
    if program is None:
        pytest.skip(f"needs Chromium: {INSTALL}")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def opened(browser: Any, live_server: Any, cast: SimpleNamespace) -> SimpleNamespace:
    return shop.open_shop(cast)


@pytest.fixture
def batch(cast: SimpleNamespace) -> Batch:
    """Difficult texts to label."""
    return batch_of(cast, CASES)


def _requests_end(patience: float = 10.0) -> None:
    """Wait for what the site still does for pages that are closed: the tables are emptied next,
    and that and a request in the middle of its work would wait for each other."""
    deadline, quiet = time.monotonic() + patience, 0
    while quiet < 3 and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = current_database() "
                "and pid <> pg_backend_pid() and state <> 'idle'"
            )
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        time.sleep(0.05)


@pytest.fixture
def visit(
    browser: Any, live_server: Any, opened: SimpleNamespace, cast: SimpleNamespace
) -> Iterator[Callable[..., Any]]:
    """Sign somebody in with a browser in a language; at the end nothing may have gone wrong.

    Errors on the console and requests that leave the host fail the test.
    """
    contexts: list[Any] = []
    troubles: list[str] = []

    def start(
        name: str = "mia", language: str = "en", width: int = 1280, expected: str = "ERR_INTERNET"
    ) -> Any:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, locale=language
        )
        contexts.append(context)
        page = context.new_page()

        def listen(told: Any) -> None:
            # What a browser logs by itself of a network that a test cuts, or of a refusal it wants.
            quiet = "ERR_INTERNET" in told.text or expected in told.text
            if told.type in {"error", "warning"} and not quiet:
                troubles.append(told.text)

        page.on("console", listen)
        page.on("pageerror", lambda error: troubles.append(str(error)))

        def look(request: Any) -> None:
            if not request.url.startswith((live_server.url, "data:", "blob:")):
                troubles.append(f"left the host: {request.url}")

        page.on("request", look)
        page.goto("/")
        if language == "zh-hans":
            page.get_by_role("button", name="简体中文").click()
        page.fill("#id_username", name)
        page.fill("#id_password", cast.password)
        page.press("#id_password", "Enter")
        page.wait_for_selector("main.v-page")
        return page

    yield start
    for context in contexts:
        context.close()
    _requests_end()
    assert not troubles, troubles
