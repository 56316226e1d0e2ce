"""The language of a review, and the way it is written.

A rule on scripts decides what it can; only texts in Latin letters that are not plainly English are
given to lingua, which costs a hundred times as much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from reviews.cleaning.words import words as word_list

CHINESE, ENGLISH, OTHER = "zh", "en", "other"
SIMPLIFIED, TRADITIONAL, MIXED = "zh-Hans", "zh-Hant", "mixed"
VARIETIES = (SIMPLIFIED, TRADITIONAL, ENGLISH, MIXED, OTHER)

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+(?:['’][A-Za-z]+)?")
_OTHER_LETTER = re.compile(r"[\u0370-\u1dff\u2c00-\u2dff\ua640-\uabff]")
_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
# A text with enough of these words is English, whatever the rest is.
_PLAIN_ENGLISH = word_list("plain_english")
# Words of English that other languages write as well: half a proof each, and none on their own.
_SHARED = word_list("shared_english")
_ENOUGH_PLAIN, _ENOUGH_OF_MANY = 0.2, 0.12  # of the words
_ENOUGH_LETTERS = 24  # below this a detector guesses
_SURE, _HARDLY = 0.6, 0.08  # lingua's confidence: in another language, in English
# A text is mixed when either language has at least this many words and this share of all.
_MIXED_WORDS, _MIXED_SHARE = 3, 0.2


@dataclass(frozen=True, slots=True)
class Detected:
    """`language`: `zh`, `en` or `other`, the one that carries the text, which models and figures
    go by. `variety`: one of `VARIETIES`.
    """

    language: str
    variety: str

    def __reduce__(self) -> tuple[type[Detected], tuple[str, str]]:
        return Detected, (self.language, self.variety)


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


def language_load() -> None:
    """Read all that `identify` may need, which it would do with the first text that needs it."""
    _one_script()
    _detector().detect_language_of("Qualche parola")
    _detector().compute_language_confidence_values("Qualche parola")


def _encodable(code: int, charset: str) -> bool:
    try:
        chr(code).encode(charset)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1)
def _one_script() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters written in Simplified Chinese only, and in Traditional only.

    Sources: GB/T 2312-1980, the characters of simplified writing, and Big5, those of traditional
    writing, as Python's codecs have them: what one set has and the other lacks.
    """
    simplified, traditional = [], []
    for code in range(0x4E00, 0x9FA6):
        in_gb, in_big5 = _encodable(code, "gb2312"), _encodable(code, "big5")
        if in_gb and not in_big5:
            simplified.append(chr(code))
        elif in_big5 and not in_gb:
            traditional.append(chr(code))
    return (
        re.compile(f"[{''.join(simplified)}]"),
        re.compile(f"[{''.join(traditional)}]"),
    )


def _script(text: str) -> str:
    simplified, traditional = _one_script()
    # Characters that both share say nothing; a text of them alone reads as Simplified.
    if len(traditional.findall(text)) > len(simplified.findall(text)):
        return TRADITIONAL
    return SIMPLIFIED


def detect(text: str) -> str:
    """`zh`, `en`, or `other`. A mixed text has the language that carries most of its words."""
    return identify(text).language


def identify(text: str) -> Detected:
    """The language that carries `text`, and how it is written.

    A Chinese word is counted as two Han characters. A text without any letter (stars, emoji,
    digits) is `other`. Placeholders of personal data do not count.
    """
    if "[" in text:
        text = _PLACEHOLDER.sub(" ", text)
    words = _LATIN_WORD.findall(text)
    if text.isascii():
        han = 0
    else:
        han = len(_HAN.findall(text))
        if _another_script(text, han, words):
            return Detected(OTHER, OTHER)
    if _is_chinese(han, words):
        return Detected(CHINESE, MIXED if _mixed(han, words) else _script(text))
    if not words:
        return Detected(OTHER, OTHER)
    if not _is_english(words):
        return Detected(OTHER, OTHER)
    return Detected(ENGLISH, MIXED if _mixed(han, words) else ENGLISH)


def _another_script(text: str, han: int, words: list[str]) -> bool:
    syllables = len(_KANA_HANGUL.findall(text))
    if han and syllables * 5 > han:
        return True
    others = syllables + len(_OTHER_LETTER.findall(text)) / 3
    return others > max(han, sum(map(len, words)))


def _is_chinese(han: int, words: list[str]) -> bool:
    if not han:
        return False
    # English product words in a Chinese sentence outnumber its own words only on paper.
    return han / 2 >= len(words) or (han >= 4 and han >= len(words))


def _mixed(han: int, words: list[str]) -> bool:
    if not han:
        return False
    # Names of products and makers are written with capitals in any language.
    spoken = sum(word.islower() and len(word) > 1 for word in words)
    least = min(han / 2, spoken)
    return least >= _MIXED_WORDS and least >= _MIXED_SHARE * (han / 2 + spoken)


def _is_english(words: list[str]) -> bool:
    lower = " ".join(words).lower().replace("’", "'").split(" ")
    plain: float = sum(map(_PLAIN_ENGLISH.__contains__, lower))
    if plain:
        plain += sum(map(_SHARED.__contains__, lower)) / 2
    if plain >= 2 and plain >= (_ENOUGH_PLAIN if plain < 4 else _ENOUGH_OF_MANY) * len(words):
        return True
    if len(words) < 2 and words[0].isascii():
        return True
    return _english_by_letters(" ".join(words[:_MOST_WORDS]))


_MOST_WORDS = 120  # more say nothing new


@lru_cache(maxsize=20_000)
def _english_by_letters(text: str) -> bool:
    """What lingua says; of a short text only what it is sure of. The same few words come often."""
    if len(text) >= _ENOUGH_LETTERS or not text.isascii():
        return _detector().detect_language_of(text) in {Language.ENGLISH, None}
    values = _detector().compute_language_confidence_values(text)
    english = next(found.value for found in values if found.language == Language.ENGLISH)
    return not (values[0].value >= _SURE and english <= _HARDLY)
