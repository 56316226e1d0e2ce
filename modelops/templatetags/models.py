from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from modelops import wording
from modelops.selectors.comparing import Against

register = template.Library()
for words in (
    wording.baseline_words,
    wording.split_words,
    wording.language_words,
    wording.family_words,
    wording.mention_words,
    wording.question_words,
    wording.choice_words,
    wording.weak_words,
):
    register.filter(words.__name__, words)

# Without HTML of its own, and links only where Markdown asks for one.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@register.filter
def card(text: str) -> SafeString:
    """Markdown as HTML; HTML inside it is shown as text."""
    return SafeString(_markdown.render(text))  # the renderer escapes everything it did not make


@register.filter
def reach(rows: Iterable[Against]) -> float:
    """How far from zero the intervals of `rows` go, and at least a tenth."""
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    return max([0.1, *map(abs, ends)])


@register.simple_tag
def difference(
    value: float | None, low: float | None, high: float | None, reach: float
) -> str | SafeString:
    """A difference of macro-F1 as a number with its interval, and as a dot with a whisker.

    The drawing spans -`reach` to +`reach`: one for all that are looked at together.
    """
    if value is None or low is None or high is None:
        return "–"
    # As shown: an end that reads 0.00 is not off zero.
    shape = "positive" if round(low, 2) > 0 else "negative" if round(high, 2) < 0 else "neutral"
    x = [45 + 40 * at / reach for at in (value, low, high)]
    return format_html(
        '<span class="v-figure v-{shape}"><svg class="v-dot" '
        'viewBox="0 0 90 16" width="90" height="16" aria-hidden="true">'
        '<line class="v-zero" x1="45" x2="45" y1="1" y2="15"/>'
        '<line class="v-whisker" x1="{low}" x2="{high}" y1="8" y2="8"/>'
        '<circle cx="{at}" cy="8" r="4"/></svg>'
        '<span class="v-value">{value}</span> <span class="v-interval">({range})</span></span>',
        shape=shape,
        at=f"{x[0]:.1f}",
        low=f"{x[1]:.1f}",
        high=f"{x[2]:.1f}",
        value=_signed(value),
        range=_("%(low)s to %(high)s") % {"low": _signed(low), "high": _signed(high)},
    )


def _signed(value: float) -> str:
    shown = f"{abs(value):.2f}"
    if float(shown) == 0:
        return shown
    return ("+" if value > 0 else "−") + shown


@register.filter
def score(value: float | None) -> str:
    """A score in [0, 1] to three places."""
    return "–" if value is None or value != value else f"{value:.3f}"  # NaN
