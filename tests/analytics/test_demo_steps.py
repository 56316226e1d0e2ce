"""The demo on files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Store
from analytics.demo import steps

pytestmark = pytest.mark.django_db


def test_each_file_has_a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def note(command: str, path: str, store: str, **more: Any) -> None:
        asked.append((path, store))

    monkeypatch.setattr(steps, "call_command", note)
    paths = [tmp_path / "may" / "reviews.csv", tmp_path / "june" / "reviews.csv"]
    keys = [steps.import_own(path) for path in (*paths, paths[1])]
    assert keys[0] != keys[1] == keys[2]
    assert asked == [(str(path), key) for path, key in zip((*paths, paths[1]), keys, strict=True)]
    named = Store.objects.filter(key__startswith=steps.OWN_STORES)
    assert sorted(named.values_list("key", flat=True)) == sorted(set(keys))
    assert {store.name_en for store in named} == {"Your data: reviews.csv"}
