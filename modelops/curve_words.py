"""A learning curve as people read it: what more labels would bring, in their language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from modelops.ml.forecast import verdict
from modelops.wording import language_words, question_words


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one question, or of one language of it. `verdict`: see `forecast.verdict`."""

    name: str
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True)
class QuestionCurve:
    """`data`: what the chart draws; None where nothing was measured. `rows`: its table."""

    key: str
    told: Told
    languages: list[Told]
    how: str
    data: dict[str, Any] | None
    rows: list[list[Any]]


def question_curves(content: Mapping[str, Any]) -> list[QuestionCurve]:
    wanted = content["wanted"]
    return [
        QuestionCurve(
            key,
            _told(question_words(key), found, wanted),
            [
                _told_shortly(language_words(lang), one, wanted)
                for lang, one in found.get("languages", {}).items()
            ],
            found.get("how", ""),
            _chart(found) if "points" in found else None,
            list(curve_table(found)),
        )
        for key, found in ((key, content["questions"][key]) for key in content["order"])
    ]


def _told(name: str, found: Mapping[str, Any], wanted: int) -> Told:
    said, chosen = verdict(found.get("forecasts", []), wanted)
    if chosen is None:
        words = _("Too few labels to say; %(n)s are there.") % {"n": intcomma(found["labels"])}
        return Told(name, said, words)
    sentences = {
        "helps": _(
            "Another %(more)s labelled reviews would probably add %(gain)s points "
            "(%(low)s to %(high)s)."
        ),
        "slowly": _(
            "It takes many: another %(more)s labelled reviews would probably add %(gain)s points "
            "(%(low)s to %(high)s)."
        ),
        "hardly": _(
            "Even another %(more)s labelled reviews would hardly help: %(gain)s points "
            "(%(low)s to %(high)s). Look at the guideline and at where people disagree instead."
        ),
        "unclear": _(
            "It cannot be told yet whether more labels help: another %(more)s labelled reviews "
            "would add something between %(low)s and %(high)s points."
        ),
    }
    return Told(name, said, sentences[said] % _values(chosen))


def _told_shortly(name: str, found: Mapping[str, Any], wanted: int) -> Told:
    """The same of one language of a question of which all was said."""
    said, chosen = verdict(found.get("forecasts", []), wanted)
    if chosen is None:
        return Told(name, said, "")
    words = _("%(gain)s points (%(low)s to %(high)s) by another %(more)s labelled reviews")
    return Told(name, said, words % _values(chosen))


def _values(chosen: Mapping[str, float]) -> dict[str, str]:
    return {"more": intcomma(int(chosen["more"]))} | {
        key: _points(chosen[key]) for key in ("gain", "low", "high")
    }


def _points(value: float) -> str:
    return f"{100 * value:.1f}"


def curve_table(found: Mapping[str, Any]) -> Iterator[list[Any]]:
    """What it is, labels learned from, score, low, high, and the score of each language."""
    languages = found.get("languages", {})

    def of(kind: str, at: int) -> list[Any]:
        return [one[kind][at]["value"] if kind in one else None for _key, one in languages.items()]

    for kind, words in (("points", _("measured")), ("line", _("foretold"))):
        for at, one in enumerate(found.get(kind, [])):
            yield [words, int(one["n"]), one["value"], one["low"], one["high"], *of(kind, at)]
    for one in found.get("versions", []):
        blank = [None] * len(languages)
        yield [one["model"], one["n"], one["value"], None, None, *blank]


def _chart(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "points": found["points"],
        "line": found["line"],
        "versions": found["versions"],
        "languages": [
            {"name": language_words(lang), "points": one["points"]}
            for lang, one in found["languages"].items()
            if "points" in one
        ],
        "words": {
            "measured": _("measured"),
            "foretold": _("foretold"),
            "versions": _("trained versions, each on its own development set"),
            "labels": _("labels learned from"),
            "score": _("Macro-F1"),
        },
    }
