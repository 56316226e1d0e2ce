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
    """`text` as the literal of a PostgreSQL tsvector with positions.

    A lexeme that is repeated stands there repeatedly: PostgreSQL brings its positions together, and
    keeps the first 256 of them.
    """
    found: list[str] = []
    place = 0  # of the last lexeme
    # Letters and digits need no quotes. The loops are those of `pieces`, written out: they run for
    # every character that is imported.
    for piece in _PIECE.findall(folded(text)):
        if piece[0] < _HAN_START:
            word = piece[:_LONGEST]
            place += 1
            found.append(f"{word}:{place}")
            extra = stem(word)
            if extra != word:
                found.append(f"{extra}:{place}")
        elif len(piece) == 1:
            place += 1
            found.append(f"{piece}:{place}")
        else:
            rest = piece[1 : _MOST - place + 1]
            found += [
                f"{a}{b}:{at}"
                for at, (a, b) in enumerate(zip(piece, rest, strict=False), place + 1)
            ]
            place += len(rest)
            # The pairs of a run begin with every character but the last.
            found.append(f"{rest[-1]}:{place}")
        if place >= _MOST:
            break
    return " ".join(found)
