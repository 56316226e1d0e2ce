from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.translation import get_language

from annotation import label_set_wording as wording
from annotation.clause_words import about_words
from annotation.wording import batch_words

register = template.Library()

register.filter("op_words", wording.op_words)
register.filter("kind_of_route", wording.kind_of_route)
register.filter("source_words", wording.source_words)
register.filter("change_words", wording.change_words)
register.filter("part_words", wording.part_words)
register.filter("batch_words", batch_words)
register.filter("about_words", about_words)


@register.filter
def sign(polarity: int) -> str:
    return wording.SIGNS.get(polarity, "")


@register.filter
def own_name(choice: Any) -> str:
    """The name of a choice or question in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    name = "name_zh" if chinese else "name_en"
    return str(choice[name] if isinstance(choice, dict) else getattr(choice, name))


@register.filter
def other_name(choice: Any) -> str:
    chinese = (get_language() or "").startswith("zh")
    name = "name_en" if chinese else "name_zh"
    return str(choice[name] if isinstance(choice, dict) else getattr(choice, name))


@register.filter
def index_number(value: float | None) -> str:
    """As figures are written: with a sign and two decimals; a dash where there is no number."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of a clause without the line breaks of the file; lists keep theirs."""
    return [
        re.sub(r"\n(?!- )", " ", block.strip()) for block in text.split("\n\n") if block.strip()
    ]
