"""Names of questions, choices, baselines and splits in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, gettext_noop

from annotation.choice_names import choice_names, question_names

BASELINES: dict[str, str] = {
    "majority": gettext_noop("always the commonest answer"),
    "lexicon": gettext_noop("word lists"),
    "textblob": gettext_noop("TextBlob"),
    "tfidf_lr": gettext_noop("word counts with logistic regression"),
}
SPLITS: dict[str, str] = {
    "dev": gettext_noop("development set"),
    "test": gettext_noop("test set"),
}
LANGUAGES: dict[str, str] = {"zh": gettext_noop("Chinese"), "en": gettext_noop("English")}
FAMILIES: dict[str, str] = {
    "encoder": gettext_noop("encoder (BERT type)"),
    "causal": gettext_noop("causal (GPT type)"),
    "seq2seq": gettext_noop("sequence to sequence (T5 type)"),
    "lexicon": gettext_noop("word lists"),
}
KINDS: dict[str, str] = {
    "praise": gettext_noop("praise"),
    "issue": gettext_noop("complaint"),
    "add": gettext_noop("wish to add"),
    "improve": gettext_noop("wish to improve"),
    "remove": gettext_noop("wish to remove"),
    "keep": gettext_noop("wish to keep"),
}


WEAK: dict[str, str] = {
    "vader": gettext_noop("VADER"),
    "textblob": gettext_noop("TextBlob"),
    "words_zh": gettext_noop("Chinese word list"),
    "cues": gettext_noop("phrases for intent and demand"),
}


def _told(words: dict[str, str], key: str) -> str:
    return gettext(words[key]) if key in words else key


def baseline_words(name: str) -> str:
    return _told(BASELINES, name)


def weak_words(source: str) -> str:
    return _told(WEAK, source)


def split_words(split: str) -> str:
    return _told(SPLITS, split)


def language_words(language: str) -> str:
    return _told(LANGUAGES, language)


def family_words(family: str) -> str:
    return _told(FAMILIES, family)


def mention_words(kind: str) -> str:
    return _told(KINDS, kind)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def question_words(key: str) -> str:
    names = question_names(key)
    return key if names is None else names[_chinese()]


def choice_words(choice_key: str, question_key: str) -> str:
    names = choice_names(question_key, choice_key)
    return choice_key if names is None else names[_chinese()]
