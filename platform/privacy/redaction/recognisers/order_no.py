"""Order numbers, after a cue word, and the form that Amazon gives them.

Source: the shops' own help pages (Amazon 3-7-7 digits; Taobao 15 to 19 digits; JD 9 to 18).
There is no common check digit, so the cue decides and dates and amounts are kept out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import (
    SAYS,
    Hit,
    Recogniser,
    Rule,
    after_product_cue,
    glue,
    value_span,
)

_ZH: Final = (
    r"(?:订单(?:编号|号码?|id)?|定单(?:编号|号)|单号|单子|交易号|流水号|退款编号|售后单|服务单"
    r"|[退换维售][款货修后]单|下的单(?=\s?[:是]?\s?[0-9]{10})"
    r"|(?:采购|发货|出库|销售|配送|保修|报修|申诉)单|预约单|工单|[张个笔这那]单(?=\s?#?[a-z]{1,4}[\-_/]?[0-9])|[货换]单号?"
    r"|(?:购买|下单|采购|合同|服务|受理|投诉|售后|维修|换货|退货|取货|提货)(?:编号|码)"
    r"|发票(?:号码?|编号))"
)
_EN: Final = (
    r"(?<![a-z])(?:(?:order|purchase|invoice|confirmation|receipt|transaction"
    r"|reference|return|rma|po|refund|booking|reservation|ticket|case|ordr|oder|odrer)"
    r"(?:\s?(?:number|numb|num|nmbr|nbr|no|nr|code|id|ref|reference)(?![a-z])\.?)|orders?(?![a-z])"
    r"|(?:invoice|rma|receipt|confirmation|case|ticket)(?=\s?[#:])|invoice(?=\s[a-z]{2,4}[\-/])"
    r"|(?:case|ticket|rma|ref|reference|return|claim"
    r"|request)(?![a-z])\.?:?\s?#?(?=[a-z]{1,4}-?[0-9]{5}(?!\d{4}[a-z]{2})|[0-9]{7})"
    r"|po(?![a-z])\s?#?(?=[0-9]{7}))"
)
VALUE: Final = (
    r"(?P<value>(?:[a-z]{1,6}[\-_/]){0,2}[a-z]{0,6}[0-9][a-z0-9]{0,33}"
    r"(?:[\-_/][a-z0-9]{1,20}){0,4})(?![a-z0-9])"
)
"""Letters, digits, hyphens in any order with a digit near the front; the check judges the rest."""
_NAMED: Final = (
    r"(?:订单编?号|单号|(?<![a-z])ord(?:e?r|re|er)\s?"
    r"(?:number|numb?r?|nmbr|no|nr|id|ref|#)(?![a-z]))"
)
_ANOTHER: Final = (
    r"(?:the )?(?:other|another|second|also|then|my|his|her)(?: one| order)?(?: is| was)?[ :#]{1,2}"
    r"|(?:另[一外]?[个单]|[\u4e00-\u9fff]{1,4}的|第二[个单])(?:单号|订单号?)?[是:]?\s?"
)
"""What may stand before the second of two numbers: "和朋友的6925..."."""
_NUMBER: Final = r"(?:号码?|编号|(?<![a-z])(?:number|no\.?|id)(?![a-z])|#)"
_OTHER: Final = re.compile(
    r"电话|手机|拨打|传真|热线|致电|身份|护照|微信|qq|[卡元块价]|条码|型号|货号|批[号次]|sku"
    r"|model|part|phone|call"
    r"|card|serial|[$£€¥@]|rating|price"
)
"""Between a cue and a number further on: the number is of another kind."""
_DATE: Final = re.compile(
    r"(?:19|20)[0-9]{2}[\-./]?(?:0?[1-9]|1[0-2])[\-./]?(?:0?[1-9]|[12][0-9]|3[01])"
)
_UNIT: Final = re.compile(
    r"^\s?(?:%|元|块|个|件|人|次|份|单|rmb|usd|dollars?|pieces?|pcs|units?|times|people|mah|[年月])"
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
        digits >= 2
        and len(shown) >= 6
        and shown == shown.upper()
        and not shown.isdigit()
        and bool(
            re.search(r"号|number|no\.|code|#|ref|(?<![a-z])id", views.lower[match.start() : start])
        )
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
    # "order wh-1000xm4": a bare "order" is also the verb, and models have letters and digits.
    between = views.lower[match.start() : start]
    coded = value.count("-") > 1 and len(value) >= 9
    if (
        digits < 6
        and not coded
        and not value.isdigit()
        and between.strip(" :") in ("order", "orders", "订单")
    ):
        return
    yield start, end, score


def _long(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Ten characters and more: "payment 2024" is a year."""
    if len(match["value"]) >= 10:
        yield from _token(views, match, score)


def _further(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A few words between cue and number: only a long number or a code, and of no other kind."""
    start, _ = value_span(match)
    text = views.lower
    digits = sum(c.isdigit() for c in match["value"])
    if digits < 6 or (start and text[start - 1] in ".,0123456789" and text[start - 2].isdigit()):
        return
    if not _OTHER.search(text, match.start(), start) and not after_product_cue(views, start):
        yield from _token(views, match, score)


RECOGNISER: Final = Recogniser(
    "ORDER_NO",
    (
        Rule("cue", re.compile(rf"(?:{_ZH}|{_EN}){_GLUE}{VALUE}"), 0.9, check=_token),
        Rule(
            "hash",
            re.compile(
                r"(?<![0-9a-z#&/])#(?P<value>[0-9]{7,14}|[0-9]{3,6}-[0-9]{3,7})(?![0-9a-z\-])"
            ),
            0.7,
        ),
        Rule(
            "last_digits",
            re.compile(r"(?:订单|单)号?尾号(?:是|为)?[\s:]{0,2}(?P<value>[0-9]{4,8})(?![0-9])"),
            0.75,
        ),
        Rule(
            "customer_no",
            re.compile(
                r"(?<![a-z])(?:acct|account|customer|client|member|membership"
                r"|loyalty)\s?(?:number|num|no\.?|id|#)" + glue(*SAYS) + VALUE
            ),
            0.8,
            check=_token,
        ),
        Rule(
            "transaction",
            re.compile(
                r"(?<![a-z])(?:transaction|paypal|payment)(?: id| no\.?| ref)?[ :#]{1,3}" + VALUE
            ),
            0.8,
            check=_long,
        ),
        # "Orders 551290 and 551291": the second of two.
        Rule(
            "second",
            re.compile(
                rf"(?:订单(?:编?号)?|单号|(?<![a-z])orders?(?: numbers?"
                rf"| no\.?)?)[ :#是]{{0,3}}[a-z]{{0,4}}-?[0-9]{{5,20}}"
                rf"\)?\s?(?:and|&|和|与|跟|还有|以及|,|/|、)\s?(?:{_ANOTHER})?#?{VALUE}"
            ),
            0.85,
            check=_token,
        ),
        # 单号 can only be a number's name, so a few words may stand between.
        Rule(
            "named",
            re.compile(rf"{_NAMED}[^0-9。;!?.\n]{{1,40}}?(?<![a-z0-9]){VALUE}"),
            0.86,
            check=_further,
        ),
        # "The order I placed last week, number 77120345".
        Rule(
            "order_then_number",
            re.compile(
                rf"(?:订单|(?<![a-z])order(?:ed)?(?![a-z]))[^。;!?.\n]{{1,40}}?{_NUMBER}"
                rf"{glue('is', 'was', '是', '为')}(?<![a-z0-9]){VALUE}"
            ),
            0.86,
            check=_further,
        ),
        Rule(
            "number_then_order",
            re.compile(
                r"(?<![a-z0-9.,$#\-])#?(?P<value>[a-z]{0,4}-?[0-9]{6,24})"
                r"(?=\s(?:is|was)\s(?:the|my)\sorder(?![a-z])|\s?(?:是|就是)(?:我的?)?(?:订单"
                r"|单号)|\s?(?:这|那)[个笔]?(?:订单|单子|单(?![子位价])))"
            ),
            0.8,
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
