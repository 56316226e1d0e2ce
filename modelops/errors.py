"""What a person can put right; every message says what is wrong and what to do."""

from __future__ import annotations

from typing import Any


class ModelopsError(Exception):
    """Root of the errors whose message is for the person who asked."""


class UnknownModel(ModelopsError):
    """No model version has that label, or there is no champion yet."""


class UnknownQuestion(ModelopsError):
    """No active question has that key, or the model was not trained on it."""


class BadLabelFile(ModelopsError):
    """A labelled file cannot be used; the message names the lines and what is wrong there."""


class NothingLabelled(ModelopsError):
    """There is nothing to learn from."""


class BadTrainingRequest(ModelopsError):
    """A training cannot start with these options; the message names the option."""


class PromotionRefused(ModelopsError):
    """A version may not become the champion. `reasons`: one JSON-ready dict per reason."""

    def __init__(self, message: str, reasons: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.reasons = reasons
