"""The champion in the text service: looked for every few seconds, loaded beside, then swapped."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, replace

from django.db import close_old_connections

from modelops.models import ModelVersion
from modelops.selectors.models import champion
from modelops.selectors.questions import questions_active
from modelops.services.inference import model_load
from modelops.services.translating import Translated, translated

log = logging.getLogger("verbatim.text")

_LOOK_EVERY = 3.0  # seconds
_LONGEST_PAUSE = 60.0  # seconds between two tries to load an artefact that cannot be loaded


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version that is ready; answers made with it carry `label`."""

    label: str
    artefact_hash: str
    session: Translated
    asked: tuple[int, ...]  # the versions of the questions that it answers in

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
        model, asked = wanted
        if now is None or (now.label, now.artefact_hash) != (model.label, model.artefact_hash):
            self.current = await asyncio.to_thread(_load, model, asked)
            log.warning("the text service answers with %s now", model.label)
        elif now.asked != asked:
            session = await asyncio.to_thread(_translated, now.session)
            self.current = replace(now, session=session, asked=asked)


def _find() -> tuple[ModelVersion, tuple[int, ...]] | None:
    close_old_connections()
    try:
        found = champion()
        return None if found is None else (found, tuple(one.pk for one in questions_active()))
    finally:
        close_old_connections()


def _translated(session: Translated) -> Translated:
    close_old_connections()
    try:
        return translated(session.inner)
    finally:
        close_old_connections()


def _load(model: ModelVersion, asked: tuple[int, ...]) -> Loaded:
    session = translated(model_load(model, threads=os.cpu_count() or 1))
    # The first run of a session is slow; nobody's request should pay for it.
    session.predict(["warm up"])
    close_old_connections()
    return Loaded(model.label, model.artefact_hash, session, asked)
