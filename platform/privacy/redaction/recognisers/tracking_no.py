"""Numbers of parcels: after a cue word, or in the form of a carrier.

Sources: UPU S10 (two letters, eight digits, a check digit with weights 8 6 4 2 3 5 9 7, country);
UPS (1Z and 16 letters or digits); the forms SF, YT, ZTO, JT, JD, DPK printed by the Chinese
carriers. A carrier's bare digits have no form of their own, so its name must stand right before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import SAYS, Hit, Recogniser, Rule, glue, value_span
from privacy.redaction.recognisers.order_no import _DATE, _UNIT, VALUE

_CARRIERS: Final = (
    "hermes|evri|yodel|dpd|parcelforce|tnt|gls|aramex|canada post|aus(?:tralia )?post|an post"
    "|ontrac|lasership|inpost|correos|colissimo|chronopost|postnl|bpost|la poste|deutsche post"
    "|purolator|toll|startrack|nz post|singpost|ninja ?van|j&t|sf express|cainiao|yanwen|4px"
    "|yunexpress|delhivery|blue ?dart|dtdc|india post|japan post|yamato|sagawa|speed ?post"
    "|courier|carrier|whistl|city ?link|collect ?plus|amazon logistics"
)
"""Carriers' names, which may also stand for the firm: only a number right behind makes a cue."""
_CUE: Final = (
    r"(?:(?:快递|物流|运单|包裹|货运|追踪|顺丰|圆通|中通|韵达|申通|极兔|邮政|德邦"
    r"|京东快递|取件|丹鸟|百世|天天快递|优速|跨越|安能|菜鸟|丰网|宅急送|速尔|壹米滴答)(?:快递|速运|物流)?(?:单号?|编号|号码?|码)?|运单|面单号?"
    r"|(?<![a-z])(?:track(?:ing)?|shipment|delivery ref(?:erence)?|way\s?bill|parcel|package"
    r"|consignment|awb|ups"
    r"|usps|fed\s?ex|dhl|ems|royal mail)(?![a-z])"
    rf"|(?<![a-z])(?:{_CARRIERS})(?![a-z])(?=[^a-z0-9]{{0,3}}(?:(?:no\.?|number|num|ref|id|code"
    r"|parcel|tracking|label|shipment|is|was)(?![a-z])[^a-z0-9]{0,3}){0,2}[a-z]{0,4}[0-9]{5}))"
)
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)


def _token(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    value = match["value"]
    digits = sum(c.isdigit() for c in value)
    if digits >= 8 and not _DATE.fullmatch(value) and not _UNIT.match(views.lower[end : end + 10]):
        yield start, end, score


_OTHER: Final = re.compile("电话|手机|拨打|客服|订单|身份|微信|型号|货号|条码|[卡元块]")


def _further(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Not a number of another kind."""
    if not _OTHER.search(views.lower, match.start(), match.start("value")):
        yield from _token(views, match, score)


def _s10(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    digits = match.group()[2:11]
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, digits[:8], strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    if check == int(digits[8]):
        yield match.start(), match.end(), score


RECOGNISER: Final = Recogniser(
    "TRACKING_NO",
    (
        Rule(
            "cue",
            re.compile(
                _CUE
                + glue(
                    *SAYS,
                    "单号",
                    "单",
                    "我的?",
                    "tracking",
                    "code",
                    "num",
                    "for",
                    "ref",
                    "reference",
                    "item",
                )
                + VALUE
            ),
            0.92,
            check=_token,
        ),
        # "德邦大件DPK210384756201": a word or two between the carrier and its code.
        Rule(
            "further",
            re.compile(
                r"(?:快递|物流|运单|包裹|货运|顺丰|圆通|中通|韵达|申通|极兔|邮政|德邦|京东|丹鸟|百世"
                r"|优速|跨越|安能|菜鸟|丰网|宅急送)[^0-9a-z。;!?\n]{1,8}?"
                r"(?P<value>[a-z]{1,4}[0-9]{9,16}|(?:4[36]|7[0-9]|88|98|11|22|33|55|66|77)[0-9]{10,13})"
                r"(?![0-9a-z])"
            ),
            0.85,
            check=_further,
        ),
        Rule(
            "grouped",
            re.compile(
                _CUE
                + glue(*SAYS, "单号", "单", "tracking")
                + r"(?P<value>[0-9]{4}(?: [0-9]{4}){2,5}(?: [0-9]{1,3})?)(?![0-9a-z])"
            ),
            0.85,
        ),
        Rule(
            "chinese_carrier_grouped",
            re.compile(
                r"(?<![a-z0-9])(?:sf|yt|jt|jd)\s?[0-9]{3,4}(?:[ \-][0-9]{3,4}){2,3}(?![0-9a-z])"
            ),
            0.85,
        ),
        Rule(
            "ups", re.compile(r"(?<![a-z0-9])1z(?: ?[a-z0-9]){8}(?: ?[0-9]){8}(?![a-z0-9])"), 0.95
        ),
        Rule(
            "chinese_carrier",
            re.compile(
                r"(?<![a-z0-9])(?:sf[0-9]{12,15}|yt[0-9]{13,15}|zto?[0-9]{12,13}|jt[0-9]{13}"
                r"|tba[0-9]{12}|dp[kl][0-9]{11,13}|yd[0-9]{13,15}|sto[0-9]{12,13}|kye?[0-9]{11,13}"
                r"|ht[0-9]{12,13}|ttk[0-9]{10,12}|lp[0-9]{14}|h[0-9]{2}[a-z0-9]{12}(?<=[0-9]{8})"
                r"|jd(?:v?[a-z]?|x)[0-9]{11,15})(?![a-z0-9])"
            ),
            0.85,
        ),
        # After a carrier's name the shape is enough: people mistype the check digit as well.
        Rule(
            "upu_s10_cued",
            re.compile(
                r"(?:ems|邮政|国际快递|挂号信?|平邮|e邮宝|royal mail|usps|post)[\s:#号单]{0,3}"
                r"(?P<value>[a-z]{2}[0-9]{9}[a-z]{2})(?![a-z0-9])"
            ),
            0.85,
        ),
        Rule(
            "upu_s10",
            re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{9}[a-z]{2}(?![a-z0-9])"),
            0.9,
            check=_s10,
        ),
    ),
)
