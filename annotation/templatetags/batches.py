"""Filters of the pages about batches."""

from __future__ import annotations

from django import template

from annotation import batch_wording

register = template.Library()

register.filter("design_words", batch_wording.design_words)
register.filter("why_not_words", batch_wording.why_not_words)


@register.filter
def rate(share: float) -> str:
    """A share in [0, 1] in per cent, as exactly as it was set."""
    return f"{round(100 * share, 4):g}%"


@register.filter
def rate_about(share: float) -> str:
    """The same with three digits."""
    return f"{100 * share:.3g}%"


@register.filter
def hundredths(share: float) -> str:
    """The same for a field of a form."""
    return f"{round(100 * share, 4):g}"
