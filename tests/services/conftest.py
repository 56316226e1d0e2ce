"""Real servers of others; without them these tests are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import labelstudio

INSTALL = "make labelstudio"


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[labelstudio.Server]:
    if not labelstudio.installed():
        pytest.skip(f"needs Label Studio {labelstudio.VERSION}: {INSTALL}")
    folder: Path = tmp_path_factory.mktemp("label-studio")
    server = labelstudio.Server.on_a_copy(folder)
    server.start()
    yield server
    server.stop()
