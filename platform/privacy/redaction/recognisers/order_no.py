"""Order numbers, after a cue word, and the form that Amazon gives them.

Source: the shops' own help pages (Amazon 3-7-7 digits; Taobao 15 to 19 digits; JD 9 to 18).
There is no common check digit, so the cue decides and dates and amounts are kept out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import SAYS, Hit, Recogniser, Rule, glue, value_span

_ZH: Final = (
    r"(?:订单(?:编号|号码?|id)?|定单(?:编号|号)|单号|单子|交易号|流水号|退款编号|售后单|服务单)"
)
_EN: Final = (
    r"(?<![a-z])(?:(?:order|purchase|invoice|confirmation|receipt|transaction"
    r"|reference|return|rma|po|refund|booking|ticket|case)"
    r"(?:\s?(?:number|num|no|nr|code|id|ref)(?![a-z])\.?)|orders?(?![a-z])|(?:invoice"
    r"|rma|receipt|confirmation|case|ticket)(?=\s?#))"
)
_VALUE: Final = (
    r"(?P<value>(?:[a-z]{1,6}[\-_]?)?[0-9][a-z0-9]{3,24}(?:[\-_][a-z0-9]{2,20}){0,4})(?![a-z0-9])"
)
_DATE: Final = re.compile(
    r"(?:19|20)[0-9]{2}[\-./]?(?:0?[1-9]|1[0-2])[\-./]?(?:0?[1-9]|[12][0-9]|3[01])"
)
_UNIT: Final = re.compile(
    r"^\s?(?:元|块|个|件|人|次|份|单|rmb|usd|dollars?|pieces?|pcs|units?|times|people|mah|[年月])"
)
_GLUE: Final = glue(
    *SAYS,
    "我的?",
    "编号",
    "后",
    "the",
    "of mine",
    "this",
    "for",
    "ref",
    "code",
    "num",
    "在",
    "下面",
    "如下",
    repeat=4,
)


def _is_code(views: Views, match: re.Match[str], digits: int) -> bool:
    """Letters and digits in capitals after "... number": "confirmation number QX7P2K9"."""
    start, end = value_span(match)
    shown = views.folded[start:end]
    return (
        digits >= 3
        and len(shown) >= 6
        and shown == shown.upper()
        and not shown.isdigit()
        and bool(re.search(r"号|number|no\.|code|#", views.lower[match.start() : start]))
    )


def _token(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    value = match["value"]
    digits = sum(c.isdigit() for c in value)
    if _DATE.fullmatch(value) or not (
        (digits >= 5 and digits >= len(value) * 0.4) or _is_code(views, match, digits)
    ):
        return
    if _UNIT.match(views.lower[end : end + 10]):
        return
    yield start, end, score


RECOGNISER: Final = Recogniser(
    "ORDER_NO",
    (
        Rule("cue", re.compile(rf"(?:{_ZH}|{_EN}){_GLUE}{_VALUE}"), 0.9, check=_token),
        # 单号 can only be a number's name, so a few words may stand between.
        Rule(
            "named",
            re.compile(rf"(?:订单编?号|单号)[^0-9a-z。;!?\n]{{0,8}}{_VALUE}"),
            0.85,
            check=_token,
        ),
        Rule(
            "grouped",
            re.compile(
                rf"(?:(?:订单编?号|单号)码?|(?<![a-z])order\s?(?:number|no\.?|id|#)){glue(*SAYS)}"
                r"(?P<value>[0-9]{3,6}(?: [0-9]{3,6}){1,5})(?![0-9a-z])"
            ),
            0.85,
            check=_token,
        ),
        Rule("amazon", re.compile(r"(?<![0-9\-])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![0-9\-])"), 0.95),
    ),
)
