"""Payment card and bank account numbers.

Sources: ISO/IEC 7812-1 (12 to 19 digits; issuer prefixes; Annex B, the Luhn check digit);
UnionPay cards begin with 62 (some with 9 or 60) and have 16 to 19 digits. Some old cards fail
Luhn, and people mistype: after words that can only mean a bank card the shape is enough.
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
    after_product_cue,
    glue,
    near_before,
    value_span,
)

_PREFIXES: Final = re.compile(
    r"(?:4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]"
    r"|[3-6][0-9]{2}|7[01][0-9]"
    r"|720)[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|35[0-9]{14}|6(?:011"
    r"|5[0-9]{2}|4[4-9][0-9])"
    r"[0-9]{12}|62[0-9]{14,17}|60[0-9]{14,17}|9[0-9]{15,18}|5[06-9][0-9]{12,15})"
)
_SURE: Final = (
    r"(?:银行卡|信用卡|储蓄卡|借记卡|工资卡|[工农建中交招浦民兴光]行卡|银行账号"
    r"|银行帐号|收款账号|打款账号"
    r"|(?<![a-z])(?:(?:credit|debit|bank|visa|master|charge)\s?card|bank account"
    r"|(?:maestro|visa debit|visa electron|barclaycard)(?![a-z])"
    r"|card\s?(?:number|no\.|num(?![a-z])))"
    r"|(?<![a-z])cc(?![a-z]))"
)
_CARD: Final = (
    r"(?:卡号|卡是|(?<![a-z])card|(?<![a-z])(?:visa|mastercard|master|amex|american express"
    r"|union\s?pay|discover|jcb|rupay|girocard|ec-?karte|card\s?holder)(?![a-z])|银联|农行|工行|建行|招行|中行)"
)
_OTHER_CARD: Final = re.compile(
    r"(?:会员|礼品|购物|充值|积分|门禁|电话|流量|公交|饭|gift|loyalty|sim|graphics"
    r"|member(?:ship)?|video|sd)\s?$"
)
_SURE_NEAR: Final = re.compile(_SURE + r"[^。;!?\n]{0,14}$")
_CUE_NEAR: Final = re.compile(rf"(?:{_SURE}|{_CARD})[^。;!?\n]{{0,14}}$")
_DOUBLED: Final = {str(digit): digit * 2 - (9 if digit > 4 else 0) for digit in range(10)}
_WEAK_GROUPINGS: Final = frozenset(
    {
        (4, 4, 4, 4),
        (4, 4, 4, 4, 3),
        (4, 6, 5),
        (6, 10),
        (6, 13),
        (4, 4, 4, 4, 2),
        (4, 4, 4, 4, 1),
        (4, 5, 4, 6),
    }
)


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(_DOUBLED[digit] for digit in even)) % 10 == 0


def _windows(views: Views, start: int, end: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Stretches of 13 to 19 digits that begin and end where a run of digits does, with the runs."""
    runs = list(re.finditer("[0-9]+", views.lower[start:end]))
    written = [run.group() for run in runs]
    for first in range(len(runs)):
        if first and len(written[first]) < 3:
            continue  # cards are written in groups of three digits or more
        # A card has at most five groups, so the work per group is bounded.
        for last in range(min(len(runs), first + 5) - 1, first - 1, -1):
            count = sum(map(len, written[first : last + 1]))
            if 13 <= count <= 19:
                groups = tuple(written[first : last + 1])
                yield start + runs[first].start(), start + runs[last].end(), groups


def _judge(views: Views, start: int, runs: tuple[str, ...], score: float) -> float | None:
    digits = "".join(runs)
    shape = len(runs) == 1 or tuple(map(len, runs)) in _WEAK_GROUPINGS
    issued = _PREFIXES.fullmatch(digits) is not None
    known = issued and luhn(digits)
    if not (known or shape) or len(set(digits)) == 1:
        return None
    cue = _CUE_NEAR.search(views.lower, max(0, start - 30), start)
    if cue is None and not (known and shape):
        return None
    sure = cue is not None and near_before(views.lower, start, _SURE_NEAR, 30)
    if not sure and after_product_cue(views, start):
        return None
    if known:
        plausible_alone = len(digits) >= 15 and digits[0] in "23456"
        return score if cue else (score - 0.15 if plausible_alone else None)
    if sure:
        return 0.7
    return 0.65 if issued and len(digits) in (16, 19) else None


def _number(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    last = -1
    for start, end, runs in _windows(views, *match.span()):
        if start < last:
            continue
        judged = _judge(views, start, runs, score)
        if judged is not None:
            last = end
            yield start, end, judged


def _not_other_card(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    if not near_before(views.lower, match.start(), _OTHER_CARD, 12):
        start, end = value_span(match)
        yield start, end, score


def normalise(value: str) -> str:
    """Digits only (asterisks kept where the card was masked)."""
    return re.sub("[^0-9*]", "", fold_key(value))


RECOGNISER: Final = Recogniser(
    "BANK_CARD",
    (
        Rule(
            "luhn",
            re.compile(r"(?<![0-9.])[0-9](?:[ \-]{0,2}+[0-9]){12,}+(?![0-9])"),
            0.95,
            check=_number,
        ),
        Rule(
            "account",
            re.compile(
                r"(?:银行账号|银行帐号|收款账号|打款账号|对公账户|(?<![a-z])bank (?:account"
                r"|acct)\.?)" + glue(*SAYS) + r"(?P<value>[0-9](?:[ \-]?[0-9]){7,24})(?![0-9])"
            ),
            0.85,
        ),
        Rule(
            "sort_code",
            re.compile(
                r"(?<![a-z])(?:sort code|bsb)"
                + glue(*SAYS)
                + r"(?P<value>[0-9]{2}[ \-]?[0-9]{2}[ \-]?[0-9]{2}"
                r"(?:[,;]?\s(?:and\s)?(?:account|acc|acct|a/c)(?:\s(?:number"
                r"|no\.?))?[ :#]{0,2}[0-9]{6,9})?)(?![0-9])"
            ),
            0.85,
        ),
        Rule(
            "masked",
            re.compile(
                rf"(?:{_SURE}|{_CARD})"
                + glue(*SAYS, "ending", "in")
                + r"(?P<value>[0-9]{4}[ \-]?(?:[*x•]{2,12}[ \-]?){1,3}[0-9]{2,4})(?![0-9])"
            ),
            0.7,
        ),
        Rule(
            "last_four",
            re.compile(
                r"(?:卡(?:的|号)?尾号|卡号?后四位"
                r"|(?<![a-z])(?:card|visa|mastercard|amex)\s(?:number\s)?(?:that\s)?end(?:ing"
                r"|s)(?:\s(?:in|with))?)" + glue("是", "为", "in") + r"(?P<value>[0-9]{4})(?![0-9])"
            ),
            0.7,
            check=_not_other_card,
        ),
        Rule(
            "last_four_before",
            re.compile(r"尾号(?:是|为)?[ :]?(?P<value>[0-9]{4})(?=的?[^\d,。\s]{0,3}卡)"),
            0.7,
        ),
    ),
    normalise=normalise,
)
