"""Alipay accounts: the mobile number or e-mail address named as one.

Source: Alipay help centre: an account name is a mobile number or an e-mail address; the 16-digit
user id (PID) begins with 2088.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import SAYS, Hit, Recogniser, Rule, glue, value_span
from privacy.redaction.recognisers import email, phone

_CUE: Final = r"(?:支[付f]\s?宝|芝付宝|(?<![a-z])(?:alipay|ali pay|zfb)(?![a-z]))"
_GLUE: Final = glue(
    *SAYS,
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
    "at",
    "me",
    "里",
    repeat=5,
)
_MOBILE: Final = r"(?:\+?86[ \-]?)?1[3-9](?:[ .\-]?[0-9]){9}"
_MAIL: Final = r"[a-z0-9_][a-z0-9._%+\-]{0,63}@(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,24}"


def normalise(value: str) -> str:
    """As a telephone number or as an e-mail address, whichever it is."""
    return email.normalise(value) if "@" in value or "＠" in value else phone.normalise(value)


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
