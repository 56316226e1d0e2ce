from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from modelops import wording

register = template.Library()
for words in (
    wording.baseline_words,
    wording.split_words,
    wording.language_words,
    wording.family_words,
    wording.mention_words,
    wording.question_words,
    wording.choice_words,
):
    register.filter(words.__name__, words)

# Without HTML of its own, and links only where Markdown asks for one.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@register.filter
def card(text: str) -> SafeString:
    """Markdown as HTML; HTML inside it is shown as text."""
    return SafeString(_markdown.render(text))  # the renderer escapes everything it did not make


@register.simple_tag
def difference(value: float | None, low: float | None, high: float | None) -> str | SafeString:
    """A difference of macro-F1 as a number with its interval, and as a dot with a whisker."""
    if value is None or low is None or high is None:
        return "–"
    shape = "positive" if low > 0 else "negative" if high < 0 else "neutral"
    reach = max(0.1, abs(low), abs(high))
    x = [60 + 54 * at / reach for at in (value, low, high)]
    return format_html(
        '<span class="v-figure v-{shape}"><svg class="v-dot" '
        'viewBox="0 0 120 16" width="120" height="16" aria-hidden="true">'
        '<line class="v-zero" x1="60" x2="60" y1="1" y2="15"/>'
        '<line class="v-whisker" x1="{low}" x2="{high}" y1="8" y2="8"/>'
        '<circle cx="{at}" cy="8" r="4"/></svg>'
        '<span class="v-value">{value}</span> <span class="v-interval">({a} – {b})</span></span>',
        shape=shape,
        at=f"{x[0]:.1f}",
        low=f"{x[1]:.1f}",
        high=f"{x[2]:.1f}",
        value=_signed(value),
        a=_signed(low),
        b=_signed(high),
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
