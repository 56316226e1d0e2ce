"""United States social security numbers.

Source: Social Security Administration, "SSN randomization" (2011): three, two and four digits;
never 000, 666 or 900-999 first, 00 second, 0000 last. There is no check digit, so without
hyphens the cue word decides.
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
    after_product_cue,
    glue,
    value_span,
)

_AREA: Final = r"(?!000|666|9)[0-9]{3}"
_CUE: Final = (
    r"(?:(?<![a-z])(?:ssn|social security(?: number| no\.?| #)?|social)|社保号|社会安全号码?)"
)


def _bare(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    if not after_product_cue(views, start):
        yield start, end, score


_OTHER: Final = re.compile(
    r"phone|call|text|order|track|ticket|case|card|account|[$£€]|电话|手机|订单|单号|卡"
)


def _further(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Not where another kind of number is named between."""
    start, end = value_span(match)
    if not _OTHER.search(views.lower, match.start(), start):
        yield start, end, score


def normalise(value: str) -> str:
    """Digits only."""
    return re.sub("[^0-9*]", "", value)


RECOGNISER: Final = Recogniser(
    "SSN",
    (
        Rule(
            "hyphens",
            re.compile(rf"(?<![0-9\-]){_AREA}-(?!00)[0-9]{{2}}-(?!0000)[0-9]{{4}}(?![0-9\-])"),
            0.85,
            check=_bare,
        ),
        Rule(
            "cue",
            re.compile(
                _CUE
                + glue(*SAYS, "my", "it's", repeat=3)
                + rf"(?P<value>{_AREA}[ .\-]?(?!00)[0-9]{{2}}[ .\-]?[0-9]{{4}})(?![0-9])"
            ),
            0.95,
        ),
        # "The form wants my SSN, I typed 318726405": a few words between, in one sentence.
        Rule(
            "further",
            re.compile(
                _CUE.replace("|social)", ")")
                + rf"[^0-9.;!?\n]{{1,32}}?(?<![a-z0-9$#.\-])(?P<value>{_AREA}[ \-]?(?!00)[0-9]{{2}}"
                r"[ \-]?(?!0000)[0-9]{4})(?![0-9]|[.,\-][0-9])"
            ),
            0.85,
            check=_further,
        ),
        Rule(
            "before",
            re.compile(
                rf"(?<![a-z0-9$#.\-])(?P<value>{_AREA}[ \-]?(?!00)[0-9]{{2}}"
                r"[ \-]?(?!0000)[0-9]{4})(?=\s?(?:\((?:my |the )?(?:ssn|social)|(?:is|was|as)"
                r"\s(?:my|his|her|the)\s"
                r"(?:ssn|social security)(?![a-z])|是我?的?社保号))"
            ),
            0.85,
        ),
        Rule(
            "last_four",
            re.compile(
                r"last (?:four|4)(?: digits| numbers)? (?:of|from) (?:my |the |her "
                r"|his )?(?:ssn|social)"
                r"(?: security(?: number)?)?"
                + glue(*SAYS, "are", "as")
                + r"(?P<value>[0-9]{4})(?![0-9])"
            ),
            0.8,
        ),
        Rule(
            "ending",
            re.compile(
                _CUE
                + r"(?:\snumber)?(?:\sthat)?\send(?:ing|s)(?:\s(?:in|with))?\s(?P<value>[0-9]{4})"
                r"(?![0-9])"
            ),
            0.75,
        ),
        Rule(
            "masked",
            re.compile(_CUE + glue(*SAYS) + r"(?P<value>[x*]{3}-?[x*]{2}-?[0-9]{4})(?![0-9])"),
            0.7,
        ),
    ),
    normalise=normalise,
)
