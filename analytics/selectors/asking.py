"""What is asked, and of which model: the active questions and the champion."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotation.models import Question


class UnknownName(ValueError):
    """A name that nothing has; the message says which, and which there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An active question with its choices: polarity and id by key, in their order."""

    id: int
    key: str
    polarities: dict[str, int]
    choice_keys: dict[int, str]  # by id
    names: dict[str, str]  # by key, in the reader's language


def reads_chinese() -> bool:
    return (get_language() or "").lower().startswith("zh")


def question_asked(key: str) -> Asked:
    """The active question `key`. Raises UnknownName when there is none."""
    question = Question.objects.filter(key=key, active=True).prefetch_related("choices").first()
    if question is None:
        known = ", ".join(Question.objects.filter(active=True).values_list("key", flat=True))
        raise UnknownName(
            _("There is no index “%(key)s”; there are: %(known)s.") % {"key": key, "known": known}
        )
    choices = sorted(question.choices.all(), key=lambda choice: (choice.order, choice.pk))
    chinese = reads_chinese()
    return Asked(
        id=question.pk,
        key=question.key,
        polarities={choice.key: choice.polarity for choice in choices},
        choice_keys={choice.pk: choice.key for choice in choices},
        names={choice.key: choice.name_zh if chinese else choice.name_en for choice in choices},
    )
