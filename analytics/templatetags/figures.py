"""Figures as people read them: a number with a sign, a dot with a whisker, a word for the state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.formulas.figures import CORRECTED, MODELLED, NO_DATA, TOO_FEW, UNCORRECTED, Figure
from analytics.formulas.intervals import Change
from analytics.selectors.headlines import Compared
from analytics.views.filtering import KEPT, NO_CATEGORY

register = template.Library()

STATES = {
    CORRECTED: gettext_lazy("corrected"),
    UNCORRECTED: gettext_lazy("not yet corrected"),
    MODELLED: gettext_lazy("modelled"),
    TOO_FEW: gettext_lazy("too few"),
    NO_DATA: gettext_lazy("no data"),
}
STATE_HELP = {
    CORRECTED: gettext_lazy("Corrected with the answers people gave to a random sample."),
    UNCORRECTED: gettext_lazy(
        "Counts the model's answers as they are. The interval does not know the model's mistakes."
    ),
    MODELLED: gettext_lazy("Taken from a wider group, because this one has too few labels."),
    TOO_FEW: gettext_lazy("Too few reviews to show a number."),
    NO_DATA: gettext_lazy("No review was counted here."),
}
REASONS = {
    "default_text": gettext_lazy("the platform's default text"),
    "spam": gettext_lazy("spam"),
    "language": gettext_lazy("a language that is not analysed"),
    "follow_up": gettext_lazy("follow-ups, joined to the review they add to"),
    "duplicate": gettext_lazy("near-duplicates"),
    "not_yet_analysed": gettext_lazy("not analysed yet"),
}
FORMULAS = {
    "sentiment": gettext_lazy("(positive − negative) / all reviews counted, from −1 to +1"),
    "purchase_intent": gettext_lazy(
        "(want to buy − will not buy) / all reviews counted, from −1 to +1"
    ),
    "product_demand": gettext_lazy(
        "(add + improve − remove − keep) / all reviews counted, from −1 to +1"
    ),
}
TITLES = {
    "sentiment": gettext_lazy("Sentiment"),
    "purchase_intent": gettext_lazy("Will they buy (again)?"),
    "product_demand": gettext_lazy("What do they ask for?"),
}

REPLACED = {
    "ADDRESS": gettext_lazy("address"),
    "ALIPAY": gettext_lazy("Alipay account"),
    "BANK_CARD": gettext_lazy("bank card number"),
    "EMAIL": gettext_lazy("e-mail address"),
    "IBAN": gettext_lazy("bank account number (IBAN)"),
    "ID_CARD": gettext_lazy("identity card number"),
    "IP": gettext_lazy("IP address"),
    "ORDER_NO": gettext_lazy("order number"),
    "PASSPORT": gettext_lazy("passport number"),
    "PERSON": gettext_lazy("name of a person"),
    "PHONE": gettext_lazy("phone number"),
    "PLATE": gettext_lazy("number plate"),
    "QQ": gettext_lazy("QQ number"),
    "SOCIAL_HANDLE": gettext_lazy("account name"),
    "SSN": gettext_lazy("social security number"),
    "TRACKING_NO": gettext_lazy("parcel number"),
    "URL_WITH_ID": gettext_lazy("address of a web page with an identifier"),
    "WECHAT": gettext_lazy("WeChat account"),
}
SAYING = {
    "purchase_intent": gettext_lazy("says anything about buying"),
    "product_demand": gettext_lazy("any request"),
}

register.filter("says_something", lambda question: SAYING.get(question, ""))
register.filter("state_words", lambda state: STATES.get(state, state))
register.filter("state_help", lambda state: STATE_HELP.get(state, ""))
register.filter("reason_left_out", lambda reason: REASONS.get(reason, reason))
register.filter("formula", lambda question: FORMULAS.get(question, ""))
register.filter("question_title", lambda question: TITLES.get(question, question))


@register.filter
def replaced_words(placeholder: str) -> str:
    """What stood in the place of a placeholder such as `[PHONE_1]`."""
    kind = placeholder.strip("[]").rpartition("_")[0]
    what = REPLACED.get(kind, kind)
    return _("%(what)s, replaced before the text was stored") % {"what": what}


@register.filter
def signed(value: float | None) -> str:
    """An index with its sign and two decimals; a real minus, and none before zero."""
    if value is None:
        return "–"
    # Django's own formatting cuts digits off; it does not round.
    rounded = round(value, 2)
    shown = number_format(abs(rounded), decimal_pos=2, use_l10n=True)
    if rounded == 0:
        return shown
    return ("+" if value > 0 else "−") + shown


@register.filter
def share(value: float | None) -> str:
    return "–" if value is None else f"{round(100 * value)}%"


@register.filter
def rate(value: float | None) -> str:
    return "–" if value is None else number_format(round(value), force_grouping=True)


def _shape(low: float, high: float) -> str:
    """What may be said: positive or negative only when the whole interval is."""
    # As shown: an end that reads 0.00 is not off zero.
    low, high = round(low, 2), round(high, 2)
    return "positive" if low > 0 else "negative" if high < 0 else "neutral"


@register.filter
def shape(figure: Figure) -> str:
    """What may be said of an index: positive, negative, neutral, or none without a number."""
    if figure.low is None or figure.high is None:
        return "none"
    return _shape(figure.low, figure.high)


def _dot(value: float, low: float, high: float, width: int) -> SafeString:
    middle = width / 2

    def at(number: float) -> str:
        return f"{middle + (middle - 6) * max(-1, min(1, number)):.1f}"

    return format_html(
        '<svg class="v-dot" viewBox="0 0 {} 16" width="{}" height="16" aria-hidden="true">'
        '<line class="v-axis" x1="6" x2="{}" y1="8" y2="8"/>'
        '<line class="v-zero" x1="{}" x2="{}" y1="2" y2="14"/>'
        '<line class="v-whisker" x1="{}" x2="{}" y1="8" y2="8"/>'
        '<line class="v-whisker" x1="{}" x2="{}" y1="5" y2="11"/>'
        '<line class="v-whisker" x1="{}" x2="{}" y1="5" y2="11"/>'
        '<circle cx="{}" cy="8" r="4.5"/></svg>',
        width, width, width - 6, middle, middle, at(low), at(high), at(low), at(low),
        at(high), at(high), at(value),
    )  # fmt: skip


@register.simple_tag
def index(
    figure: Figure | None, width: int = 120, bare: bool = False, question: str = "sentiment"
) -> SafeString:
    """An index: dot with whisker, number and interval; a word where there is no number.

    `bare` leaves the number out, where it stands in large beside it.
    """
    if figure is None or figure.value is None or figure.low is None or figure.high is None:
        state = figure.state if figure is not None else NO_DATA
        return format_html(
            '<span class="v-figure v-none" title="{}">{}</span>', STATE_HELP[state], STATES[state]
        )
    return format_html(
        '<span class="v-figure v-{}" title="{}">{}<span class="{}">{}</span> '
        '<span class="v-interval">({})</span></span>',
        _NEUTRAL if question in _UNCOLOURED else _shape(figure.low, figure.high),
        STATES[figure.state],
        _dot(figure.value, figure.low, figure.high, width),
        "v-hidden" if bare else "v-value",
        signed(figure.value),
        interval(figure),
    )


@register.filter
def interval(figure: Figure) -> str:
    """The interval of an index in words."""
    return _("%(low)s to %(high)s") % {"low": signed(figure.low), "high": signed(figure.high)}


@register.simple_tag
def shift(change: Change | None, question: str = "sentiment") -> SafeString:
    """How an index changed: with its interval when it is clear, else grey words."""
    if change is None:
        return format_html(
            '<span class="v-change v-none" title="{}">–<span class="v-hidden">{}</span></span>',
            _("nothing to compare"),
            _("nothing to compare"),
        )
    told = _("%(value)s (%(low)s to %(high)s)") % {
        "value": signed(change.value),
        "low": signed(change.low),
        "high": signed(change.high),
    }
    if not change.clear:
        return format_html(
            '<span class="v-change v-neutral" title="{}">{}</span>', told, _("no clear change")
        )
    arrow, word = ("▲", _RISE) if change.value > 0 else ("▼", _FALL)
    return format_html(
        '<span class="v-change v-{}"><span aria-hidden="true">{}</span> {} {} '
        '<span class="v-nowrap">({})</span></span>',
        "told" if question in _UNCOLOURED else _shape(change.low, change.high),
        arrow,
        word,
        signed(change.value),
        _("%(low)s to %(high)s") % {"low": signed(change.low), "high": signed(change.high)},
    )


@register.filter
def range_words(figure: Figure, unit: str) -> str:
    """The interval of a share or a rate in words; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    words = share if unit == "share" else rate
    return _("%(low)s to %(high)s") % {"low": words(figure.low), "high": words(figure.high)}


@register.filter
def common_state(rows: Sequence[Compared]) -> str:
    """The state of every row that shows a number, when it is one and the same; else empty."""
    states = {row.now.state for row in rows if row.now.value is not None}
    return states.pop() if len(states) == 1 else ""


_NEUTRAL = "neutral"
# What shoppers ask for is neither good nor bad news: it gets no colour.
_UNCOLOURED = ("product_demand",)
_RISE = pgettext_lazy("an index", "up")
_FALL = pgettext_lazy("an index", "down")


@register.simple_tag(takes_context=True)
def behind(context: template.RequestContext, **changes: Any) -> str:
    """The query string of the reviews behind a figure: this page's filters, and `changes`.

    `question` with `choice`: only those with that answer.
    Figures are over reviews unless another channel is chosen, and count what can be counted.
    """
    get = context["request"].GET
    chosen = context.get("chosen")
    kept = {name: get[name] for name in KEPT if get.get(name)}
    if chosen is not None and chosen.period and "from" not in kept and "to" not in kept:
        kept["period"] = chosen.period
    kept = {"channel": "review", **kept, "counted": "1"}
    if question := changes.pop("question", None):
        changes[question] = changes.pop("choice")
    for name, value in changes.items():
        name = {"since": "from", "until": "to"}.get(name, name)
        if value in (None, ""):
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    if "from" in kept or "to" in kept:
        kept.pop("period", None)
    return "?" + urlencode(kept)


@register.filter
def category_key(figure: Figure) -> str:
    return figure.key or NO_CATEGORY
