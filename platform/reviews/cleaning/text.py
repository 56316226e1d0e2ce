"""Cleaning a review's text before anything reads it: small rules that say what they change.

Each rule takes a text and returns its edits, so that any place of the cleaned text leads back to
the text as it came. Rules run in the order of `TEXT_RULES`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from reviews.cleaning import compatible
from reviews.cleaning.offsets import CleanMap, Edit, apply

Find = Callable[[str], list[Edit]]

_HIDDEN_MARKUP = re.compile(
    r"<!--.{0,2000}?-->|<(script|style)\b[^<>]{0,300}>.{0,5000}?</\1\s*>", re.I | re.S
)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]{0,300})?/?>")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\s*/?>", re.IGNORECASE)
_MARKUP = re.compile(f"{_HIDDEN_MARKUP.pattern}|{_BREAK.pattern}|{_TAG.pattern}", re.I | re.S)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")
# Invisible, and of no use between letters: zero-width space, joiners, soft hyphen, fillers.
_ZERO_WIDTH = re.compile(
    "[\u200b\u200c\u2060-\u2065\ufeff\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164"
    "\uffa0\ufff9-\ufffb]"
    # A joiner belongs between two emoji and nowhere else.
    "|\u200d(?=[\\w\\s]|$)|(?:(?<=[\\w\\s])|^)\u200d"
    # A selector of variants belongs behind a character, and only one.
    "|(?:(?<=[\\s\ufe00-\ufe0f])|^)[\ufe00-\ufe0f]+|(?<![\u3400-\u9fff])[\U000e0100-\U000e01ef]"
    # Tags spell the name of a region behind a black flag; elsewhere they hide text.
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
# One of those has to be there; a look for that alone costs a fifth.
_MAYBE_ZERO_WIDTH = re.compile(
    "[\u200b-\u200d\u2060-\u2065\ufeff\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164"
    "\uffa0\ufff9-\ufffb\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_PRIVATE = {"Cc", "Cs", "Co"}
# Masked numbers (138****5678) and lines of dashes are not emphasis.
_REPEATED = re.compile(r"([!?！？。，、；：~～…,;])\1{3,}|(\.)\2{3,}")
_MOST_REPEATED = 3
# Single blanks and line breaks inside a text are as they should be.
_SPACES = re.compile(r"\s{2,}|[^\S \n]|^\s|\s$")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _markup(text: str) -> list[Edit]:
    if "<" not in text:
        return []
    return [
        (found.start(), found.end(), "\n" if _BREAK.fullmatch(found.group()) else " ")
        for found in _MARKUP.finditer(text)
    ]


def _entities(text: str) -> list[Edit]:
    if "&" not in text:
        return []
    pairs = ((found, html.unescape(found.group())) for found in _ENTITY.finditer(text))
    return [(found.start(), found.end(), plain) for found, plain in pairs if plain != found.group()]


def _removed(pattern: re.Pattern[str], maybe: re.Pattern[str] | None = None) -> Find:
    def find(text: str) -> list[Edit]:
        if text.isascii() or (maybe is not None and maybe.search(text) is None):
            return []
        return [(found.start(), found.end(), "") for found in pattern.finditer(text)]

    return find


def _control(text: str) -> list[Edit]:
    if text.isprintable():
        return []
    return [
        (place, place + 1, "")
        for place, char in enumerate(text)
        if not char.isprintable() and _no_character(char)
    ]


def _no_character(char: str) -> bool:
    """Control, private and never-a-character code points; emoji newer than Python's tables stay."""
    if char.isspace():
        return "\x1c" <= char <= "\x1f"
    code = ord(char)
    never = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return never or unicodedata.category(char) in _PRIVATE


def _repeated(text: str) -> list[Edit]:
    return [
        (found.start(), found.end(), found.group()[:_MOST_REPEATED])
        for found in _REPEATED.finditer(text)
    ]


def _spaces(text: str) -> list[Edit]:
    # What is printable has no white space but blanks.
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return []
    found: list[Edit] = []
    last = len(text)
    for match in _SPACES.finditer(text):
        start, end = match.span()
        inside = "\n" if _broken(match.group()) else " "
        instead = "" if start == 0 or end == last else inside
        if instead != match.group():
            found.append((start, end, instead))
    return found


def _broken(spaces: str) -> bool:
    return len(spaces.splitlines()) > 1 or spaces[-1] in "\n\r\x85\u2028\u2029"


def _unstorable(text: str) -> list[Edit]:
    """What no text column holds; it goes whatever the switches say."""
    return [(found.start(), found.end(), "") for found in _UNSTORABLE.finditer(text)]


def _edges(text: str) -> list[Edit]:
    bare = text.strip()
    if bare == text:
        return []
    start = text.find(bare) if bare else len(text)
    ends = [(0, start, ""), (start + len(bare), len(text), "")]
    return [edit for edit in ends if edit[0] < edit[1]]


# By the key of the rule that a source can switch.
TEXT_RULES: tuple[tuple[str, Find], ...] = (
    ("html_tags", _markup),
    ("html_entities", _entities),
    ("direction_marks", _removed(_DIRECTION)),
    ("control_characters", _control),
    ("zero_width", _removed(_ZERO_WIDTH, _MAYBE_ZERO_WIDTH)),
    ("compatible_forms", compatible.edits),
    # What became letters just now may stand beside a joiner of emoji.
    ("zero_width", _removed(_ZERO_WIDTH, _MAYBE_ZERO_WIDTH)),
    ("repeated_punctuation", _repeated),
    ("white_space", _spaces),
)
_ALWAYS: tuple[tuple[str, Find], ...] = (("", _unstorable), ("", _edges))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean text, and the keys of the rules that changed something, in their order."""

    text: str
    rules: tuple[str, ...] = ()


def run(text: str, off: frozenset[str] = frozenset()) -> Cleaned:
    """`text` cleaned by every rule whose key is not in `off`."""
    used: dict[str, None] = {}
    for key, find in (*TEXT_RULES, *_ALWAYS):
        if key not in off and (edits := find(text)):
            text = apply(text, edits)
            used[key] = None
    return Cleaned(text, tuple(key for key in used if key))


def trace(text: str, off: frozenset[str] = frozenset()) -> tuple[Cleaned, CleanMap]:
    """The same with the way back to the places of `text`."""
    way = CleanMap()
    used: dict[str, None] = {}
    for key, find in (*TEXT_RULES, *_ALWAYS):
        if key not in off and (edits := find(text)):
            text, way = apply(text, edits), way.then(edits)
            used[key] = None
    return Cleaned(text, tuple(key for key in used if key)), way


def clean(text: str) -> str:
    """The text as a person would read it, by all rules.

    HTML entities and tags, control, zero-width and direction characters go; compatibility forms
    (full-width letters and digits, ligatures) become plain; emoji, case, and full-width
    punctuation stay; a mark repeated more than three times stands three times; runs of white
    space become one space or one line break.
    """
    return run(text).text
