"""What an annotation's `result` is made of: for servers and for files, this is what knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.formats.spans import span_of
from annotation.label_studio import configuration as names

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Region:
    """Marked words, as they are told: `place` says where they stand in a text of ours."""

    key: str
    start: Any
    end: Any
    words: Any
    labels: list[str]
    note: str = ""

    def place(self, text: str, *, utf16: bool = False) -> tuple[int, int]:
        """In code points, end exclusive. Raises Unmapped where they do not stand there."""
        return span_of(self.start, self.end, text, self.words or None, utf16)


@dataclass(slots=True)
class Parts:
    """A result taken apart.

    choices: control and what was chosen of it. scopes: by region. others: controls of kinds that we
    do not know. unreadable: whether something has no form that we know.
    """

    choices: list[tuple[str, list[str]]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    scopes: dict[str, list[str]] = field(default_factory=dict)
    comment: str = ""
    others: list[str] = field(default_factory=list)
    unreadable: bool = False


def taken_apart(result: Any) -> Parts:
    """Raises nothing: what is wrong is said in the parts."""
    found = Parts()
    if not isinstance(result, list):
        found.unreadable = True
        return found
    for item in result:
        try:
            _part(item, found)
        except (KeyError, TypeError, ValueError, AttributeError):
            found.unreadable = True
    return found


def _part(item: Mapping[str, Any], found: Parts) -> None:
    control, value = storable(item["from_name"]), item["value"]
    if "labels" in value:
        notes = (item.get("meta") or {}).get("text") or [""]
        found.regions.append(
            Region(
                storable(item.get("id", "")),
                value["start"],
                value["end"],
                value.get("text"),
                _names(value["labels"]),
                storable(notes[0] if isinstance(notes, list) else notes),
            )
        )
    elif "choices" in value and ("start" in value or control == names.SCOPE):
        if given := _names(value["choices"]):
            found.scopes[storable(item["id"])] = given
    elif "choices" in value:
        if given := _names(value["choices"]):
            found.choices.append((control, given))
    elif isinstance(value.get("text"), list | str):
        lines = value["text"] if isinstance(value["text"], list) else [value["text"]]
        found.comment = "\n".join(storable(one) for one in lines)
    else:
        found.others.append(control)


def _names(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError("no list of names")
    return [storable(one) for one in value]


def storable(words: Any) -> str:
    """As text, without what no database takes: NUL, and halves of characters."""
    return str(words).replace("\x00", "").encode("utf-8", "replace").decode()


def chosen(control: str, keys: Sequence[str]) -> Item:
    return {
        "id": f"q-{control}",
        "from_name": control,
        "to_name": names.TEXT,
        "type": "choices",
        "value": {"choices": list(keys)},
    }


def commented(comment: str) -> Item:
    return {
        "id": f"q-{names.COMMENT}",
        "from_name": names.COMMENT,
        "to_name": names.TEXT,
        "type": "textarea",
        "value": {"text": [comment]},
    }


def marked(
    number: int,
    place: tuple[int, int],
    kind: str,
    scope: str,
    text: str,
    *,
    note: str = "",
    score: float | None = None,
) -> Iterator[Item]:
    """The region of a mention, and its scope where it is another than the product."""
    start, end = place
    words = {"start": start, "end": end, "text": text[start:end]}
    region = {"id": f"m-{number}", "to_name": names.TEXT}
    more: Item = {"meta": {"text": [note]}} if note else {}
    more |= {"score": round(score, 4)} if score is not None else {}
    labels = {**words, "labels": [kind]}
    yield {**region, "from_name": names.MENTIONS, "type": "labels", "value": labels, **more}
    if scope and scope != "product":
        choices = {**words, "choices": [scope]}
        yield {**region, "from_name": names.SCOPE, "type": "choices", "value": choices}
