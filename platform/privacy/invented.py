"""Invented values in the shape of personal data: what test cases hold in its place.

Nobody's on purpose: American telephone numbers, mail and IP addresses come from what is kept for
examples (555-01xx, RFC 2606, RFC 5737); where nothing is kept for that, values are drawn at
random. Numbers with a check digit carry a right one. The same seed gives the same value.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_ID_CHECKS: Final = "10X98765432"
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
_FAMILY_ZH: Final = "王李张刘陈杨赵黄周吴"
_GIVEN_ZH: Final = ("晓岚", "文博", "佳怡", "子轩", "雨桐", "思远", "若溪", "浩然")
_NAMES_EN: Final = (
    "Harriet Lowell",
    "Marcus Fenwick",
    "Joanna Pryce",
    "Dennis Okafor",
    "Louisa Brandt",
    "Graham Whitlock",
)


def invented(kind: str, *, chinese: bool, seed: str) -> str:
    """An invented value of type `kind` as a Chinese or an English text would have it."""
    chance = random.Random(f"{kind}|{chinese}|{seed}")  # noqa: S311 - nothing secret hangs on it
    maker = _ZH.get(kind) if chinese else None
    return (maker or _MAKERS.get(kind, _word))(chance)


def _digits(chance: random.Random, n: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(n))


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(5)) + _digits(chance, 4)


def _id_card(chance: random.Random) -> str:
    year, month, day = chance.randint(1960, 2004), chance.randint(1, 12), chance.randint(1, 28)
    body = f"110101{year}{month:02d}{day:02d}{_digits(chance, 3)}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + _ID_CHECKS[total % 11]


def _bank_card(chance: random.Random) -> str:
    body = "622202" + _digits(chance, 12)
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _iban(chance: random.Random) -> str:
    account = "37040044" + _digits(chance, 10)
    check = 98 - int(account + "131400") % 97  # D = 13, E = 14, then 00 for the check digits
    return f"DE{check:02d}{account}"


def _name_zh(chance: random.Random) -> str:
    return chance.choice(_FAMILY_ZH) + chance.choice(_GIVEN_ZH)


_ZH: Final[dict[str, Callable[[random.Random], str]]] = {
    "PHONE": lambda chance: "138" + _digits(chance, 8),
    "PERSON": _name_zh,
    "ADDRESS": lambda chance: (
        f"北京市海淀区样例路{chance.randint(2, 99)}号{chance.randint(1, 9)}栋"
        f"{chance.randint(1, 4)}单元{chance.randint(1, 20)}01室"
    ),
    "PLATE": lambda chance: "京A" + chance.choice("BCDEF") + _digits(chance, 4),
    "PASSPORT": lambda chance: "E" + _digits(chance, 8),
}
_MAKERS: Final[dict[str, Callable[[random.Random], str]]] = {
    "PHONE": lambda chance: f"415-555-01{_digits(chance, 2)}",
    "EMAIL": lambda chance: f"{_word(chance)}@example.com",
    "ID_CARD": _id_card,
    "BANK_CARD": _bank_card,
    "IBAN": _iban,
    "SSN": lambda chance: f"219-0{chance.randint(1, 9)}-{_digits(chance, 3)}9",
    "PERSON": lambda chance: chance.choice(_NAMES_EN),
    "ADDRESS": lambda chance: f"{chance.randint(100, 980)} Sample Street, Springfield, IL 62704",
    "PASSPORT": lambda chance: chance.choice("123456") + _digits(chance, 8),
    "QQ": lambda chance: chance.choice("12345") + _digits(chance, 8),
    "PLATE": lambda chance: f"7{chance.choice('ABC')}{chance.choice('DEF')}K{_digits(chance, 3)}",
    "IP": lambda chance: f"203.0.113.{chance.randint(2, 250)}",  # RFC 5737
    "ORDER_NO": lambda chance: "20" + _digits(chance, 14),
    "TRACKING_NO": lambda chance: "SF" + _digits(chance, 13),
    "URL_WITH_ID": lambda chance: f"https://example.com/user/{_digits(chance, 8)}",
    "ALIPAY": lambda chance: f"{_word(chance)}@example.com",
    "SOCIAL_HANDLE": lambda chance: "@" + _word(chance),
}
