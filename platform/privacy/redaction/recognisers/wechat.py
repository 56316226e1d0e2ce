"""WeChat accounts, after any of the words shoppers use for WeChat to get past a filter.

Source: WeChat help centre: an account is 6 to 20 letters, digits, _ or -, beginning with a
letter; "wxid_..." is the one given at registration. A mobile or QQ number serves as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.recogniser import (
    SAYS,
    Hit,
    Recogniser,
    Rule,
    glue,
    near_before,
    value_span,
    words,
)

_CUE: Final = (
    # For speed: the characters with which a cue begins.
    r"(?=[微薇威维徽围vw绿加➕+卫💚])(?:(?:[微薇威维徽围]|(?<![a-z0-9])(?:v|w|wei))\s?[信芯心❤♥♡x]|绿泡泡?|(?<![a-z0-9])v我(?=\s?[a-z]{2})|微我(?=\s?[a-z])"
    r"|绿色软件|绿信|(?<![a-z0-9])(?:wx|vx|wei\s?xin"
    r"|we\s?chat|weixin|v信|v❤)(?![a-z])"
    r"|[加➕+]\s?(?:个|我)?\s?(?:[vw薇微威]|卫星)(?:我|(?![a-z]))|卫星号?|薇号"
    r"|[微薇威徽](?=\s?:)|[加➕+]\s?wei(?=\s?[a-z][a-z0-9_\-]{5,18})"
    r"|[加➕+]v(?!ip)(?=[a-z][a-z_\-]{0,17}[0-9_])|💚\s?:?(?=[a-z][a-z0-9_\-]{4,18}[0-9_])"
    r"|[加➕][薇威微徽](?=[a-z0-9_\-]{6})"
    r"|(?<![a-z0-9])[vw]x?(?=\s?(?:[:号👉➡→]|是\s?[a-z0-9])))"
)
_GLUE: Final = glue(
    *SAYS,
    "搜索?",
    "加我?",
    "联系",
    "我的?",
    "找我?",
    "me",
    "at",
    "on",
    "my",
    "add",
    "it's",
    "pls",
    "plz",
    "please",
    "only",
    "instead",
    "handle",
    "user",
    "name",
    "username",
    "account",
    "acct",
    "contact",
    "same",
    "mine",
    "聊一?聊?",
    "我是",
    "同步",
    "❤",
    "♥",
)
_ID: Final = r"(?:wxid_[a-z0-9]{6,24}|[a-z][a-z0-9_\-]{5,19}|[0-9][a-z0-9_\-]{5,19})"
_WORDS: Final = words(
    """
    iphone android windows wechat weixin version please support payment mobile desktop official
    account accounts message messages customer service wallet thanks thank contact number
    because didn doesn banned blocked broken always working linked amazing awesome required
    anymore google samsung huawei xiaomi mini-program miniprogram instead either before friend
    friends groups seller follow scan-code qrcode another
    """
)
_STATED: Final = re.compile(r"[:=是为]|号|(?<![a-z])(?:id|is|add)(?![a-z])|加|搜|my")
_SAME: Final = re.compile(r"同[号步]|支付")
_PHONE_TOO: Final = re.compile(r"(?:手机|电话|tel|phone)[^。;!?\n]{0,4}$")


def _account(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    value = match["value"]
    if value in _WORDS or _SAME.search(match.group()):
        return
    digits = sum(c.isdigit() for c in value)
    if digits == len(value):
        is_mobile = len(value) == 11 and value[0] == "1"
        # "手机/微信138..." is a telephone number in the first place.
        if is_mobile and near_before(views.lower, match.start(), _PHONE_TOO, 8):
            return
        if not is_mobile and not 6 <= digits <= 10:
            return
    # A plain word may be just the next word of the sentence.
    plain = not digits and "_" not in value
    if plain and not _says_account(views.lower, match.start(), start, value, views.has_han):
        return
    yield start, end, score


def _says_account(text: str, cue: int, start: int, value: str, has_han: bool) -> bool:
    """Whether a value without a digit is offered as an account, not the next word."""
    between = text[max(0, cue - 4) : start]
    if not _STATED.search(between):
        return has_han and re.search("[-_]", value) is not None
    return (
        has_han or "-" in value or re.search(r":|(?<![a-z])(?:id|my)(?![a-z])", between) is not None
    )


def _mobile(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    if not _SAME.search(match.group()) and not near_before(
        views.lower, match.start(), _PHONE_TOO, 8
    ):
        start, end = value_span(match)
        yield start, end, score


RECOGNISER: Final = Recogniser(
    "WECHAT",
    (
        Rule(
            "account",
            re.compile(_CUE + _GLUE + rf"(?P<value>{_ID})(?![a-z0-9_@]|\.[a-z0-9])"),
            0.92,
            check=_account,
        ),
        # "微信加不上，我的号luoluo_0921", "on WeChat I'm lotus_tea8".
        Rule(
            "further",
            re.compile(
                r"(?:微信|威信|薇信|(?<![a-z])(?:we\s?chat|weixin|vx|wx)(?![a-z]))[^a-z0-9。;!?\n]{0,14}?"
                r"(?:我的?号是?|账号是?|号码?是|号叫|id是?|名叫|(?<![a-z])(?:i['’]?m|i am|it['’]?s"
                r"|name|called|under)(?![a-z]))[\s:]{0,2}(?P<value>(?=[a-z\-]{0,18}[0-9_])[a-z][a-z0-9_\-]{5,19})"
                r"(?![a-z0-9_@]|\.[a-z0-9])"
            ),
            0.82,
        ),
        Rule(
            "mobile",
            re.compile(
                _CUE + _GLUE + r"(?P<value>(?:\+?86[ \-]?)?1[3-9](?:[ \-]?[0-9]){9})(?![0-9])"
            ),
            0.93,
            check=_mobile,
        ),
        Rule("wxid", re.compile(r"wxid_[a-z0-9]{6,24}(?![a-z0-9_])"), 0.95),
        Rule(
            "account_before",
            re.compile(
                r"(?<![a-z0-9_.@\-])(?P<value>[a-z][a-z0-9_\-]{5,19})(?=\s?[(\[]?(?:是我?的?)?"
                r"(?:微信号?"
                r"|wechat|vx|wx)(?:号|id)?[)\],。!\s]|\s(?:is|on) (?:my )?wechat)"
            ),
            0.8,
            check=_account,
        ),
    ),
    normalise=fold_key,
    needs="any",
)
