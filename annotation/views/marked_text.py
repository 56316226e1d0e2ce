"""A text with what somebody marked in it, for a template: see `_pieces.html`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from annotation.wording import kind_words
from reviews.marking import pieces


def pieces_shown(text: str, spans: Iterable[tuple[int, int, str]] = ()) -> list[dict[str, Any]]:
    """`spans`: start, end and kind of each mention, in code points of `text`."""
    return [
        {
            "text": one.text,
            "placeholder": one.placeholder,
            "kind": one.kind,
            "kinds": [kind_words(kind) for kind in one.kinds],
        }
        for one in pieces(text, spans)
    ]
