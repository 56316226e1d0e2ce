"""QQ accounts and groups, after a cue word.

Source: Tencent account rules: 5 to 11 digits, the first not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import HAN_DIGITS, Views, fold_key
from privacy.redaction.recogniser import SAYS, Hit, Recogniser, Rule, glue, value_span

_CUE: Final = (
    r"(?:(?<![a-z])q\s?q(?![a-z])|[扣抠叩蔻]\s?[扣抠叩蔻]|球球|企鹅|🐧"
    r"|(?<![a-z])q(?=\s?(?:群|号|:|是))|扣(?=\s?(?:群|号|:))|加\s?[q扣]|\+q"
    r"|(?:加|进|入|交流|粉丝|微信|qq|q|扣)群|群(?=\s?[号:]))"
)
_GLUE: Final = glue(
    *SAYS,
    "群号?",
    "加我?",
    "我的?",
    "联系",
    "搜索?",
    "my",
    "at",
    "me",
    "group",
    "🐧",
    "小号",
    "大号",
    "就[好行]",
    "[都也]行",
    "吧",
    "上",
    "谢谢",
    "it'?s",
    "mine",
    "add",
    "contact",
    "instead",
    "please",
    "pls",
    "only",
    "account",
    "acct",
)
_OTHER: Final = (
    r"(?:mine|his|hers|theirs|another|other"
    r"|(?:my|his|her) (?:wife|husband|friend|second|other)[a-z' ]{0,8}"
    r"|我的?|他的?|她的?|朋友的?|另[一外]个|[小大备]号|备用)"
)
_UNIT: Final = r"(?!\s?(?:元|块|个|人|名|次|粉|条|万|mah|ml|g(?![a-z])|kg|m(?![a-z])|w(?![a-z])))"
_HAN: Final = "".join(HAN_DIGITS)


def _number(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    if 5 <= len(views.digits(start, end)) <= 11:
        yield start, end, score


def normalise(value: str) -> str:
    """Digits only."""
    return "".join(c for c in (HAN_DIGITS.get(c, c) for c in fold_key(value)) if c.isdigit())


RECOGNISER: Final = Recogniser(
    "QQ",
    (
        Rule(
            "cue",
            re.compile(
                _CUE + _GLUE + rf"(?P<value>[1-9](?:[ \-]?[0-9]){{4,10}}+)(?![0-9@]){_UNIT}"
            ),
            0.92,
            check=_number,
        ),
        Rule(
            "han_numerals",
            re.compile(_CUE + _GLUE + rf"(?P<value>[{_HAN}]{{5,11}})(?![{_HAN}0-9])"),
            0.85,
            check=_number,
            gate=re.compile(f"[{_HAN}]{{5}}"),
        ),
        # "his QQ (394857201) and mine (77203918)": the second of two; a group's and one's own.
        Rule(
            "second",
            re.compile(
                _CUE
                + _GLUE
                + r"[1-9][0-9]{4,10}\)?\s?(?:and|or|&|和|跟|或者?|还有|、|,|/)\s?"
                + rf"(?:{_OTHER}(?:'s)?(?:\s?(?:是|is|:|was))?)?"
                rf"[\s(:]{{0,2}}(?P<value>[1-9][0-9]{{4,10}})(?![0-9@.]){_UNIT}"
            ),
            0.85,
        ),
        Rule(
            "further",
            re.compile(
                r"(?:(?<![a-z])q\s?q(?![a-z])|扣扣|企鹅群?)[^0-9。;!\n]{1,16}?"
                rf"(?:{_OTHER}(?:'?s)?(?:\s?(?:是|is|:|was))?|号码?是?|number is|加我?)"
                rf"[\s(:]{{0,2}}(?P<value>[1-9][0-9]{{5,10}})(?![0-9@.]){_UNIT}"
            ),
            0.8,
        ),
        Rule(
            "mailbox",
            re.compile(
                r"qq\s?(?:邮箱|mail)" + glue(*SAYS) + r"(?P<value>[1-9][0-9]{4,10})(?![0-9@])"
            ),
            0.85,
        ),
        Rule(
            "before",
            re.compile(
                r"(?<![0-9])(?P<value>[1-9][0-9]{4,10})(?=\s?(?:是|\()?(?:我的?)?(?:qq|扣扣"
                r"|🐧)(?:号|\)|同号|[,。!]))"
            ),
            0.8,
        ),
    ),
    normalise=normalise,
)
