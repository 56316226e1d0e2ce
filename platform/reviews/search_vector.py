"""The search vector of a text: words, and for Chinese pairs of neighbouring characters.

Pairs find any Chinese word of two characters or more without a dictionary; single characters are
kept where they stand alone.
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[A-Za-z0-9\u00c0-\u024f]+")
_MOST = 16_383  # the greatest position a tsvector holds
_LONGEST = 200  # characters of a lexeme; more is no word


def lexemes(text: str) -> list[str]:
    """Lower-case lexemes of `text`, in order, repeated where they are repeated."""
    found: list[str] = []
    for piece in _PIECE.findall(text.lower()):
        if piece[0] < "\u3400":
            found.append(piece[:_LONGEST])
        elif len(piece) == 1:
            found.append(piece)
        else:
            found += [piece[place : place + 2] for place in range(len(piece) - 1)]
    return found


def search_vector(text: str) -> str:
    """`text` as the literal of a PostgreSQL tsvector with positions."""
    places: dict[str, list[int]] = {}
    for place, lexeme in enumerate(lexemes(text)[:_MOST], start=1):
        places.setdefault(lexeme, []).append(place)
    # A lexeme keeps at most 255 positions; letters and digits need no escaping in quotes.
    return " ".join(
        f"'{lexeme}':{','.join(map(str, found[:255]))}" for lexeme, found in places.items()
    )
