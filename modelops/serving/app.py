"""The text service: redaction and the champion's answers for processes that load no model."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from django.db import close_old_connections
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from modelops.ml.spec import Prediction
from modelops.serving import payload
from modelops.serving.batching import Batcher, NotReady
from modelops.serving.engine import Champion, Loaded

if TYPE_CHECKING:
    from privacy.redaction.engine import Redaction, Span
    from reviews.redacting import Policed

log = logging.getLogger("verbatim.text")

RETRY_AFTER = 5  # seconds

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Errors become answers here: a traceback in the server's log could quote a text."""

    async def answer(request: Request) -> JSONResponse:
        try:
            return await endpoint(request)
        except payload.BadRequest as error:
            return JSONResponse({"detail": str(error)}, 422)
        except NotReady:
            return JSONResponse(
                {"detail": "there is no champion, or it is being loaded"},
                503,
                {"Retry-After": str(RETRY_AFTER)},
            )
        except Exception as error:  # noqa: BLE001
            log.error("%s failed: %s", request.url.path, type(error).__name__)
            return JSONResponse({"detail": "the text service failed on this request"}, 500)

    return answer


class TextService:
    """Holds what the endpoints share; `app` is the ASGI application."""

    def __init__(self) -> None:
        self.champion = Champion()
        self.batcher = Batcher(self.champion)
        # Apart from the inference thread: redaction goes on while the model runs or is loaded.
        self._redaction = ThreadPoolExecutor(1, thread_name_prefix="redaction")
        self.app = Starlette(
            routes=[
                Route("/health", _guarded(self.health), methods=["GET"]),
                Route("/redact", _guarded(self.redact), methods=["POST"]),
                Route("/embed", _guarded(self.embed), methods=["POST"]),
                Route("/analyze", _guarded(self.analyze), methods=["POST"]),
            ],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        tasks: list[asyncio.Task[Any]] = [
            # Its first use builds the rules; nobody's request should pay for that.
            asyncio.create_task(self._redacted(["warm up"])),
            asyncio.create_task(self.champion.watch()),
            asyncio.create_task(self.batcher.work()),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    async def health(self, request: Request) -> JSONResponse:
        from privacy.redaction.engine import REDACTOR_VERSION

        loaded = self.champion.current
        return JSONResponse(
            {
                "status": "ok",
                "model": loaded.label if loaded else None,
                "redactor_version": REDACTOR_VERSION,
            }
        )

    async def redact(self, request: Request) -> JSONResponse:
        from privacy.redaction.engine import REDACTOR_VERSION

        asked = await _asked(request)
        if asked.policy is not None:
            return JSONResponse({"results": await self._policed(asked.texts, asked.policy)})
        found = await self._redacted(asked.texts)
        return JSONResponse(
            {
                "results": [
                    {
                        "text": one.text,
                        "spans": _explained(one.spans),
                        "redactor_version": REDACTOR_VERSION,
                    }
                    for one in found
                ]
            }
        )

    async def analyze(self, request: Request) -> JSONResponse:
        asked = await _asked(request)
        loaded = self.champion.current
        if loaded is None:
            raise NotReady
        _check_questions(asked.questions, loaded)
        safe = await self._redacted(asked.texts)
        languages = await asyncio.get_running_loop().run_in_executor(
            self._redaction, _languages, [one.text for one in safe]
        )
        loaded, found = await self.batcher.ask([one.text for one in safe])
        # The champion may have changed since: the answers name the version that made them.
        _check_questions(asked.questions, loaded)
        keys = asked.questions or list(loaded.questions)
        results = [
            _result(one, language, said, keys)
            for one, language, said in zip(safe, languages, found, strict=True)
        ]
        return JSONResponse({"model": loaded.label, "results": results})

    async def embed(self, request: Request) -> JSONResponse:
        """Where the champion places the texts; null when it makes no embeddings."""
        asked = await _asked(request)
        loaded, vectors = await self.batcher.embed(asked.texts)
        return JSONResponse({"model": loaded.label, "vectors": vectors})

    async def _redacted(self, texts: Sequence[str]) -> list[Redaction]:
        from modelops.services.texts import redactions

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._redaction, redactions, texts)

    async def _policed(self, texts: Sequence[str], policy: dict[str, Any]) -> list[dict[str, Any]]:
        from reviews.selectors.policies import BadPolicy

        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._redaction, _by_policy, texts, policy)
        except BadPolicy as error:
            raise payload.BadRequest(f"policy: {error}") from None
        return [
            {
                "text": one.stored.text,
                "spans": _explained(one.spans),
                "doubts": [doubt._asdict() for doubt in one.stored.doubts],
                "redactor_version": one.stamp,
            }
            for one in found
        ]


async def _asked(request: Request) -> payload.Asked:
    size = 0
    pieces = []
    async for piece in request.stream():
        size += len(piece)
        if size > payload.LARGEST_BODY:
            raise payload.BadRequest(f"the body is larger than {payload.LARGEST_BODY} bytes")
        pieces.append(piece)
    return payload.read(b"".join(pieces))


def _check_questions(questions: list[str] | None, loaded: Loaded) -> None:
    unknown = [key for key in questions or [] if key not in loaded.questions]
    if unknown:
        raise payload.BadRequest(
            f"questions: {loaded.label} answers {', '.join(loaded.questions)} and nothing else"
        )


def _languages(texts: Sequence[str]) -> list[str]:
    from reviews.language import detect

    return [detect(text) for text in texts]


def _by_policy(texts: Sequence[str], policy: dict[str, Any]) -> list[Policed]:
    """In the thread of redaction, whose connection nobody else closes."""
    from modelops.services.texts import policed

    close_old_connections()
    try:
        return policed(texts, policy)
    finally:
        close_old_connections()


def _explained(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [
        {
            "start": span.start,
            "end": span.end,
            "type": span.type,
            "score": span.score,
            "rule": span.rule,
        }
        for span in spans
    ]


def _spans(found: Redaction) -> list[dict[str, Any]]:
    return [{"start": span.start, "end": span.end, "type": span.type} for span in found.spans]


def _result(
    safe: Redaction, language: str, said: Prediction, keys: Sequence[str]
) -> dict[str, Any]:
    found = said.to_dict()
    return {
        "text": safe.text,
        "spans": _spans(safe),
        "language": language,
        "answers": {key: found["answers"][key] for key in keys},
        "mentions": found["mentions"],
        "truncated": said.truncated,
    }
