"""Real servers of others; without them these tests are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.models import LabelStudioServer
from annotation.services.label_studio.connecting import server_connect
from annotation.services.questions import questions_seed
from tests.services import labelstudio
from tests.services.labelstudio import TOKEN, Server
from tests.services.relay import Relay

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


@pytest.fixture
def relay(live_server: Any) -> Iterator[Relay]:
    found = Relay(live_server.url)
    yield found
    found.stop()


@pytest.fixture
def connected(
    label_studio: Server, relay: Relay, cast: SimpleNamespace, settings: Any
) -> LabelStudioServer:
    settings.VERBATIM_LABEL_STUDIO_PRIVATE = True
    questions_seed()
    return server_connect(
        actor=cast.max,
        name="labels",
        url=label_studio.url,
        our_url=relay.url,
        token=TOKEN,
        stores=[cast.lanting],
    )
