"""The search vector of a text: words, and for Chinese pairs of neighbouring characters.

Pairs find any Chinese word of two characters or more without a dictionary; the last character of a
run is kept as well, so that a single one is found wherever it stands. Traditional characters are
folded to simplified ones, English words are kept as they are and by their stem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

_PIECE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[A-Za-z0-9\u00c0-\u024f]+")
_HAN_START = "\u3400"
_MOST = 16_383  # the greatest position a tsvector holds
_MOST_PLACES = 255  # of one lexeme
_LONGEST = 200  # characters of a lexeme; more is no word


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional characters and what OpenCC writes for each of them."""
    import opencc

    characters = [chr(code) for code in range(0x3400, 0xA000)]
    written = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {
        ord(one): other
        for one, other in zip(characters, written, strict=True)
        if one != other and len(other) == 1
    }


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a lower-case English word (Porter 2); another word comes back as it is."""
    return str(_stemmer().stemWord(word)) if word.isascii() and word.isalpha() else word


def folded(text: str) -> str:
    """`text` in lower case, Traditional characters as Simplified ones; of the same length or not.

    Both the vector and the search are made of folded text.
    """
    text = text.lower()
    return text if text.isascii() else text.translate(_simplified())


def pieces(text: str) -> Iterator[list[str]]:
    """The lexemes of each run of `text`: one of a word, the pairs of a run of Chinese.

    A Chinese character that stands alone is a piece of its own.
    """
    for piece in _PIECE.findall(folded(text)):
        if piece[0] < _HAN_START:
            yield [piece[:_LONGEST]]
        elif len(piece) == 1:
            yield [piece]
        else:
            yield [one + other for one, other in pairwise(piece)]


def lexemes(text: str) -> list[str]:
    """Lower-case lexemes of `text`, in order, repeated where they are repeated."""
    return [lexeme for piece in pieces(text) for lexeme in piece]


def is_han(lexeme: str) -> bool:
    """Whether a lexeme is Chinese characters, not a word of letters."""
    return lexeme[0] >= _HAN_START


def search_vector(text: str) -> str:
    """`text` as the literal of a PostgreSQL tsvector with positions."""
    # Of each lexeme what the literal has of it; letters and digits need no escaping in quotes.
    found: dict[str, str] = {}
    place = 0
    for whole in pieces(text):
        piece = whole if place + len(whole) <= _MOST else whole[: _MOST - place]
        if not piece:
            break
        for lexeme in piece:
            place += 1
            if lexeme in found:
                found[lexeme] += f",{place}"
            else:
                found[lexeme] = f"'{lexeme}':{place}"
        last = piece[-1]
        # The pairs of a run begin with every character but the last.
        extra = last[len(last) > 1 :] if last[0] >= _HAN_START else stem(last)
        if extra != last:
            found[extra] = f"{found[extra]},{place}" if extra in found else f"'{extra}':{place}"
    if place > _MOST_PLACES:
        return " ".join(map(_shortened, found.values()))
    return " ".join(found.values())


def _shortened(lexeme: str) -> str:
    """No more positions of a lexeme than PostgreSQL keeps."""
    return ",".join(lexeme.split(",", _MOST_PLACES)[:_MOST_PLACES])
