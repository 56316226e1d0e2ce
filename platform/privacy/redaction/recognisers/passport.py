"""Passport numbers, after a word that says so.

Sources: ICAO Doc 9303 part 4 (at most nine characters); China: E or G with 8 digits, E with a
letter and 7 digits, older 14/15 with 7; travel permits C, H, M or W with 8 or 10; United States:
9 digits or a letter with 8. Such short strings have no public check digit outside the machine
readable zone, so a cue is always needed.
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
    glue,
    near_after,
    value_span,
)
from privacy.redaction.recognisers.order_no import _UNIT

_CUE: Final = r"(?:护照(?:号码?)?|通行证(?:号码?)?|证件(?:号码?)?|(?<![a-z])passport(?![a-z])s?)"
_VALUE: Final = (
    r"(?P<value>[a-z]{1,2}[ ]?[0-9]{6,8}[a-z]?|[chmw][0-9]{10}|[0-9]{9}|1[45][0-9]{7})(?![a-z0-9])"
)


_PAGES: Final = (
    *("上", "的", "填", "了", "复印件", "扫描件?", "照片", "信息页?"),
    *("num", "of", "mine", "details", "photo", "page", "scan", "scanned", "copy", "picture"),
    *("pic", "image", "data", "info", "here", "it's", "its", "my"),
)
"""Words between "passport" and its number: the copy that was asked for."""
_OTHER: Final = re.compile(
    r"电话|手机|拨打|订单|单号|快递|身份|微信|qq|[卡夹套包]|型号|款|价|phone|call|text|order"
    r"|track|holder|cover|case"
    r"|wallet|card|model|sku|part|serial|[$£€¥@]|ssn|plate|worth|cost|weigh"
)
"""Between the cue and a number further on: it is a thing for passports, or another number."""


def _mixed(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Capitals with two figures at least: no word of the sentence."""
    start, end = value_span(match)
    shown = views.folded[start:end]
    if shown == shown.upper() and sum(c.isdigit() for c in shown) >= 2:
        yield start, end, score


def _further(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A few words between the cue and the number, in one sentence."""
    start, end = value_span(match)
    if not _OTHER.search(views.lower, match.start(), start) and not near_after(
        views.lower, end, _UNIT, 8
    ):
        yield start, end, score


def normalise(value: str) -> str:
    """Letters and digits only."""
    return re.sub("[^0-9a-z]", "", value.lower())


RECOGNISER: Final = Recogniser(
    "PASSPORT",
    (
        Rule(
            "cue",
            re.compile(_CUE + glue(*SAYS, *_PAGES) + _VALUE),
            0.9,
        ),
        # German and other passports mix letters and figures (ICAO 9303 allows any order).
        Rule(
            "mixed",
            re.compile(
                _CUE
                + glue(*SAYS, *_PAGES)
                + r"(?P<value>(?=[a-z0-9]{0,8}[0-9])[a-z0-9]{8,9})(?![a-z0-9])"
            ),
            0.8,
            check=_mixed,
        ),
        # Travel permits of people from Taiwan and of returning residents: 8 to 11 digits.
        Rule(
            "permit",
            re.compile(
                r"(?:台胞证|回乡证|入台证|通行证)"
                + glue(*SAYS)
                + r"(?P<value>[a-z]?[0-9]{8,11})(?![0-9a-z])"
            ),
            0.85,
        ),
        # "The passport ID you asked for: 533418927".
        Rule(
            "further",
            re.compile(
                r"(?:护照|通行证"
                r"|(?<![a-z])passport(?:s(?=\W))?(?![a-z]))[^。;!?\n]{1,40}?(?<![a-z0-9.,\-])"
                r"(?P<value>[a-z]{1,2}[0-9]{6,8}|[0-9]{9})(?![a-z0-9]|[.,\-][0-9])"
            ),
            0.8,
            check=_further,
        ),
        # Chinese passports have a shape of their own, so the cue may stand a little further off.
        Rule(
            "cn_near",
            re.compile(
                r"(?:护照|证件|passport)[^。;!\n]{0,20}?(?<![a-z0-9])(?P<value>(?:[eg][0-9]{8}"
                r"|e[a-hj-np-z][0-9]{7}))(?![a-z0-9])"
            ),
            0.85,
        ),
        Rule(
            "cn_before",
            re.compile(
                r"(?<![a-z0-9])(?P<value>[eg][0-9]{8}"
                r"|e[a-hj-np-z][0-9]{7})(?![a-z0-9])(?=[^,。;!?\n]{0,4}(?:护照|passport))"
            ),
            0.8,
        ),
    ),
    normalise=normalise,
)
