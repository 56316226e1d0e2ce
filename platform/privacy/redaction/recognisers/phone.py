"""Telephone numbers: China, United States, United Kingdom, Australia, and any with +.

Sources: ITU-T E.164 (at most 15 digits, country code first); the national numbering plans as
kept by the `phonenumbers` library, asked for VALID numbers only (POSSIBLE took one number in
two for a phone); China: MIIT numbering plan, mobiles are 11 digits from 13 to 19.
A toll-free line (400, 800, 1-800) is nobody's own and stays, unless the text calls it a telephone
number: better one hotline too many than the line of a one-person shop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from privacy.redaction.fold import HAN_DIGITS, INVISIBLE, Views
from privacy.redaction.recogniser import (
    SAYS,
    Hit,
    Recogniser,
    Rule,
    after_product_cue,
    glue,
    near_before,
    value_span,
)
from privacy.redaction.recognisers.phone_words import SPELLED, decode, spelled_check

_SEP: Final = rf"[ .\-_~·/|+{INVISIBLE}]"
_NOT_PERSONAL: Final = {
    PhoneNumberType.UNKNOWN,  # what the library says of a number that is not valid
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
}
CUE: Final = (
    r"(?:手机号?码?|电话号?码?|座机|固话|联系方式|联系|致电|[拨打]|热线|来电|短信|传真|同号"
    r"|(?<![a-z])(?:call|text|txt|tel|phon|(?:tele)?phone|mobile|mob|cell|whats\s?app|fax"
    r"|sms|dial|ring|landline|voice\s?mail)(?:s|ed|d|ing)?(?![a-z])"
    r"|(?<![a-z'])(?:ph(?=\s?[:.#]|\s[0-9(+])|[mt](?=:))|(?<![a-z])(?:rang|rung"
    r"|hotline)(?![a-z])|(?<![a-z])contact(?=\s?[:+(0-9])"
    r"|(?<![a-z])(?:(?:number|contact|reach)(?:ed)?\s(?:is|was|me|us|at|him|her|them)"
    r"|(?:my|contact|best|direct|home|work)\s(?:number|num|no|line)(?:'?s)?)(?![a-z]))"
)
_NEAR_CUE: Final = re.compile(CUE + r"[^。;!?\n]{0,14}$")
_FURTHER_CUE: Final = re.compile(CUE + r"[^。;!?\n]{0,40}$")
_EXTENSION: Final = re.compile(r"\s?(?:ext\.?|x|转|分机)\s?[0-9]+$")
_IN_LIST: Final = re.compile(r"[0-9]\s?[ ,/]$")
_UNIT: Final = re.compile(
    r"\s?(?:[gm]b|mah|mm|cm|k?m|k?hz|ml|px|pixels?|w|v|kg|g|times|people|%|usd|dollars?|元|块|次|人"
    r"|个|件|台|分|折|张|天|万)(?![a-z])"
)
_NO_PHONE: Final = re.compile(
    r"(?:19|20)[0-9]{2}[ .\-/]?[01][0-9][ .\-/]?[0-3][0-9](?:[ .\-/]?[0-9]{2}){0,3}|([0-9])\1+"
)
"""Dates, with a time or without, and keyboards held down."""
_USUAL: Final = frozenset(
    {(3, 3, 4), (1, 3, 3, 4), (3, 4), (4, 4), (3, 7), (3, 8), (4, 7), (4, 8), (4, 3, 3), (4, 6)}
    | {(5, 5), (5, 6), (5, 3, 3), (5, 4, 3), (2, 4, 4), (3, 4, 4), (4, 3, 4)}
    | {(4, 4, 3), (4, 5), (2, 8), (3, 4, 3), (5, 3, 4)}
    | {(1,) * 7, (1,) * 10, (1,) * 11}
)
"""How people group a number that they call a telephone number."""
_PAIRS: Final = frozenset(
    {(2, 2, 2, 2), (2, 2, 2, 2, 2), (4, 2, 2, 2), (3, 2, 2, 2), (2, 3, 2, 2), (3, 3, 2, 2)}
)
"""Groups of two, as on the Continent: sizes and angles come so as well."""
_SAID: Final = re.compile(r"[:=号码是为]|(?<![a-z])(?:number|no|is|was|at|on|me|us)(?![a-z])")
_GROUPINGS: Final = frozenset(
    {(11,), (3, 4, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 8), (7, 4), (5, 6), (6, 5), (3, 5, 3)}
    | {(1,) * 11, (3, 2, 2, 2, 2), (5, 3, 3), (3, 2, 3, 3), (3, 4, 2, 2)}
)
"""How people group a mobile number; 3-3-3-2 is left out: that is a list of prices."""


def _is_personal(country: int, national: str) -> bool:
    """Whether the plan of `country` (its calling code) knows the number, and as somebody's own.

    Nothing is cached: a cache would keep people's numbers in memory.
    """
    number = PhoneNumber(country_code=country, national_number=int(national))
    return phonenumbers.number_type(number) not in _NOT_PERSONAL


def _parses(text: str, region: str | None) -> bool:
    """The same for a number as written, dialled from `region` (None: it begins with +)."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) not in _NOT_PERSONAL


def _groups(written: str) -> tuple[int, ...]:
    """Lengths of the runs of digits in `written`."""
    return tuple(len(run) for run in re.findall("[0-9]+", written))


_DOTTED_QUAD: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


def _cn_mobile(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    body = match.start("body")
    # "198.51.100.203" has eleven digits as well: four octets are an address (RFC 791).
    if _DOTTED_QUAD.fullmatch(views.lower, body, end) and _is_octets(views.lower[body:end]):
        return
    if ")" not in views.lower[start:end]:
        start += views.lower[start] == "("
    digits = views.digits(body, end)
    if not _is_personal(86, digits) or after_product_cue(views, start):
        return
    cued = near_before(views.lower, start, _NEAR_CUE, 24)
    if cued or _groups(views.numerals[body:end]) in _GROUPINGS:
        yield start, end, score


def _is_octets(written: str) -> bool:
    return all(int(octet) < 256 for octet in written.split("."))


def _cn_mobile_in_numerals(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Han numerals among the digits: the neighbours may be numerals of ordinary words (一直)."""
    start, end = value_span(match)
    text = views.lower
    if not any(c in HAN_DIGITS for c in text[start:end]):
        return
    if start and text[start - 1].isdigit():
        return
    before = text[max(0, start - 2) : start]
    after = text[end : end + 2]
    if after[:1].isdigit() or (all(c in HAN_DIGITS for c in before) and len(before) == 2):
        return
    if len(after) == 2 and all(c in HAN_DIGITS for c in after):
        return
    yield from _cn_mobile(views, match, score)


def _said_in_numerals(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A land line or a mobile number in Han numerals, in groups: 零二一，五八八八六六六六."""
    start, end = value_span(match)
    han = sum(char in HAN_DIGITS for char in views.lower[start:end])
    digits = views.digits(start, end)
    if han == len(digits) and (len(digits) in (7, 8) or digits[0] == "0" or digits[:1] == "1"):
        yield start, end, score


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Ends to try for a number that may have swallowed what follows: longest first, at most 4."""
    yield end
    cut = end
    for _ in range(3):
        while cut > start and text[cut - 1].isdigit():
            cut -= 1
        while cut > start and not text[cut - 1].isdigit():
            cut -= 1
        if cut - start < 7:
            return
        yield cut


def _international(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Whatever begins with + and a country's code: people mistype, plans change, 555 is no plan's.

    After 00 instead of + only what a plan knows, what is grouped, or what a cue stands before.
    """
    start, end = value_span(match)
    text = views.lower
    if ")" not in text[start:end]:
        start += text[start] == "("
    dialled = not text.startswith(("+", "(+"), start)
    for cut in _cuts(text, start, end):
        written = _EXTENSION.sub("", text[start:cut])
        digits = re.sub("[^0-9]", "", written)[2 if dialled else 0 :]
        if dialled and _parses("+" + written[2:], None):
            yield start, cut, score
            return
        plausible = 8 <= len(digits) <= 14 and _country(digits) and _last_group(written) >= 2
        if plausible and not (
            dialled and len(_groups(written)) == 1 and not _cued_near(views, start)
        ):
            if after_product_cue(views, start) or _UNIT.match(text, cut):
                return
            yield start, cut, score
            return


def _country(digits: str) -> bool:
    """Whether the number begins with the calling code of a country (one to three digits)."""
    if digits[0] == "1":  # North America: ten more digits, the area from 2 on
        return len(digits) == 11 and digits[1] in "23456789"
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return any(int(digits[:size]) in codes for size in (1, 2, 3))


def _last_group(written: str) -> int:
    """Digits in the last group; one digit alone ends a list of sizes, not a number."""
    return _groups(written)[-1]


def _cued_near(views: Views, start: int) -> bool:
    return near_before(views.lower, start, _NEAR_CUE, 24)


def _national(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Numbers as dialled at home: which country's depends on the language of the text."""
    start, end = value_span(match)
    text = views.lower
    if after_product_cue(views, start):
        return
    cued = near_before(text, start, _FURTHER_CUE, 56)
    written = _EXTENSION.sub("", text[start:end])
    groups = _groups(written)
    if cued and groups in _USUAL | {(10,), (11,)} and groups[-1] >= 3:
        yield start, end, score
        return
    if groups[-1] < 3 and len(groups) < 5:
        return
    usual = 2 <= len(groups) <= 4 or written.startswith(("07", "04", "09"))
    usual |= groups == (11,) and not views.has_han
    plans = (86, 886, 44, 61) if views.has_han else (44, 61, 86)
    national = "".join(re.findall("[0-9]", written))[1:]
    if (usual or cued) and any(_is_personal(plan, national) for plan in plans):
        yield start, end, score


def _nanp(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    text = views.lower
    digits = re.sub("[^0-9]", "", _EXTENSION.sub("", match["value"]))
    # "128 256 512 1024 GB" is a list of sizes.
    in_list = _IN_LIST.search(text, max(0, start - 3), start) or _UNIT.match(text, end)
    listed = in_list and not near_before(text, start, _NEAR_CUE, 24)
    if listed or after_product_cue(views, start):
        return
    if _is_personal(1, digits[-10:]):
        yield start, end, score
    elif near_before(text, start, _FURTHER_CUE, 56):
        yield start, end, score - 0.1


def _cued(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """After "call me at" a possible length is enough: 555 numbers are in no plan."""
    start, end = value_span(match)
    text = views.lower
    if _UNIT.match(text, end) or after_product_cue(views, start):
        return
    for cut in _cuts(text, start, end):
        written = text[start:cut]
        groups = _groups(written)
        if _NO_PHONE.fullmatch(written):
            return
        bare = len(groups) == 1 and (8 <= groups[0] <= 12 or (views.has_han and groups[0] == 7))
        mobile = re.match(r"1[3-9]", written) is not None and sum(groups) == 11
        possible = 8 <= sum(groups) <= 12 and max(groups) >= 3 <= groups[-1] and len(groups) <= 5
        # "phone 128 256 512" is a list of sizes unless a colon or "is" makes it a number.
        said = _SAID.search(text, match.start(), start) is not None or written[0] in "(0"
        if cut < end and not said and sum(groups) < 10:
            continue
        if groups == (5, 5) and written[0] not in "06789":
            continue  # 10086 10010: two hotlines
        if (
            groups in _USUAL
            or (said and groups in _PAIRS)
            or bare
            or mobile
            or (possible and said and len(groups) > 1)
        ):
            yield start, cut, score if groups in _USUAL or mobile else score - 0.15
            return


def _spelled(views: Views, match: re.Match[str], score: float) -> Iterable[Hit]:
    return spelled_check(views, match, score, _is_personal)


def normalise(value: str) -> str:
    """Digits only, without the prefixes that a caller may leave out (+86, 0086, +1)."""
    digits = decode(value)
    for prefix in ("0086", "86", "001"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            return digits[len(prefix) :].lstrip("0")
    if len(digits) == 11 and digits[0] == "1" and digits[1] not in "013456789":
        return digits[1:]
    if len(digits) == 11 and digits[0] == "1" and "+" in value:
        return digits[1:]
    return digits.lstrip("0") or digits


_CN: Final = (
    rf"(?P<value>(?:\(?(?:\+|00"
    rf"|\+00)?86\)?{_SEP}{{0,2}})?(?P<body>1{_SEP}{{0,3}}[3-9](?:{_SEP}{{0,3}}[0-9]){{9}}))"
)

RECOGNISER: Final = Recogniser(
    "PHONE",
    (
        Rule("cn_mobile", re.compile(rf"(?<![0-9]){_CN}(?![0-9])"), 0.9, check=_cn_mobile),
        Rule(
            "cn_mobile_han",
            re.compile(_CN),
            0.85,
            view="numerals",
            check=_cn_mobile_in_numerals,
        ),
        Rule(
            "cn_said",
            re.compile(
                CUE
                + glue(*SAYS, "给我", "我", "请")
                + r"(?P<value>[0-9](?:[ \-,]{0,2}[0-9]){6,11})(?![0-9])"
            ),
            0.8,
            view="numerals",
            check=_said_in_numerals,
            gate=re.compile(r"[0-9](?:[ \-,]{0,2}[0-9]){6}"),
        ),
        Rule(
            "cn_masked",
            re.compile(r"(?<![0-9])1[3-9][0-9][ \-]?[*x•#]{4}[ \-]?[0-9]{4}(?![0-9])"),
            0.7,
        ),
        Rule(
            "international",
            re.compile(
                r"(?<![0-9+])(?<![0-9][.\-])(?P<value>\(?(?:\+|00)\(?[1-9]"
                r"(?:[ .\-()/]{0,3}[0-9]){6,14}(?:[ ]?(?:ext\.?|x|转)[ ]?[0-9]{1,5})?)(?![0-9])"
            ),
            0.9,
            check=_international,
        ),
        Rule(
            "national",
            re.compile(
                r"(?<![0-9a-z\-])(?<![0-9]\.)(?P<value>\(?0[1-9](?:[ .\-()]{0,2}[0-9]){8,10}"
                r"(?:[ ]?(?:ext\.?|x|转|分机)[ ]?[0-9]{1,5})?)(?![0-9])"
            ),
            0.8,
            check=_national,
        ),
        Rule(
            "north_american",
            re.compile(
                r"(?<![0-9a-z$.\-])(?P<value>(?:1[ .\-]{0,2})?"
                r"(?:\([2-9][0-9]{2}\)[ .\-]{0,2}|[2-9][0-9]{2}[ .\-/·•]{1,3})"
                r"[0-9]{3}[ .\-/·•]{0,3}[0-9]{4}(?:[ ]?(?:ext\.?|x)[ ]?[0-9]{1,5})?)(?![0-9])"
            ),
            0.8,
            check=_nanp,
        ),
        Rule(
            "cued",
            re.compile(
                CUE
                + glue(
                    *SAYS,
                    r"\.",
                    "'?s",
                    "@",
                    "him",
                    "her",
                    "them",
                    "me",
                    "us",
                    "at",
                    "on",
                    "to",
                    "my",
                    "cell",
                    "phone",
                    "or",
                    "给我",
                    "我",
                    "请",
                )
                + r"(?P<value>\+?\(?[0-9](?:[ .\-()]{0,3}[0-9]){6,13})(?![0-9])"
            ),
            0.9,
            check=_cued,
            gate=re.compile(r"[0-9](?:[ .\-()]{0,3}[0-9]){6}"),
        ),
        Rule("spelled", SPELLED, 0.8, check=_spelled),
    ),
    normalise=normalise,
    needs="any",
)
