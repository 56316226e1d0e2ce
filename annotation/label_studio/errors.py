from __future__ import annotations


class LabelStudioError(Exception):
    """What a server answered, or did not. `code` is a key of `wording.TROUBLES`; no texts in it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(f"{code} {details}" if details else code)
        self.code = code
        self.details = details


class ServerDown(LabelStudioError):
    """It did not answer, or with an error of its own: the same may well work later."""


class NoConnection(ServerDown):
    """It was not even reached, so nothing was asked of it."""


class Refused(LabelStudioError):
    """It refused the request: the same will be refused again."""

    def __init__(self, code: str, status: int, **details: object) -> None:
        super().__init__(code, **details)
        self.status = status


class NotThere(Refused):
    """404: deleted there, or never made."""

    def __init__(self) -> None:
        super().__init__("not_there", 404)


class BadAddress(LabelStudioError):
    """The address must not be asked, or leads nowhere."""
