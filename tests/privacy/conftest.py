from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.home import Home
from privacy.vault import here
from tests.privacy.planted_person import ask, planted, upload

__all__ = ["ask", "keys", "planted", "upload"]


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A key folder and secrets of this test's own."""
    settings.VERBATIM_HOME = Home(tmp_path / "home")
    settings.VERBATIM_KEYS = str(tmp_path / "keys")
    _forget()
    yield tmp_path / "keys"
    if here.key_ring.cache_info().currsize:
        here.key_ring().store.close()
    _forget()


def _forget() -> None:
    for cached in (here.key_ring, here.ledger, here.secret):
        cached.cache_clear()
