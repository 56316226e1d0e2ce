"""What stands in an annotation of theirs, and how what we know stands in a prediction of ours."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from annotation.formats.record import Unmapped
from annotation.label_studio import configuration as names
from annotation.label_studio.parts import Region, chosen, marked, taken_apart
from annotation.prelabels import Prelabel

log = logging.getLogger("verbatim.label_studio")
_LONGEST_NAME = 60  # characters of a name somebody gave a label there
_MOST = 200  # results that are read of one annotation
_LONGEST_COMMENT = 1000


@dataclass
class Said:
    """An annotation without the words of the text.

    choices: by control what was chosen. mentions: [start, end, kind, scope], in code points of the
    text it was made on. wrong: what cannot be read (`bad_offsets`, `unreadable`).
    """

    choices: dict[str, list[str]] = field(default_factory=dict)
    mentions: list[list[Any]] = field(default_factory=list)
    comment: str = ""
    wrong: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Said:
        return cls(**value)


def read(result: Any, text: str) -> Said:
    """The annotation `result` about `text`. Raises nothing: what is wrong is said in `wrong`."""
    said = Said()
    parts = taken_apart(result)
    if parts.unreadable or parts.others or (isinstance(result, list) and len(result) > _MOST):
        said.wrong.append("unreadable")
        return said
    said.choices = {control[:_LONGEST_NAME]: _short(given) for control, given in parts.choices}
    said.comment = parts.comment[:_LONGEST_COMMENT].strip()
    for region in parts.regions:
        try:
            start, end = region.place(text)
        except Unmapped:
            said.wrong = ["bad_offsets"]
            continue
        scope = _short(parts.scopes.get(region.key, ["product"]))[0]
        said.mentions += [[start, end, kind, scope] for kind in _short(region.labels)]
    said.mentions.sort(key=lambda one: (one[0], one[1], one[2]))
    return said


def _short(given: Sequence[str]) -> list[str]:
    return [one[:_LONGEST_NAME] for one in given]


def code_points(text: str, start: int, end: int, words: Any) -> tuple[int, int] | None:
    """Where `words` stand in `text`; None when they do not stand where it is said."""
    try:
        return Region("", start, end, words, []).place(text)
    except Unmapped:
        return None


def prediction(known: Prelabel, text: str, controls: Sequence[str]) -> dict[str, Any] | None:
    """`known` as a prediction about `text`, for `controls` only; None when nothing is left.

    The server stores whatever it gets, so a mention that does not fit is left out here.
    """
    answers = {key: told for key, told in known.answers.items() if key in controls}
    result: list[dict[str, Any]] = [
        chosen(key, [choice]) | {"score": round(probability, 4)}
        for key, (choice, probability) in answers.items()
    ]
    if names.MENTIONS in controls:
        for number, mention in enumerate(known.mentions, start=1):
            result += _mention(number, mention, text, names.SCOPE in controls)
    if not result:
        return None
    return {
        "model_version": known.model,
        "score": round(min((score for _, score in answers.values()), default=0.0), 4),
        "result": result,
    }


def _mention(
    number: int, mention: Mapping[str, Any], text: str, with_scope: bool
) -> list[dict[str, Any]]:
    start, end = int(mention["start"]), int(mention["end"])
    if not 0 <= start < end <= len(text):
        log.warning("a mention lies outside its text and is not sent")
        return []
    scope = str(mention.get("scope") or "") if with_scope else ""
    score = mention.get("score")
    told = float(score) if score is not None else None
    return list(marked(number, (start, end), mention["kind"], scope, text, score=told))
