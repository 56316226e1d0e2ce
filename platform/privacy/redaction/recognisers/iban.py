"""International bank account numbers.

Source: ISO 13616-1 and the SWIFT IBAN registry (length by country); check digits by ISO 7064
MOD 97-10: the rearranged number, letters as 10 to 35, leaves 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import Hit, Recogniser, Rule, near_before

LENGTHS: Final[dict[str, int]] = {
    country: length
    for length, countries in {
        15: "no",
        16: "be",
        18: "dk fi fk fo gl nl sd",
        19: "mk si",
        20: "at ba ee kz lt lu mn xk",
        21: "ch cr hr li lv",
        22: "bg bh de gb ge ie me rs va",
        23: "ae gi il iq om so tl",
        24: "ad cz es md pk ro sa se sk st tn vg",
        25: "ly pt",
        26: "is tr",
        27: "bi dj fr gr it mc mr sm",
        28: "al az by cy do gt hu lb ni pl sv",
        29: "br eg ps qa ua",
        30: "jo kw mu",
        31: "mt sc",
        32: "lc",
        33: "ru",
    }.items()
    for country in countries.split()
}
_NEAR: Final = re.compile(r"(?<![a-z])iban[^。;!?\n]{0,14}$")


def is_valid(compact: str) -> bool:
    """Whether lower-case `compact`, without spaces, leaves 1 modulo 97."""
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _iban(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start = match.start("value")
    text = views.lower
    length = LENGTHS.get(text[start : start + 2])
    if length is None:
        return
    compact, end = "", start
    while end < match.end() and len(compact) < length:
        if text[end] not in " -":
            compact += text[end]
        end += 1
    if len(compact) < length or (text[end : end + 1].isascii() and text[end : end + 1].isalnum()):
        return
    if is_valid(compact):
        yield start, end, score
    elif near_before(text, start, _NEAR, 24) and sum(c.isdigit() for c in compact) >= 10:
        yield start, end, 0.75  # said to be one, with a character mistyped


def normalise(value: str) -> str:
    """Letters and digits only."""
    return re.sub("[^0-9a-z]", "", value.lower())


RECOGNISER: Final = Recogniser(
    "IBAN",
    (
        Rule(
            "mod97",
            re.compile(
                r"(?<![a-z0-9])(?:iban)?(?P<value>[a-z]{2}[ ]?[0-9]{2}(?:[ \-]?[a-z0-9]){11,29})"
            ),
            0.98,
            check=_iban,
        ),
    ),
    normalise=normalise,
)
