"""What is told of a record beside its text and labels, as it stands in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from annotation.formats.lines import number_of, string, time_of, whole_of
from annotation.formats.record import Drawn, Found, Person, Record, Unmapped


def person_told(person: Person) -> dict[str, str]:
    told = {"id": person.id, "name": person.name, "email": person.email}
    return {key: value for key, value in told.items() if value}


def person_read(value: Any) -> Person:
    """A name, or an object with `id`, `name` and `email`, each where it is known."""
    if not isinstance(value, Mapping):
        return Person(string(value).strip())
    called, name, email = (string(value.get(key)).strip() for key in ("id", "name", "email"))
    return Person(called, name, email)


def found_told(found: Found) -> dict[str, Any]:
    return {
        "review_id": found.review,
        "store": found.store,
        "source": found.source,
        "external_id": found.external_id,
    }


def found_read(value: Mapping[str, Any]) -> Found:
    """`review_id` where it is a number of ours; in any other form it is the shop's."""
    review = value.get("review_id", value.get("verbatim_id"))
    number = whole_of(review)
    external = string(value.get("external_id"))
    if number is None and not external:
        external = string(review)
    return Found(number, string(value.get("store")), string(value.get("source")), external)


def drawn_told(drawn: Drawn | None) -> dict[str, Any] | None:
    if drawn is None:
        return None
    return {"name": drawn.batch, "design": drawn.design, "probability": drawn.probability}


def drawn_read(value: Any) -> Drawn | None:
    """Raises Unmapped for a probability that is none."""
    if not isinstance(value, Mapping) or not string(value.get("name")):
        return None
    chance = value.get("probability")
    probability = number_of(chance)
    if chance is not None and (probability is None or not 0 < probability <= 1):
        raise Unmapped("bad_probability")
    return Drawn(string(value["name"])[:120], string(value.get("design")), probability)


def time_told(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def flags_read(value: Any, known: Any) -> tuple[str, ...]:
    """Raises Unmapped for a flag that is none of ours."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Unmapped("unknown_flag", string(value))
    return tuple(known(string(one)) for one in value)


def circumstances_told(record: Record) -> dict[str, Any]:
    """Who, when, how long, by which rules, in which batch, and from where; what all came to."""
    return {
        "annotator": person_told(record.person),
        "at": time_told(record.at),
        "seconds": record.seconds,
        "guideline": record.guideline,
        "batch": drawn_told(record.drawn),
        "origin": record.origin,
        "versions": dict(record.versions),
        "gold": record.gold,
        "settled": {
            key: {"choice": one.choice, "how": one.how} for key, one in record.settled.items()
        },
    }


def circumstances_read(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same as fields of a record. Raises Unmapped."""
    given = value.get("versions")
    versions = given.items() if isinstance(given, Mapping) else ()
    return {
        "person": person_read(value.get("annotator")),
        "at": time_of(value.get("at")),
        "seconds": number_of(value.get("seconds")),
        "guideline": whole_of(value.get("guideline")),
        "drawn": drawn_read(value.get("batch")),
        "origin": string(value.get("origin")),
        "versions": {string(key): whole_of(one) or 0 for key, one in versions},
        "gold": value.get("gold") is True,
    }
