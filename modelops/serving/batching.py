"""Requests that arrive together are answered together: one call of the model, one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from modelops.ml.spec import Embedder, Prediction
from modelops.serving.engine import Champion, Loaded

_WINDOW = 0.002  # seconds that a lone request waits for company
_ENOUGH = 64  # texts


class NotReady(Exception):
    """There is no champion, or it is still being loaded."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    texts: Sequence[str]
    answer: asyncio.Future[tuple[Loaded, list[Prediction]]]


class Batcher:
    """`ask` from any number of requests; `work` runs once, beside them.

    A request's texts are never torn apart, so all its answers come from one version.
    """

    def __init__(self, champion: Champion) -> None:
        self._champion = champion
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inference")

    async def ask(self, texts: Sequence[str]) -> tuple[Loaded, list[Prediction]]:
        """The version that answered, and one prediction per text. Raises NotReady."""
        if self._champion.current is None:
            raise NotReady
        waiting = _Waiting(texts, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        return await waiting.answer

    async def embed(self, texts: Sequence[str]) -> tuple[Loaded, list[list[float]] | None]:
        """The version, and where it places each text; None when it cannot. Raises NotReady."""
        loaded = self._champion.current
        if loaded is None:
            raise NotReady
        session = loaded.session
        if not isinstance(session, Embedder) or session.width is None:
            return loaded, None
        loop = asyncio.get_running_loop()
        return loaded, (await loop.run_in_executor(self._thread, session.embed, texts)).tolist()

    async def work(self) -> None:
        """Answer what is asked until cancelled."""
        while True:
            batch = await self._gather()
            try:
                await self._answer(batch)
            except Exception as error:  # noqa: BLE001  # each of those who wait is told
                for waiting in batch:
                    if not waiting.answer.done():
                        waiting.answer.set_exception(error)

    async def _gather(self) -> list[_Waiting]:
        batch = [await self._queue.get()]
        if self._queue.empty():
            await asyncio.sleep(_WINDOW)
        size = len(batch[0].texts)
        while size < _ENOUGH and not self._queue.empty():
            waiting = self._queue.get_nowait()
            # Whoever went away meanwhile is not worked for.
            if not waiting.answer.cancelled():
                batch.append(waiting)
                size += len(waiting.texts)
        return batch

    async def _answer(self, batch: list[_Waiting]) -> None:
        loaded = self._champion.current
        if loaded is None:
            raise NotReady
        texts = [text for waiting in batch for text in waiting.texts]
        loop = asyncio.get_running_loop()
        found = iter(await loop.run_in_executor(self._thread, loaded.session.predict, texts))
        for waiting in batch:
            answers = [next(found) for _ in waiting.texts]
            if not waiting.answer.done():
                waiting.answer.set_result((loaded, answers))
