"""Who a request is about: sealed while it is open, gone when it is closed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from django.conf import settings

from privacy.models import PersonRequest
from privacy.people import EMAIL, PHONE, REVIEW, SHOPPER, Identifier, Subject
from privacy.services.sealing import seal_text
from privacy.vault.cipher import RowIdentity
from privacy.vault.errors import KeyGone
from privacy.vault.here import key_ring

_NOTHING = b'{"identifiers": [], "wanted": {}}'
_DIGITS = re.compile(r"\d")
_LEAST_DIGITS = 7  # of a phone number that is looked for
_LEAST_LETTERS = 2  # of anything but a number that the shop or the source gave


def plain(value: str) -> str:
    """`value` as it is compared: one width and case, no space around it."""
    return unicodedata.normalize("NFKC", value).casefold().strip()


def digest(kind: str, value: str) -> str:
    """A keyed hash (BLAKE2b) by which two requests of one person are known to belong together."""
    key = settings.VERBATIM_HOME.secret("requests.key").encode()[:64]
    return blake2b(f"{kind}\n{plain(value)}".encode(), key=key, digest_size=32).hexdigest()


class Needles:
    """Identifiers as they are looked for in texts."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        self._words: list[str] = []
        self._numbers: list[str] = []
        for one in identifiers:
            if one.kind == PHONE:
                digits = "".join(_DIGITS.findall(unicodedata.normalize("NFKC", one.value)))
                self._numbers += [digits] if len(digits) >= _LEAST_DIGITS else []
            elif one.kind not in {SHOPPER, REVIEW} and plain(one.value):
                self._words.append(plain(one.value))

    def __bool__(self) -> bool:
        return bool(self._words or self._numbers)

    def stand_in(self, text: str) -> bool:
        low = plain(text)
        if any(word in low for word in self._words):
            return True
        if not self._numbers:
            return False
        # Separators do not matter, other words between two numbers do.
        joined = re.sub(r"(?<=\d)[\s\-.()·]{1,3}(?=\d)", "", low)
        return any(number in joined for number in self._numbers)


def checked(identifiers: Sequence[Identifier]) -> list[Identifier]:
    """Without empty and repeated ones. Raises ValueError with what is wrong, in plain words."""
    found = list(dict.fromkeys(one for one in identifiers if one.value.strip()))
    if not found:
        raise ValueError("nothing_given")
    for one in found:
        short = len(plain(one.value)) < _LEAST_LETTERS and one.kind not in {SHOPPER, REVIEW}
        if one.kind == PHONE:
            short = len(_DIGITS.findall(unicodedata.normalize("NFKC", one.value))) < _LEAST_DIGITS
        if one.kind == EMAIL and "@" not in one.value:
            raise ValueError("no_email")
        if short:
            raise ValueError("too_short")
    return found


def row_of(request: PersonRequest) -> RowIdentity:
    return RowIdentity(request.stores[0], PersonRequest._meta.db_table, str(request.row))


def identifiers_seal(
    request: PersonRequest, identifiers: Sequence[Identifier], wanted: dict[str, Any]
) -> None:
    """Put them onto `request`, which is not saved. Inside the transaction that stores it."""
    content = {"identifiers": [[one.kind, one.value] for one in identifiers], "wanted": wanted}
    sealed = seal_text(text=json.dumps(content, ensure_ascii=False), row=row_of(request))
    request.sealed, request.seal_version = sealed.blob, sealed.version
    request.seal_key = sealed.key


def _opened(request: PersonRequest) -> bytes:
    try:
        [content] = key_ring().open([(bytes(request.sealed or b""), row_of(request))])
    except KeyGone:
        # Closed, or sealed anew by a rotation, since the row was read; else it raises again.
        request.refresh_from_db(fields=["sealed", "seal_version"])
        if request.sealed is None:
            return _NOTHING
        [content] = key_ring().open([(bytes(request.sealed), row_of(request))])
    return content


def subject_of(request: PersonRequest) -> Subject:
    """The person `request` is about; of a closed one only the stores and the ids are known."""
    content: dict[str, Any] = json.loads(_NOTHING if request.sealed is None else _opened(request))
    return Subject(
        stores=list(request.stores),
        identifiers=[Identifier(kind, value) for kind, value in content["identifiers"]],
        request_id=request.pk or 0,
        keys={kind: list(ids) for kind, ids in request.keys.items()},
        wanted=content["wanted"],
        purposes=list(request.purposes),
    )
