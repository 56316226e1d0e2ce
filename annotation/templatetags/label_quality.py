"""Figures of agreement as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from annotation.quality.agreement import USABLE, Agreement
from annotation.quality.shares import Share

register = template.Library()

WORDS = {
    "good": _("good"),
    "usable": _("usable"),
    "not_yet": _("not yet"),
    "too_few": _("too few"),
    "undefined": _("cannot be said"),
}
HELP = {
    "good": _("People answer alike enough to rely on these labels."),
    "usable": _("Good enough to learn from with care. Look at what they answer differently."),
    "not_yet": _("People understand the question differently. Settle some, and mend the rule."),
    "too_few": _("Fewer than 20 reviews have two answers; more are needed to say something."),
    "undefined": _("Everybody always gave the same answer, so chance cannot be told from skill."),
}
LANGUAGES = {"zh": _("Chinese"), "en": _("English")}
register.filter("language_words", lambda key: LANGUAGES.get(key, key))
register.filter("agreement_words", lambda word: WORDS.get(word, word))
register.filter("agreement_help", lambda word: HELP.get(word, ""))

_WIDE, _HIGH = 130, 84


@register.filter
def decimals(value: float | None) -> str:
    """Two decimals with a true minus; a dash where there is no number."""
    if value is None:
        return "–"
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


@register.simple_tag
def whisker(value: float | None, low: float | None, high: float | None) -> SafeString:
    """A dot with its interval on a line from 0 to 1; what is below 0 stands at its edge."""
    if value is None or low is None or high is None:
        return mark_safe("")
    left, at, right = (6 + (_WIDE - 12) * min(1.0, max(0.0, one)) for one in (low, value, high))
    return format_html(
        '<svg class="v-dot" viewBox="0 0 {w} 16" width="{w}" height="16" aria-hidden="true">'
        '<line class="v-axis" x1="6" x2="{end}" y1="8" y2="8"/>'
        '<line class="v-whisker" x1="{a}" x2="{b}" y1="8" y2="8"/>'
        '<line class="v-whisker" x1="{a}" x2="{a}" y1="5" y2="11"/>'
        '<line class="v-whisker" x1="{b}" x2="{b}" y1="5" y2="11"/>'
        '<circle cx="{at}" cy="8" r="4"/></svg>',
        w=_WIDE, end=_WIDE - 6, a=f"{left:.1f}", b=f"{right:.1f}", at=f"{at:.1f}",
    )  # fmt: skip


@register.filter
def range_of(found: Agreement | Share) -> str:
    """`0.61 – 0.74`; empty without an interval."""
    if found.low is None or found.high is None:
        return ""
    return f"{decimals(found.low)} – {decimals(found.high)}"


@register.simple_tag
def weeks_chart(weeks: Sequence[tuple[date, Agreement]]) -> SafeString:
    """A line of alpha from 0 to 1 with its band; the threshold of "usable" is dotted."""
    known = [
        (at, found)
        for at, (_week, found) in enumerate(weeks)
        if found.word != "too_few"
        and found.value is not None
        and found.low is not None
        and found.high is not None
    ]
    if len(known) < 2:
        return mark_safe("")
    step = 300 / max(1, len(weeks) - 1)

    def place(at: int, value: float | None) -> str:
        y = 4 + (_HIGH - 8) * (1 - min(1.0, max(0.0, value or 0.0)))
        return f"{at * step:.1f},{y:.1f}"

    band = [place(at, one.high) for at, one in known]
    band += [place(at, one.low) for at, one in reversed(known)]
    line = [place(at, one.value) for at, one in known]
    usable = place(0, USABLE).partition(",")[2]
    return format_html(
        '<svg class="v-weeks" viewBox="-4 0 308 {}" preserveAspectRatio="none" aria-hidden="true">'
        '<polygon class="v-band" points="{}"/><line x1="0" x2="300" y1="{}" y2="{}"/>'
        '<polyline points="{}"/></svg>',
        _HIGH, " ".join(band), usable, usable, " ".join(line),
    )  # fmt: skip
