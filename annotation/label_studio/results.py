"""What stands in an annotation of theirs, and how what we know stands in a prediction of ours."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from annotation.label_studio import configuration as names
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
    if not isinstance(result, list) or len(result) > _MOST:
        said.wrong.append("unreadable")
        return said
    scopes: dict[str, str] = {}
    regions: list[tuple[str, int, int, list[str]]] = []
    for item in result:
        try:
            _read_one(item, text, said, scopes, regions)
        except (KeyError, TypeError, ValueError, AttributeError):
            said.wrong.append("unreadable")
    for region, start, end, kinds in regions:
        for kind in kinds:
            said.mentions.append([start, end, kind, scopes.get(region, "product")])
    said.mentions.sort(key=lambda one: (one[0], one[1], one[2]))
    said.wrong = sorted(set(said.wrong))
    return said


def _read_one(
    item: Mapping[str, Any],
    text: str,
    said: Said,
    scopes: dict[str, str],
    regions: list[tuple[str, int, int, list[str]]],
) -> None:
    control, value = _name(item["from_name"]), item["value"]
    if control == names.SCOPE:
        scopes[str(item["id"])] = _names(value["choices"])[0]
    elif control == names.COMMENT:
        lines = [_storable(str(one)) for one in value["text"]]
        said.comment = "\n".join(lines)[:_LONGEST_COMMENT].strip()
    elif "labels" in value:
        place = code_points(text, int(value["start"]), int(value["end"]), value.get("text"))
        if place is None:
            said.wrong.append("bad_offsets")
        else:
            regions.append((str(item.get("id", "")), *place, _names(value["labels"])))
    else:
        said.choices[control] = _names(value["choices"])


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        raise ValueError("no list of names")
    return [_name(one) for one in value]


def _name(value: Any) -> str:
    return _storable(str(value))[:_LONGEST_NAME]


def _storable(words: str) -> str:
    """Without what no database takes: NUL, and halves of characters."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode()


def code_points(text: str, start: int, end: int, words: Any) -> tuple[int, int] | None:
    """Where `words` stand in `text`; None when they do not stand where it is said.

    Offsets are taken for code points, else for UTF-16 units, as browsers count them. Without
    words there is nothing to check by: then they are code points within the text.
    """
    fits = 0 <= start < end <= len(text)
    if not isinstance(words, str) or not words:
        return (start, end) if fits else None
    if fits and text[start:end] == words:
        return start, end
    units = _units(text)
    if start in units and end in units:
        low, high = units[start], units[end]
        if low < high and text[low:high] == words:
            return low, high
    return None


def _units(text: str) -> dict[int, int]:
    """The code point at each UTF-16 offset that is no half of one."""
    found, at = {}, 0
    for place, char in enumerate(text):
        found[at] = place
        at += 2 if ord(char) > 0xFFFF else 1
    found[at] = len(text)
    return found


def prediction(known: Prelabel, text: str, controls: Sequence[str]) -> dict[str, Any] | None:
    """`known` as a prediction about `text`, for `controls` only; None when nothing is left.

    The server stores whatever it gets, so a mention that does not fit is left out here.
    """
    result: list[dict[str, Any]] = []
    scores: list[float] = []
    for key, (choice, probability) in known.answers.items():
        if key in controls:
            result.append(_choice(key, choice) | {"score": round(probability, 4)})
            scores.append(probability)
    if names.MENTIONS in controls:
        for number, mention in enumerate(known.mentions):
            result += _region(f"m{number}", mention, text, names.SCOPE in controls)
    if not result:
        return None
    return {
        "model_version": known.model,
        "score": round(min(scores, default=0.0), 4),
        "result": result,
    }


def _choice(control: str, choice: str) -> dict[str, Any]:
    value = {"choices": [choice]}
    return {"from_name": control, "to_name": names.TEXT, "type": "choices", "value": value}


def _region(
    region: str, mention: Mapping[str, Any], text: str, with_scope: bool
) -> list[dict[str, Any]]:
    start, end = int(mention["start"]), int(mention["end"])
    if not 0 <= start < end <= len(text):
        log.warning("a mention lies outside its text and is not sent")
        return []
    place = {"start": start, "end": end, "text": text[start:end]}
    made = {"id": region, "from_name": names.MENTIONS, "to_name": names.TEXT, "type": "labels"}
    found: list[dict[str, Any]] = [made | {"value": place | {"labels": [mention["kind"]]}}]
    if "score" in mention and mention["score"] is not None:
        found[0]["score"] = round(float(mention["score"]), 4)
    if with_scope and mention.get("scope"):
        value = place | {"choices": [mention["scope"]]}
        found.append(_choice(names.SCOPE, mention["scope"]) | {"id": region, "value": value})
    return found
