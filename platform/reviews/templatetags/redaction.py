"""Filters of the pages about redaction."""

from __future__ import annotations

from django import template

from reviews import redaction_wording

register = template.Library()

register.filter("type_words", redaction_wording.type_words)


@register.filter
def score_words(score: float | None) -> str:
    """A score from 0 to 1, as it stands in rules: two decimals in every language."""
    return "" if score is None else f"{score:.2f}"
