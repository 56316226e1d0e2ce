"""Names of people found by taggers: sources of spans for `Redactor(finders=...)`."""

from __future__ import annotations

from privacy.redaction.recogniser import Finder


def name_finders(threads: int = 1) -> tuple[Finder, ...]:
    """Every name model there is, loaded. Raises ModuleNotFoundError when a package is missing.

    Never fewer than all: a missing model must not quietly let names through.
    """
    from privacy.redaction.names.chinese import ChineseNames
    from privacy.redaction.names.english import EnglishNames
    from privacy.redaction.names.lac import LacTagger
    from privacy.redaction.names.spacy_en import SpacyTagger

    return (ChineseNames(LacTagger(threads)), EnglishNames(SpacyTagger()))
