"""Alipay accounts: the mobile number or e-mail address named as one.

Source: Alipay help centre: an account name is a mobile number or an e-mail address; the 16-digit
user id (PID) begins with 2088. Members also go by a login name, which needs "is" or a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import SAYS, Hit, Recogniser, Rule, glue, value_span
from privacy.redaction.recognisers import email, phone

_CUE: Final = r"(?:支[付f]\s?宝|芝付宝|(?<![a-z])(?:ali\s?pay|zhi\s?fu\s?bao|zfb)(?![a-z]))"
_GLUE: Final = glue(
    *SAYS,
    "手机号?",
    "绑定的?",
    "收款",
    "转[账帐]?到?",
    "俾",
    "畀",
    "返现?到?",
    "打款",
    "汇款?到?",
    "打到?",
    "给我?",
    "我的?",
    "到",
    "退到?",
    "退款",
    "my",
    "to",
    "account",
    "acct",
    "acc",
    "user",
    "at",
    "on",
    "via",
    "me",
    "mine",
    "收",
    "里",
    repeat=5,
)
_MOBILE: Final = r"(?:\+?86[ \-]?)?1[3-9](?:[ .\-]?[0-9]){9}"
_LOGIN: Final = r"[a-z][a-z0-9_\-]{3,23}"
_LOGIN_CUE: Final = (
    r"(?:支[付f]\s?宝(?:账[号户]|帐[号户]|号|id|名)?\s?(?:就?是|为|叫|:|搜)"
    r"|(?<![a-z])(?:ali\s?pay|zhi\s?fu\s?bao|zfb)(?:\s?(?:id|account|acct|user\s?name|user|name"
    r"|handle|login))?\s?(?::|(?:is|was)(?![a-z])|(?<=[a-z])(?=\s[a-z]{2,12}_)))"
)
_BEFORE: Final = (
    r"\s{0,2}(?:[(\[,]\s?(?:这?就?是|用)?(?:我的?)?(?:支付宝|alipay|zfb)|(?:是|就是|也是)?(?:我的?)?支付宝"
    r"|\s(?:is|on|via|for|\(my)\s(?:my\s)?(?:alipay|zfb)(?![a-z]))"
)
"""What follows an account that stands before its cue: "13912345678（支付宝）"."""
_MAIL: Final = r"[a-z0-9_][a-z0-9._%+\-]{0,63}@(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,24}"


def normalise(value: str) -> str:
    """As a telephone number or as an e-mail address, whichever it is."""
    return email.normalise(value) if "@" in value or "＠" in value else phone.normalise(value)


def _login(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A name chosen at registration: it holds a digit or _ beside its letters."""
    if re.search("[0-9_]", match["value"]):
        yield *match.span("value"), score


def _han(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    if not views.lower[end : end + 1].isascii() or not views.lower[end : end + 1].isdigit():
        yield start, end, score


RECOGNISER: Final = Recogniser(
    "ALIPAY",
    (
        Rule(
            "cue",
            re.compile(_CUE + _GLUE + rf"(?P<value>{_MAIL}|{_MOBILE}|2088[0-9]{{12}})(?![a-z0-9])"),
            0.97,
        ),
        Rule(
            "login",
            re.compile(
                _LOGIN_CUE + rf"[\s\"'“‘「【(]{{0,3}}(?P<value>{_LOGIN})(?![a-z0-9@]|\.[a-z0-9])"
            ),
            0.85,
            check=_login,
        ),
        # "alipaytb_58203": the cue and the account in one word.
        Rule(
            "glued",
            re.compile(
                r"(?:支付宝|(?<![a-z])(?:alipay|zfb|zhifubao))(?P<value>[a-z]{1,12}_[a-z0-9_]{3,20})"
                r"(?![a-z0-9_@])"
            ),
            0.8,
        ),
        Rule(
            "before",
            re.compile(rf"(?<![a-z0-9._+\-])(?P<value>{_MAIL}|{_MOBILE})(?={_BEFORE})"),
            0.98,
        ),
        Rule(
            "han_numerals",
            re.compile(_CUE + _GLUE + r"(?P<value>1[3-9][0-9]{9})"),
            0.9,
            view="numerals",
            check=_han,
        ),
    ),
    normalise=normalise,
    needs="any",
)
