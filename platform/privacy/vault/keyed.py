"""The one keyed hash of everything here: of people's ids, of lists, of trails and certificates."""

from __future__ import annotations

import hmac
from hashlib import sha256


def keyed_hash(key: str, value: str) -> str:
    """HMAC-SHA256 in hexadecimal (RFC 2104)."""
    return hmac.new(key.encode(), value.encode(), sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two hashes are equal, in a time that does not say where they differ."""
    one, other = (text.encode("utf-8", "surrogatepass") for text in (left, right))
    return hmac.compare_digest(one, other)
