"""What a clause of the guideline is about, in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop, pgettext

from annotation.batch_wording import listed
from annotation.label_wording import FLAG_WORDS, SCOPE_WORDS
from annotation.wording import KINDS

_HEADS: dict[str, str] = {
    "general": gettext_noop("all answers"),
    "skip": gettext_noop("skipping a review"),
    "mentions": gettext_noop("marked words"),
    "scope": gettext_noop("what marked words are about"),
    "flags": gettext_noop("flags"),
}
_KEYS: dict[str, Mapping[str, str]] = {
    "mentions": KINDS,
    "scope": SCOPE_WORDS,
    "flags": FLAG_WORDS,
}


def about_words(about: Sequence[str], asked: Sequence[Any]) -> str:
    """`about` as clauses name it ("sentiment:positive", "flags:irony", "general"), in the reader's
    language; `asked`: the questions of now. What is not known is told as it is named."""
    found: dict[str, list[str]] = {}
    names = _names(asked)
    for one in about:
        head, _, key = one.partition(":")
        words = found.setdefault(head, [])
        if key:
            words.append(names.get(one) or gettext(_KEYS.get(head, {}).get(key, key)))
    told = []
    for head, words in found.items():
        name = names.get(head) or gettext(_HEADS.get(head, head))
        told.append(
            gettext("%(question)s: %(answers)s") % {"question": name, "answers": listed(words)}
            if words
            else name
        )
    return pgettext("what a clause is about", "; ").join(told)


def _names(asked: Sequence[Any]) -> dict[str, str]:
    chinese = (get_language() or "").startswith("zh")
    found: dict[str, str] = {}
    for question in asked:
        found[question.key] = question.name_zh if chinese else question.name_en
        for choice in question.choices:
            name = choice.name_zh if chinese else choice.name_en
            found[f"{question.key}:{choice.key}"] = name
    return found
