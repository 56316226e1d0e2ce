"""Shares and names of the data-quality page."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

from reviews.quality_words import measure_help, measure_words
from reviews.selectors.quality import Quality

register = template.Library()
register.filter("measure_words", measure_words)
register.filter("measure_help", measure_help)


@register.simple_tag
def share_of(line: Quality, name: str) -> SafeString | str:
    """A share as hundredths with one decimal; a dash without anything to divide by, 0 for none."""
    return hundredths(line.share(name))


@register.filter
def hundredths(share: float | None) -> SafeString | str:
    if share is None:
        return "–"
    if share == 0:
        return mark_safe('<span class="v-none">0</span>')
    shown = number_format(round(100 * share, 1), decimal_pos=1, use_l10n=True)
    return f"{shown} %" if share >= 0.0005 else "< 0.1 %"
