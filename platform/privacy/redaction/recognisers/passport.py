"""Passport numbers, after a word that says so.

Sources: ICAO Doc 9303 part 4 (at most nine characters); China: E or G with 8 digits, E with a
letter and 7 digits, older 14/15 with 7; travel permits C, H, M or W with 8 or 10; United States:
9 digits or a letter with 8. Such short strings have no public check digit outside the machine
readable zone, so a cue is always needed.
"""

from __future__ import annotations

import re
from typing import Final

from privacy.redaction.recogniser import SAYS, Recogniser, Rule, glue

_CUE: Final = r"(?:护照(?:号码?)?|通行证(?:号码?)?|证件(?:号码?)?|(?<![a-z])passport(?![a-z])s?)"
_VALUE: Final = (
    r"(?P<value>[a-z]{1,2}[ ]?[0-9]{6,8}[a-z]?|[chmw][0-9]{10}|[0-9]{9}|1[45][0-9]{7})(?![a-z0-9])"
)


def normalise(value: str) -> str:
    """Letters and digits only."""
    return re.sub("[^0-9a-z]", "", value.lower())


RECOGNISER: Final = Recogniser(
    "PASSPORT",
    (
        Rule(
            "cue",
            re.compile(
                _CUE
                + glue(*SAYS, "上", "的", "填", "了", "num", "of", "mine", "details", "photo page")
                + _VALUE
            ),
            0.9,
        ),
        # Chinese passports have a shape of their own, so the cue may stand a little further off.
        Rule(
            "cn_near",
            re.compile(
                r"(?:护照|证件|passport)[^。;!?\n]{0,16}?(?<![a-z0-9])(?P<value>(?:[eg][0-9]{8}"
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
