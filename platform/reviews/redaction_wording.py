"""Types of personal data, and what a policy says, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

TYPE_WORDS: dict[str, str] = {
    "PERSON": gettext_noop("Person's name"),
    "PHONE": gettext_noop("Telephone number"),
    "EMAIL": gettext_noop("E-mail address"),
    "ADDRESS": gettext_noop("Postal address"),
    "WECHAT": gettext_noop("WeChat account"),
    "QQ": gettext_noop("QQ number"),
    "ALIPAY": gettext_noop("Alipay account"),
    "SOCIAL_HANDLE": gettext_noop("Name on a social network"),
    "ID_CARD": gettext_noop("Identity card"),
    "PASSPORT": gettext_noop("Passport"),
    "SSN": gettext_noop("Social security number"),
    "BANK_CARD": gettext_noop("Bank card"),
    "IBAN": gettext_noop("Bank account (IBAN)"),
    "ORDER_NO": gettext_noop("Order number"),
    "TRACKING_NO": gettext_noop("Parcel number"),
    "PLATE": gettext_noop("Number plate"),
    "IP": gettext_noop("IP address"),
    "URL_WITH_ID": gettext_noop("Link that names a person"),
}
COMPLAINTS: dict[str, str] = {
    "too_long": gettext_noop("Line %(line)s is longer than %(most)s characters."),
    "too_short": gettext_noop("Line %(line)s is too short: at least two letters or digits."),
    "control": gettext_noop("Line %(line)s holds control characters."),
    "too_many": gettext_noop("More than %(most)s values; add them in pieces."),
    "none": gettext_noop("Write at least one value, one on each line."),
    "type": gettext_noop("Say what kind of personal data the values are."),
}


def type_words(kind: str) -> str:
    """What a type of personal data is called; an unknown one by its own name."""
    return gettext(TYPE_WORDS[kind]) if kind in TYPE_WORDS else kind.replace("_", " ").capitalize()


def value_complaint(code: str, details: dict[str, int]) -> str:
    return gettext(COMPLAINTS[code]) % details


def type_choices(kinds: frozenset[str]) -> list[tuple[str, str]]:
    """(type, words), the known ones in the order of the table, then what is new."""
    ordered = [kind for kind in TYPE_WORDS if kind in kinds] + sorted(kinds - set(TYPE_WORDS))
    return [(kind, type_words(kind)) for kind in ordered]
