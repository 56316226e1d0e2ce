"""One JSON document: a list of reviews, or an object that holds one somewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from reviews.importing.formats import lines
from reviews.importing.problems import LONGEST_RAW, RawRow, UnreadableFile

_PIECE = 256 * 1024  # characters read at once
_LONGEST = lines.LONGEST_LINE  # characters of one review
_DEEPEST = 8  # objects around the list
_SPACE = " \t\r\n"


class _Reader:
    """JSON values one after another from a text that is never held as a whole."""

    def __init__(self, text: TextIO, name: str) -> None:
        self._text = text
        self._name = name
        self._decode = json.JSONDecoder().raw_decode
        self._buffer = ""
        self._at = 0
        self._over = False

    def _more(self) -> bool:
        piece = "" if self._over else self._text.read(_PIECE)
        self._over = not piece
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer):
                char = self._buffer[self._at]
                if char not in _SPACE and char != "\ufeff":
                    return char
                self._at += 1
            if not self._more():
                return ""

    def skip(self, char: str) -> bool:
        """Pass over `char` when it comes next."""
        if self.peek() == char:
            self._at += 1
            return True
        return False

    def value(self, number: int = 0) -> tuple[Any, str]:
        """The next value, and how it is written; `number` is that of a review.

        Raises UnreadableFile.
        """
        self.peek()
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except RecursionError:
                raise self.wrong(number, "holds objects within objects without end") from None
            except ValueError:
                waiting = len(self._buffer) - self._at
                if waiting > _LONGEST:
                    raise self.wrong(number, "is no JSON or longer than 1 MB") from None
                if not self._more():
                    raise self.cut() from None
                continue
            # A number may go on in what was not read yet.
            if end == len(self._buffer) and not isinstance(value, str | dict | list):
                if self._more():
                    continue
                end = len(self._buffer)
            raw = self._buffer[self._at : min(end, self._at + LONGEST_RAW)]
            self._at = end
            return value, raw

    def cut(self) -> UnreadableFile:
        if self._over:
            return UnreadableFile(
                f"{self._name} ends in the middle; it was cut off on its way. Send it again"
            )
        return self.wrong(0, "")

    def wrong(self, number: int, what: str) -> UnreadableFile:
        where = (
            f"review {number} {what}" if number else "what stands around the reviews cannot be read"
        )
        return UnreadableFile(f"{self._name} is no proper JSON: {where}")


def read(text: TextIO, name: str) -> Iterator[RawRow]:
    """The reviews of a document, counted from 1. Raises UnreadableFile, also in the middle."""
    reader = _Reader(text, name)
    _find_list(reader, name)
    number = 0
    if reader.skip("]"):
        return
    while True:
        number += 1
        value, raw = reader.value(number)
        yield lines.from_value(number, value, raw)
        if reader.skip("]"):
            return
        if not reader.skip(","):
            raise (
                reader.cut()
                if not reader.peek()
                else UnreadableFile(
                    f"{name} is no proper JSON: a comma is missing after review {number}"
                )
            )


def _find_list(reader: _Reader, name: str) -> None:
    """Go to the first element of the first list of objects, however deep it lies."""
    if reader.skip("["):
        return
    depth = 0
    if not reader.skip("{"):
        raise UnreadableFile(f"{name} holds no list of reviews")
    while True:
        if reader.skip("}"):
            depth -= 1
            if depth < 0:
                raise UnreadableFile(f"{name} holds no list of reviews")
            reader.skip(",")
            continue
        key, _ = reader.value()
        if not isinstance(key, str) or not reader.skip(":"):
            raise reader.cut()
        opening = reader.peek()
        if opening == "[":
            reader.skip("[")
            if reader.peek() == "{":
                return
            if not reader.skip("]"):
                _pass_list(reader)
        elif opening == "{" and depth < _DEEPEST:
            reader.skip("{")
            depth += 1
            continue
        else:
            reader.value()
        reader.skip(",")


def _pass_list(reader: _Reader) -> None:
    while True:
        reader.value()
        if reader.skip("]"):
            return
        if not reader.skip(","):
            raise reader.cut()
