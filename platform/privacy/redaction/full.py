"""The engine with everything it has: the rules and the name models.

They load models from installed packages, so only workers, commands and the text service use them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from privacy.redaction.engine import Redactor
from privacy.redaction.recogniser import Finder


def name_finders(threads: int = 1) -> tuple[Finder, ...]:
    """Every name model there is, loaded; `threads` of ONNX Runtime.

    Raises ModuleNotFoundError when a package is missing: never fewer than all, since a missing
    model must not quietly let names through.
    """
    from privacy.redaction.names.chinese import ChineseNames
    from privacy.redaction.names.english import EnglishNames
    from privacy.redaction.names.lac import LacTagger
    from privacy.redaction.names.spacy_en import SpacyTagger

    return (ChineseNames(LacTagger(threads)), EnglishNames(SpacyTagger()))


def full_redactor(
    types: Collection[str] | None = None,
    allow: Collection[str] = (),
    deny: Mapping[str, str] | None = None,
) -> Redactor:
    """The rules and the name models; arguments as of `Redactor`."""
    wanted = types is None or "PERSON" in types
    return Redactor(types, allow, deny, finders=name_finders() if wanted else ())
