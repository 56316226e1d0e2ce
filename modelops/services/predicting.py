"""Answers for texts that are not stored: lines in, answers out, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from modelops.errors import UnknownQuestion
from modelops.models import ModelVersion
from modelops.services.texts import redacted
from modelops.services.translating import Translation, model_now
from reviews.cleaning.text import clean
from reviews.importing.values import LONGEST_TEXT

_BATCH = 64  # lines
_LONGEST_LINE = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class BadLine:
    """`line` counts from 1; `problem` says what is wrong with it and quotes none of its words."""

    line: int
    problem: str


def lines_predict(
    *, model: ModelVersion, lines: Iterable[bytes], questions: Sequence[str] | None = None
) -> Iterator[dict[str, Any] | BadLine]:
    """`{"id", "answers": {question: {"label", "probabilities"}}}` per line `{"id", "text"}`.

    A text is cleaned and redacted as on import before the model sees it. A line that cannot be
    answered gives a BadLine in its place; blank lines give nothing. Raises UnknownQuestion,
    ArtefactCorrupt.
    """
    asked = list(questions or model.questions)
    unknown = [key for key in asked if key not in model.questions]
    if unknown:
        raise UnknownQuestion(
            f"{model.label} does not answer {unknown[0]!r}; it answers "
            f"{', '.join(model.questions)}."
        )
    session = model_now(model)
    _answerable(model, session.translation, asked)
    batch: list[BadLine | tuple[Any, str]] = []

    def answers() -> Iterator[dict[str, Any] | BadLine]:
        good = [item for item in batch if not isinstance(item, BadLine)]
        texts = redacted([text for _, text in good])
        found = iter(session.predict(texts, asked, mentions=False) if texts else [])
        for item in batch:
            if isinstance(item, BadLine):
                yield item
            else:
                said = next(found).to_dict()["answers"]
                yield {"id": item[0], "answers": said}
        batch.clear()

    for number, line in enumerate(lines, start=1):
        if line.strip():
            batch.append(_read(number, line))
        if len(batch) >= _BATCH:
            yield from answers()
    yield from answers()


def _answerable(model: ModelVersion, translation: Translation, asked: Sequence[str]) -> None:
    gone = [key for key in asked if key in translation.lost]
    if gone:
        raise UnknownQuestion(
            f"{model.label} was trained on other choices of {gone[0]} "
            f"({', '.join(translation.lost[gone[0]])}); train anew."
        )


def _read(number: int, line: bytes) -> BadLine | tuple[Any, str]:
    if len(line) > _LONGEST_LINE:
        return BadLine(number, "longer than 8 MB")
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadLine(number, "not UTF-8; save the input as UTF-8")
    except (ValueError, RecursionError):
        return BadLine(number, "not JSON; each line is one object with `id` and `text`")
    if not isinstance(value, dict):
        return BadLine(number, "not a JSON object with `id` and `text`")
    if isinstance(value.get("id"), bool) or not isinstance(value.get("id"), str | int):
        return BadLine(number, "`id` is missing; give a string or a whole number")
    text = value.get("text")
    if not isinstance(text, str):
        return BadLine(number, "`text` is missing or not a string")
    cleaned = clean(text)
    if not cleaned:
        return BadLine(number, "`text` is empty")
    if len(cleaned) > LONGEST_TEXT:
        return BadLine(
            number, f"`text` has {len(cleaned)} characters; at most {LONGEST_TEXT} are read"
        )
    return value["id"], cleaned
