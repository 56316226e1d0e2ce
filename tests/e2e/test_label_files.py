"""Label files in a real browser: out, looked at, and in again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_choosing_a_file_fills_in_nothing_else(visit: Callable[..., Any], tmp_path: Path) -> None:
    """The shell has a script that writes the name of a file beside it: not into who labelled."""
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"text": "x"}))
    page = visit("max")
    page.goto("/label-files/import/")
    page.set_input_files("input[type=file]", path)
    assert page.input_value("[name=annotator]") == ""
    assert page.locator("form.v-form input[type=text]:visible").count() >= 1
