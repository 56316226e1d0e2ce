"""The rules that ship with the engine: one module per kind of personal data."""

from __future__ import annotations

from typing import Final

from privacy.redaction.recogniser import Recogniser
from privacy.redaction.recognisers import (
    address_en,
    address_label,
    address_zh,
    alipay,
    bank_card,
    email,
    iban,
    id_card,
    ip,
    order_no,
    passport,
    person_en,
    person_zh,
    person_zh_met,
    phone,
    phone_forms,
    plate,
    qq,
    social,
    ssn,
    tracking_no,
    url_with_id,
    wechat,
)

RECOGNISERS: Final[tuple[Recogniser, ...]] = tuple(
    module.RECOGNISER
    for module in (
        id_card,
        iban,
        bank_card,
        ssn,
        email,
        phone,
        phone_forms,
        alipay,
        wechat,
        qq,
        social,
        passport,
        plate,
        ip,
        order_no,
        tracking_no,
        url_with_id,
        address_zh,
        address_en,
        address_label,
        person_zh,
        person_zh_met,
        person_en,
    )
)
"""All rules, in no particular order: overlaps are settled by length and score."""
