"""What the page shows of one review that is to be settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from annotation.guideline_text import Clause
from annotation.label_wording import FLAG_WORDS
from annotation.models import Choice, Question
from annotation.selectors.labelling import guideline_clauses
from annotation.selectors.settling import Case, Voice, questions_active
from annotation.views.label_json import product_name
from annotation.wording import kind_words
from reviews.marking import pieces

_IN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")
_KEYS = {
    "sentiment": "123456",
    "purchase_intent": "qwertu",
    "product_demand": "456789",
}
_VOICE_KEYS = "abcd"


def card(case: Case, *, names: bool) -> dict[str, Any]:
    """The text, the people's answers beside each other, the choices, and the rules for them."""
    every = {one.key: one for one in questions_active()}
    questions = [one for one in every.values() if one.key in case.open]
    review = case.revision.review
    suggested = {one.question.key: one for one in case.suspects}
    return {
        "revision": case.revision.pk,
        "review": review,
        "language": review.language,
        "product": product_name(review.product),
        "pieces": pieces(case.revision.text),
        "voices": [_voice(one, case, every, names) for one in case.voices],
        "seen": case.stamp,
        "skips": case.skips,
        "questions": [
            {
                "question": one,
                "choices": _choices(one, case),
                "suspect": suggested.get(one.key),
                "weighed": _weighed(one, case),
            }
            for one in questions
        ],
        "suspects": case.suspects,
        "clauses": _rules(questions, case),
    }


def _weighed(question: Question, case: Case) -> Choice | None:
    """What the model of Dawid and Skene makes of three answers or more; of two it says too boldly
    who is right (see docs/explanation/label-quality.md)."""
    found = case.weighed.get(question.key)
    said = sum(question.key in voice.answers for voice in case.voices)
    return None if found is None or said < 3 else _choice(question, found[0])


def _choice(question: Question, key: str) -> Choice | None:
    return next((one for one in question.choices.all() if one.key == key), None)


def _voice(voice: Voice, case: Case, named: Mapping[str, Question], names: bool) -> dict[str, Any]:
    answered = [named[key] for key in voice.answers if key in named]
    answered.sort(key=lambda one: (one.key not in case.open, one.order))
    rows = [
        {
            "question": one,
            "choice": _choice(one, voice.answers[one.key]),
            "open": one.key in case.open,
        }
        for one in answered
    ]
    letter = voice.letter.lower()
    person = voice.person.get_username() if names else voice.letter
    return {
        "letter": voice.letter,
        "key": letter if letter in _VOICE_KEYS else "",
        "name": _("Sample data") if voice.starter and not names else person,
        "rows": rows,
        "mentions": voice.mentions,
        "pieces": _marked(case.revision.text, voice),
        "flags": [gettext(FLAG_WORDS[flag]) for flag in voice.flags if flag in FLAG_WORDS],
        "comment": voice.comment,
        "may_take": any(row["open"] for row in rows),
        "keeps": bool(case.suspects)
        and all(voice.answers.get(one.question.key) == one.choice.key for one in case.suspects),
    }


def _marked(text: str, voice: Voice) -> list[dict[str, Any]]:
    """The text with what this person marked; empty where they marked nothing."""
    spans = [(one.start, one.end, one.kind) for one in voice.mentions]
    if not spans:
        return []
    return [
        {
            "text": one.text,
            "placeholder": one.placeholder,
            "kind": one.kind,
            "kinds": [kind_words(kind) for kind in one.kinds],
        }
        for one in pieces(text, spans)
    ]


def _choices(question: Question, case: Case) -> list[dict[str, Any]]:
    said = {one.letter: one.answers.get(question.key) for one in case.voices}
    keys = _KEYS.get(question.key, "")
    return [
        {
            "choice": choice,
            "by": [letter for letter, key in said.items() if key == choice.key],
            "press": keys[place] if place < len(keys) else "",
        }
        for place, choice in enumerate(question.choices.all())
    ]


def _rules(questions: list[Question], case: Case) -> list[dict[str, Any]]:
    """The clauses about the choices in question, each once, in the reader's language."""
    about = set()
    for question in questions:
        chosen = {one.answers.get(question.key) for one in case.voices}
        chosen |= {one.suggested.key for one in case.suspects if one.question == question}
        about |= {f"{question.key}:{key}" for key in chosen if key}
    chinese = (get_language() or "").startswith("zh")
    return [
        _clause(other if chinese and other else english)
        for english, other in guideline_clauses()[1]
        if about & set(english.about)
    ]


def _clause(one: Clause) -> dict[str, Any]:
    """Its paragraphs, each on one line: where lines break in the file means nothing."""
    paragraphs = re.split(r"\n{2,}", one.body)
    return {
        "title": one.title,
        "paragraphs": [_IN_HAN.sub("", words).replace("\n", " ") for words in paragraphs],
    }
