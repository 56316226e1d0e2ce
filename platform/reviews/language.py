"""The language of a review: a rule on scripts, and a library for texts in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:'[A-Za-z]+)?")
_OTHER_LETTER = re.compile(r"[\u0370-\u1fff\u2c00-\u2dff\ua640-\uabff]")
_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
# Below this many Latin letters a detector guesses; unaccented short texts are taken for English.
_ENOUGH_LETTERS = 24


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    languages = (
        Language.ENGLISH,
        Language.SPANISH,
        Language.PORTUGUESE,
        Language.FRENCH,
        Language.GERMAN,
        Language.ITALIAN,
        Language.DUTCH,
        Language.POLISH,
        Language.TURKISH,
        Language.VIETNAMESE,
        Language.INDONESIAN,
    )
    return LanguageDetectorBuilder.from_languages(*languages).build()


def detect(text: str) -> str:
    """`zh`, `en`, or `other`. A mixed text has the language that carries most of its words.

    A Chinese word is counted as two Han characters. A text without any letter (stars, emoji,
    digits) is `other`.
    """
    text = _PLACEHOLDER.sub(" ", text)
    han = len(_HAN.findall(text))
    words = _LATIN_WORD.findall(text)
    others = len(_KANA_HANGUL.findall(text)) + len(_OTHER_LETTER.findall(text)) / 3
    if han and len(_KANA_HANGUL.findall(text)) * 5 > han:
        return "other"
    if others > max(han, sum(map(len, words))):
        return "other"
    if han and han / 2 >= len(words):
        return "zh"
    if not words:
        return "zh" if han else "other"
    if han >= 4 and han / 2 >= len(words) / 2:
        # English product words in a Chinese sentence outnumber its own words only on paper.
        return "zh"
    return _latin(" ".join(words))


def _latin(text: str) -> str:
    if len(text) < _ENOUGH_LETTERS and text.isascii():
        return "en"
    found = _detector().detect_language_of(text)
    return "en" if found in {Language.ENGLISH, None} else "other"
