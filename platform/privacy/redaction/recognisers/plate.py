"""Vehicle registration plates: China by shape, other countries after a cue word.

Sources: GA 36-2018 (province character, letter of the issuing office without I and O, then 5
characters; new-energy plates 6, small ones with D or F first, large ones with D or F last;
学 警 港 澳 挂 may end it). British plates: DVLA INF104 (two letters,
two figures for the half-year, three letters). India: Central Motor Vehicles Rules 1989, rule 50
(state, district, series, four figures). Ireland: S.I. 318/1992 (year, county, number). France: SIV
(AB-123-CD). Other plates have no shape of their own, so the word "plate" or "registration" is
needed, before or behind.
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
    r"|ford|vauxhall|toyota|honda|hilux|tesla|vw|volkswagen|bmw|audi|suv|jeep|scooty|rickshaw|auto"
    r"|trailer|caravan|motorcycle|cab|plates?|reg|rego|registration|registered|parked|driver|drove"
    r"|fastag)(?![a-z])|车"
)
_MEASURE: Final = re.compile(r"[0-9]{1,5} ?(?:k?w|mm|cm|in|ml|cl|l|k?g|k?v|a|m|pcs?|mah|gb|rpm)")
"""A hot plate of 2000W has no number."""
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
    """The longest run of groups in capitals with a figure: what follows is the sentence."""
    start, end = value_span(match)
    while end > start and not _MEASURE.fullmatch(views.lower, start, end):
        shown = views.folded[start:end]
        letters = sum(c.isalpha() for c in shown)
        digits = sum(c.isdigit() for c in shown)
        if (
            shown == shown.upper()
            and digits
            and 4 <= letters + digits <= 10
            and (letters or digits >= 6)
            and (letters + digits <= 8 or len(re.split("[ ·-]", shown)) > 2)
        ):
            yield start, end, score
            return
        end = start + max(shown.rfind(mark) for mark in " -·")


def _elsewhere(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """A shape of another country: in capitals, and a vehicle or a plate near by."""
    start, end = match.span()
    shown = views.folded[start:end]
    cued = near_before(views.lower, start, _VEHICLE, 48) or near_after(
        views.lower, end, _VEHICLE, 24
    )
    irish = re.match(r"[12][0-9][12]-[a-z]{1,2}-[0-9]{3}", match.group()) is not None
    if (cued or irish) and shown == shown.upper():
        yield start, end, score if cued else score - 0.1


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
            "in",
            re.compile(
                r"(?<![a-z0-9\-])(?:a[nprs]|br|c[gh]|d[dln]|g[aj]|h[pr]|j[hk]|k[al]|l[ad]|m[hlnpz]"
                r"|nl|o[dr]|p[by]|rj|sk|t[nrs]|u[akp]|wb)[ \-]?[0-9]{1,2}[ \-]?[a-z]{1,3}[ \-]?"
                r"[0-9]{4}(?![a-z0-9\-])"
            ),
            0.8,
            check=_elsewhere,
        ),
        Rule(
            "ie_fr",
            re.compile(
                r"(?<![a-z0-9\-])(?:(?:8[7-9]|9[0-9]|0[0-9]|1[0-2]|1[3-9][12]|2[0-9][12])-"
                r"(?:c[enw]?|d|dl|g|k[eky]|l[dhkms]?|m[hno]|oy|rn|so|t[ns]?|w[dhwx]?)-[0-9]{1,6}"
                r"|[a-hj-np-tv-z]{2}-[0-9]{3}-[a-hj-np-tv-z]{2})(?![a-z0-9\-])"
            ),
            0.8,
            check=_elsewhere,
        ),
        # "1AB-2CD VIC plates", "京 A12345 这个车牌": the cue behind.
        Rule(
            "cue_behind",
            re.compile(
                r"(?<![a-z0-9\-])(?P<value>[a-z0-9]{1,4}[ \-·]?[a-z0-9]{2,5})(?=\s?(?:[\s(,]{1,2}"
                r"(?:nsw|vic|qld|wa|sa|tas|act|nt|[a-z]{2}|us|uk|german|french|dutch))?[\s)]{1,2}"
                r"(?:(?:number|licen[sc]e|custom|rego|reg)\s)?(?:plates?|rego)(?![a-z]))"
            ),
            0.75,
            check=_foreign,
        ),
        Rule(
            "cue",
            re.compile(
                r"(?:(?<![a-z])(?:(?:licen[sc]e|number|car|vehicle|tag)\s)?(?:plates?|registration"
                r"|regd?|rego)\.?(?![a-z])|车牌号?码?|号牌|[港澳]牌)"
                + glue(
                    "number",
                    "num",
                    "ending",
                    "ends",
                    "in",
                    "it's",
                    "s",
                    "called",
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
                + r"(?P<value>[a-z0-9]{1,5}(?:[ \-·]?[a-z0-9]{1,5}){1,3})(?![a-z0-9])"
            ),
            0.85,
            check=_foreign,
        ),
    ),
    normalise=normalise,
)
