"""Draws by a keyed hash: uniform, the same for good, and not to be foreseen without the key."""

from __future__ import annotations

import hashlib
import hmac


def draw(key: str, name: str) -> float:
    """A number in [0, 1) that `key` and `name` decide: uniform, and fixed for good.

    The first 53 bits of HMAC-SHA256: whoever lacks the key cannot tell what will be drawn.
    """
    digest = hmac.new(key.encode(), name.encode(), hashlib.sha256).digest()
    return (int.from_bytes(digest[:8]) >> 11) / (1 << 53)
