"""Cleaning a review's text before anything reads it. Each rule is small and named."""

from __future__ import annotations

import html
import re
import unicodedata

# NFKC would turn these into half-width punctuation, which no Chinese reader writes.
_KEPT_WIDE = set("，。！？；：（）【】《》“”‘’、～…—￥％＋－＝／＆＠＃＊")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]{0,300})?/?>")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u2060\ufeff\u00ad\u180e]")
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_JOINER = "\u200d"


def _compatible(text: str) -> str:
    """NFKC, except that full-width punctuation stays."""
    if text.isascii():
        return text
    pieces = []
    start = 0
    for place, char in enumerate(text):
        if char in _KEPT_WIDE:
            pieces += [unicodedata.normalize("NFKC", text[start:place]), char]
            start = place + 1
    pieces.append(unicodedata.normalize("NFKC", text[start:]))
    return "".join(pieces)


def _without_invisible(text: str) -> str:
    text = _BIDI.sub("", _ZERO_WIDTH.sub("", text))
    if _JOINER in text:
        # A joiner belongs between two emoji and nowhere else.
        text = re.sub("\u200d(?=[\\w\\s]|$)|(?<=\\w)\u200d", "", text)
    return "".join(
        char
        for char in text
        if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}
    )


def clean(text: str) -> str:
    """The text as a person would read it.

    HTML entities and tags, control, zero-width and direction characters go; compatibility forms
    (full-width letters and digits, ligatures) become plain; emoji, case, and full-width
    punctuation stay; runs of white space become one space or one line break.
    """
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    text = _without_invisible(_compatible(text))
    text = _BLANK_LINES.sub("\n", _SPACES.sub(" ", text))
    return text.strip()
