"""Registered when the app is ready."""


def register() -> None:
    pass
