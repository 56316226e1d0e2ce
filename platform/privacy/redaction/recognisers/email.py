"""E-mail addresses, written as such or disguised (name at host dot com, name艾特qq点com).

Sources: RFC 5321 section 4.5.3 (local part at most 64 octets, domain 255), RFC 5322 section
3.4.1 (dot-atom; quoted local parts do not occur in reviews), RFC 1035 (labels at most 63).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import INVISIBLE, Views, fold_key
from privacy.redaction.recogniser import Hit, Recogniser, Rule, near_before, value_span

_PROVIDER: Final = (
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|aol|qq|foxmail|vip\.qq|163"
    r"|126|139|189|yeah|sina|sohu|tom|aliyun|proton|protonmail|gmx|zoho|mail)"
)
_AT: Final = (
    r"(?:\s{0,2}[(\[{<*_]{1,2}\s?(?:at|a|@|#|艾特|爱特|圈a)\s?[)\]}>*_]{1,2}\s{0,2}"
    r"|\s{1,2}at\s{1,2}|\s{0,2}(?:艾特|爱特|圈a)\s{0,2}|\s{1,2}@\s{0,2}|@\s{1,2}|#|\s#\s|@)"
)
_DOT: Final = (
    r"(?:\s{0,2}[(\[{<*_]{1,2}\s?(?:dot|点|\.)\s?[)\]}>*_]{1,2}\s{0,2}"
    r"|\s{1,2}dot\s{1,2}|\s{0,2}[点。]\s{0,2}|\s{0,2}\.\s{0,1})"
)
_TLD: Final = (
    r"(?:com|net|org|cn|edu|gov|io|me|co|uk|us|au|hk|tw|info|de|fr|jp|ca|eu|pl|nl|es|se|dk|fi"
    r"|ch|pt|br|ru"
    r"|kr|sg|my|nz|ie|za|mx|gr|cz|hu|ro|tr|ua|il|ae|ph|th|vn|app|dev|xyz|shop|store|online"
    r"|email|pro|biz"
    r"|cc|tv|example)"
)
_JOINT: Final = (
    r"(?:\s(?:dot|underscore|under score|dash|hyphen|minus|plus)\s|\s?(?:下划线|减号|中划线)\s?"
    r"|[(\[]\s?(?:dot|点|underscore)\s?[)\]])"
)
_MAIL_CUE: Final = re.compile(
    r"(?:邮箱|邮件|电邮|e-?mail|mail(?:ed)? me|contact|reach|write|my (?:id|address))[^\n]{0,24}$"
)
_WORD_DOT: Final = re.compile(r"\sdot\s|[(\[{<](?:dot|点|\.)|点|。", re.IGNORECASE)
_BRACKETED_AT: Final = re.compile(
    r"[(\[{<*_]\s?(?:at|a|@|#|艾特|爱特|圈a)\s?[)\]}>*_]|艾特|爱特|圈a"
)
_COMMON: Final = frozenset({"com", "net", "org", "edu", "gov"})


def _plain(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Give back the word of a next sentence ("...@mail.com.Thanks")."""
    start, end = value_span(match)
    labels = match["domain"].split(".")
    for index, label in enumerate(labels[:-1]):
        if index and label in _COMMON and len(labels[index + 1]) != 2:
            end -= sum(len(rest) + 1 for rest in labels[index + 1 :])
            break
    yield start, end, score


def _disguised(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A bare "at" is mostly the word ("look at amazon.com"): it needs a second sign."""
    start, end = value_span(match)
    at, dots, local = match["at"], match["host"] + match["tail"], match["local"]
    provider = re.match(_PROVIDER + r"(?![a-z0-9])", match["host"]) is not None
    if not re.search("[a-z_]", local) and not (provider and "." not in local):
        return  # "49.99 @ shop.com" is a price
    signs = (
        (_BRACKETED_AT.search(at) is not None)
        + ("@" in at)
        + (_WORD_DOT.search(dots) is not None)
        + (len(_WORD_DOT.findall(dots)) > 1)
        + provider
        + any(c in "0123456789._" for c in local)
        + near_before(views.lower, start, _MAIL_CUE, 36)
    )
    if signs >= 2:
        yield start, end, score


def normalise(value: str) -> str:
    """Lower case, with @ and . where the words for them stood."""
    text = re.sub(r"\s+(?:underscore|under score)\s+|\s?下划线\s?", "_", value.lower())
    text = re.sub(r"\s+(?:dash|hyphen|minus)\s+|\s?(?:减号|中划线)\s?", "-", text)
    text = re.sub(r"\s+dot\s+|[\[({<*_]{1,2}\s?(?:dot|点|\.)\s?[\])}>*_]{1,2}|[点。]", ".", text)
    text = re.sub(
        r"\s+at\s+|[\[({<*_]{1,2}\s?(?:at|a|#|艾特|爱特|圈a)\s?[\])}>*_]{1,2}|艾特|爱特|圈a|#",
        "@",
        text,
    )
    return fold_key(text)


_LABEL: Final = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_LOCAL: Final = r"[a-z0-9](?:[a-z0-9._+\-]{0,62}[a-z0-9_\-])?"

RECOGNISER: Final = Recogniser(
    "EMAIL",
    (
        Rule(
            "address",
            re.compile(
                r"(?<![a-z0-9._%+\-"
                + INVISIBLE
                + r"])(?P<value>[a-z0-9_][a-z0-9._%+\-'!&"
                + INVISIBLE
                + r"]*+@"
                r"(?P<domain>(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,24}))(?![a-z0-9\-])"
            ),
            0.95,
            check=_plain,
        ),
        Rule(
            "disguised",
            re.compile(
                rf"(?<![a-z0-9._%+\-])(?P<value>(?P<local>{_LOCAL}(?:{_JOINT}{_LOCAL}){{0,3}})"
                rf"(?P<at>{_AT})(?P<host>{_LABEL}(?:{_DOT}{_LABEL}){{0,1}}?)"
                rf"(?P<tail>{_DOT}{_TLD}(?:{_DOT}(?:cn|uk|au|hk|jp))?))(?![a-z0-9\-])"
            ),
            0.85,
            check=_disguised,
            gate=re.compile(rf"{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,1}}?{_DOT}{_TLD}(?![a-z0-9\-])"),
        ),
    ),
    normalise=normalise,
    needs="any",
)
