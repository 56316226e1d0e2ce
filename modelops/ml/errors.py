"""Errors of the machine-learning core. Each says what happened and what to do about it."""

from __future__ import annotations


class ModelError(Exception):
    """Root of every error this package raises on purpose."""


class BaseModelUnavailable(ModelError):
    """The base model's weights cannot be had here; the message says how to get them."""


class FamilyUnavailable(ModelError):
    """The named model family is known but cannot be trained in this installation."""


class LanguageNotCovered(ModelError):
    """A lexicon was asked about a language it has no words for.

    Raised rather than answering "neutral": VADER and TextBlob give 0.0 to any Chinese text,
    which would look like an opinion.
    """


class ArtefactCorrupt(ModelError):
    """A model folder is incomplete, or a file's hash is not the one written when it was made."""


class NotEnoughData(ModelError):
    """A question has too few labelled rows, or only one of its choices occurs."""


class TrainingCancelled(ModelError):
    """Raised by a progress callback to end a training run; checkpoints stay usable."""
