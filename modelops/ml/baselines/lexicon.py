"""Lexicons: word lists that answer without training, in the languages they have words for.

Sentiment: VADER (Hutto and Gilbert 2014, with the authors' thresholds of +-0.05) or TextBlob for
English, our own list for Chinese. Intent and demand: our own cue phrases in both languages.
Every other language is refused, see `LanguageNotCovered`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from modelops.ml.errors import LanguageNotCovered
from modelops.ml.spec import QuestionSpec

Probs = npt.NDArray[np.float64]
Scorer = Callable[[str], float]

SENTIMENT = ("positive", "neutral", "negative")
CUE_QUESTIONS = ("purchase_intent", "product_demand")
_SURE = 0.8  # probability of the answer; a lexicon has no calibrated one
_NEUTRAL_BAND = 0.05  # of VADER's compound score, in [-1, 1]; used for all three scorers
_LONGEST = 8  # characters of the longest word in the Chinese lists
_REACH = 4  # characters between a negation or degree word and what it changes


class Lexicon:
    """`english`: "vader" or "textblob". Questions it has no words for are left out.

    TextBlob scores sentiment alone and covers English alone.
    """

    def __init__(self, questions: Sequence[QuestionSpec], english: str = "vader") -> None:
        self._english = english
        self._questions = tuple(q for q in questions if _has_words(q, english))

    @property
    def keys(self) -> tuple[str, ...]:
        """The questions it answers."""
        return tuple(q.key for q in self._questions)

    def predict_proba(self, texts: Sequence[str], langs: Sequence[str]) -> dict[str, Probs]:
        """Probabilities by question, [N, choices]. Raises LanguageNotCovered."""
        covered = {"en"} if self._english == "textblob" else {"en", "zh"}
        for lang in set(langs) - covered:
            raise LanguageNotCovered(f"the lexicon has no words for {lang!r}")
        return {
            q.key: np.array(
                [
                    _row(q, self._label(q, text, lang))
                    for text, lang in zip(texts, langs, strict=True)
                ]
            ).reshape(len(texts), len(q.choices))
            for q in self._questions
        }

    def _label(self, question: QuestionSpec, text: str, lang: str) -> str:
        if question.key in CUE_QUESTIONS:
            return cue_label(text, question.key, lang)
        value = chinese_sentiment(text) if lang == "zh" else _english_scorer(self._english)(text)
        if "neutral" not in question.choices:
            return "negative" if value < 0 else "positive"
        return sentiment_of(value)


def sentiment_of(value: float) -> str:
    """The answer that a score in [-1, 1] stands for, with the thresholds of VADER's authors."""
    if abs(value) < _NEUTRAL_BAND:
        return "neutral"
    return "negative" if value < 0 else "positive"


def scorer(name: str) -> Scorer:
    """The scorer called "vader", "textblob" or "words_zh": a text's sentiment in [-1, 1].

    Exactly 0 where none of its words stands in the text. Each reads its own language alone.
    """
    return chinese_sentiment if name == "words_zh" else _english_scorer(name)


def _has_words(question: QuestionSpec, english: str) -> bool:
    if question.key in CUE_QUESTIONS:
        return english == "vader" and "none" in question.choices
    return {"positive", "negative"} <= set(question.choices) <= set(SENTIMENT)


def _row(question: QuestionSpec, label: str) -> list[float]:
    if label not in question.choices:  # a set may use some of the choices only
        label = "none"
    rest = (1 - _SURE) / (len(question.choices) - 1)
    return [_SURE if choice == label else rest for choice in question.choices]


@lru_cache(maxsize=2)
def _english_scorer(name: str) -> Scorer:
    if name == "textblob":
        from textblob import TextBlob

        return lambda text: float(TextBlob(text).sentiment.polarity)
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda text: float(analyzer.polarity_scores(text)["compound"])


@lru_cache(maxsize=4)
def _words(name: str) -> dict[str, float]:
    out: dict[str, float] = {}
    text = files(__package__).joinpath("data", name).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            strength, *words = line.split()
            out |= dict.fromkeys(words, float(strength))
    return out


def chinese_sentiment(text: str) -> float:
    """A score in (-1, 1): summed word strengths, negated and weighted by what stands before.

    Words are found by longest match from the left; a modifier reaches over at most four
    characters and not past punctuation. The sum is squashed as VADER does: s / sqrt(s^2 + 15).
    """
    words, modifiers = _words("sentiment_zh.txt"), _words("modifiers_zh.txt")
    total, factor, since = 0.0, 1.0, 0
    at, lower = 0, text.lower()
    while at < len(lower):
        found = _longest(lower, at, words, modifiers)
        if found in words:
            total += words[found] * factor
            factor, since = 1.0, 0
        elif found:
            factor, since = factor * modifiers[found], 0
        else:
            found = lower[at]
            since += 1
            if since > _REACH or not found.isalnum():
                factor = 1.0
        at += len(found)
    return float(total / np.sqrt(total * total + 15.0))


def _longest(text: str, at: int, words: dict[str, float], modifiers: dict[str, float]) -> str:
    for size in range(min(_LONGEST, len(text) - at), 0, -1):
        piece = text[at : at + size]
        if piece in words or piece in modifiers:
            return piece
    return ""


@lru_cache(maxsize=1)
def _cues() -> dict[tuple[str, str], list[tuple[str, re.Pattern[str]]]]:
    out: dict[tuple[str, str], list[tuple[str, re.Pattern[str]]]] = {}
    for line in files(__package__).joinpath("data", "cues.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            question, choice, lang, pattern = line.split(" ", 3)
            found = (choice, re.compile(pattern, re.IGNORECASE))
            out.setdefault((question, lang), []).append(found)
    return out


def cue_label(text: str, question: str, lang: str) -> str:
    """The choice whose cue phrases occur most often; the first of the file at a tie; or none."""
    best, label = 0, "none"
    for choice, pattern in _cues()[question, lang]:
        hits = sum(1 for _ in pattern.finditer(text))
        if hits > best:
            best, label = hits, choice
    return label
