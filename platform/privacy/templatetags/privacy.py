from __future__ import annotations

from django import template
from django.utils.translation import gettext

from privacy import people_words
from privacy.retention import classes

register = template.Library()

register.filter("place_words", people_words.place_words)
register.filter("data_words", people_words.kind_words)
# Purposes and times of the record are written in English beside the models.
register.filter("said", gettext)


@register.filter
def class_words(key: str) -> str:
    """The words of a retention class; other times stand for themselves."""
    return {one.key: str(one.words) for one in classes()}.get(key, key)


@register.filter
def share(value: float | None) -> str:
    """A share in [0, 1] in hundredths with one decimal."""
    return "" if value is None else f"{100 * value:.1f} %"
