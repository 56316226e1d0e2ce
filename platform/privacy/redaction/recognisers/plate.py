"""Vehicle registration plates: China by shape, other countries after a cue word.

Sources: GA 36-2018 (province character, letter of the issuing office without I and O, then 5
characters; new-energy plates 6, small ones with D or F first, large ones with D or F last;
学 警 港 澳 挂 may end it). British plates: DVLA INF104 (two letters,
two figures for the half-year, three letters). Other plates have no shape of their own, so the word
"plate" or "registration" is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import (
    Hit,
    Recogniser,
    Rule,
    glue,
    near_after,
    near_before,
    value_span,
)

_VEHICLE: Final = re.compile(
    r"(?<![a-z])(?:van|car|cars|vehicle|lorry|truck|bike|motorbike|moped|scooter|taxi|transit"
    r"|sprinter"
    r"|ford|vauxhall|toyota|bmw|audi|plates?|reg|registration|parked|driver)(?![a-z])|车牌"
)
_NEAR: Final = re.compile(r"(?:车|牌|plate|违章|停)")
# 新RX5700 and 黑GT5000 are graphics cards: these province characters are also ordinary words.
_WORDLIKE: Final = frozenset("新黑青云贵宁吉藏")


def _cn(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    serial = match["serial"]
    if not any(c.isdigit() for c in serial):
        return
    cued = near_before(views.lower, start, _NEAR, 16) or near_after(views.lower, end, _NEAR, 8)
    shown = views.folded[start:end]
    if not cued and (shown != shown.upper() or (shown[0] in _WORDLIKE and not match["sep"])):
        return
    yield start, end, score if cued else score - 0.1


def _foreign(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    shown = views.folded[start:end]
    letters = sum(c.isalpha() for c in shown)
    digits = sum(c.isdigit() for c in shown)
    if (
        shown == shown.upper()
        and digits
        and 4 <= letters + digits <= 8
        and (letters or digits >= 6)
    ):
        yield start, end, score


def _uk(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """DVLA's current format: without its space, or in small letters, only beside a vehicle."""
    start, end = match.span()
    shown = views.folded[start:end]
    cued = near_before(views.lower, start, _VEHICLE, 48) or near_after(
        views.lower, end, _VEHICLE, 24
    )
    if cued or (" " in shown and shown == shown.upper()):
        yield start, end, score if cued else score - 0.25


def normalise(value: str) -> str:
    """Province character, letters and digits only, in upper case."""
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", value.upper())


RECOGNISER: Final = Recogniser(
    "PLATE",
    (
        Rule(
            "ga36",
            re.compile(
                r"(?P<value>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
                r"[a-hj-np-z]"
                r"(?P<sep>[ ·•.\-]{0,2})(?P<serial>[df][a-hj-np-z0-9][0-9]{4}|[0-9]{5}[df]"
                r"|[a-hj-np-z0-9]{5}|[a-hj-np-z0-9]{4}[学警港澳挂]))(?![a-z0-9])"
            ),
            0.95,
            check=_cn,
        ),
        Rule(
            "uk",
            re.compile(
                r"(?<![a-z0-9])[a-hj-pr-y][a-hj-y](?:0[2-9]|[1-2][0-9]|5[1-9]|[6-7][0-9]) ?"
                r"[a-hj-pr-z]{3}(?![a-z0-9])"
            ),
            0.85,
            check=_uk,
        ),
        Rule(
            "cue",
            re.compile(
                r"(?:(?<![a-z])(?:(?:licen[sc]e|number|car|vehicle|tag)\s)?(?:plates?|registration"
                r"|reg|rego)(?![a-z])|车牌号?码?)"
                + glue(
                    "number",
                    r"no\.?",
                    "is",
                    "was",
                    "were",
                    "reads?",
                    "says",
                    "of",
                    "my car",
                    "on it",
                )
                + r"(?P<value>[a-z0-9]{1,5}[ \-·]?[a-z0-9]{1,5})(?![a-z0-9])"
            ),
            0.85,
            check=_foreign,
        ),
    ),
    normalise=normalise,
)
