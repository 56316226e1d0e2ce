"""The champion in the text service: looked for every few seconds, loaded beside, then swapped."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import close_old_connections

from modelops.models import ModelVersion
from modelops.selectors.models import champion
from modelops.services.inference import model_load

if TYPE_CHECKING:
    from modelops.ml.families import Model

log = logging.getLogger("verbatim.text")

_LOOK_EVERY = 3.0  # seconds
_LONGEST_PAUSE = 60.0  # seconds between two tries to load an artefact that cannot be loaded


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version that is ready; answers made with it carry `label`."""

    label: str
    artefact_hash: str
    session: Model

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.session.questions)


class Champion:
    """`current` is what answers now; None while there is no champion or it is being loaded."""

    def __init__(self) -> None:
        self.current: Loaded | None = None

    async def watch(self) -> None:
        """Keep `current` true until cancelled. What fails is logged; the former model stays."""
        pause = _LOOK_EVERY
        while True:
            try:
                await self._look()
                pause = _LOOK_EVERY
            except Exception as error:  # noqa: BLE001  # a database restart must not end the service
                log.error("the champion could not be loaded: %s", type(error).__name__)
                pause = min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _look(self) -> None:
        wanted = await asyncio.to_thread(_find)
        if wanted is None:
            self.current = None
            return
        now = self.current
        if now is None or (now.label, now.artefact_hash) != (wanted.label, wanted.artefact_hash):
            self.current = await asyncio.to_thread(_load, wanted)
            log.warning("the text service answers with %s now", wanted.label)


def _find() -> ModelVersion | None:
    close_old_connections()
    try:
        return champion()
    finally:
        close_old_connections()


def _load(model: ModelVersion) -> Loaded:
    session = model_load(model, threads=os.cpu_count() or 1)
    # The first run of a session is slow; nobody's request should pay for it.
    session.predict(["warm up"])
    return Loaded(model.label, model.artefact_hash, session)
