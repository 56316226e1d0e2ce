"""Gzip and ZIP, unpacked within limits: a small file must not become a huge one (a "bomb")."""

from __future__ import annotations

import gzip
import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO

from reviews.importing.problems import UnreadableFile

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
# Texts shrink to a fifth, tables of repeated words to a fiftieth. Deflate itself ends at 1,032.
MOST_TIMES = 200
SMALL = 64 * 1024 * 1024  # bytes: below it the ratio does not matter
LARGEST = 32 * 1024**3  # bytes of an unpacked file
_MOST_ENTRIES = 2_000  # members of a workbook
_DIRECTORY_END = b"PK\x05\x06"


class _Bounded(io.RawIOBase):
    """The unpacked bytes of `packed`. Raises UnreadableFile past the limits or where it is cut."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        self._packed = packed
        self._name = name
        self._stream = gzip.GzipFile(fileobj=packed, mode="rb")
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # any writable buffer, says the ABC
        try:
            found = self._stream.read(len(view))
        except EOFError:
            raise UnreadableFile(
                f"{self._name} ends in the middle; it was cut off on its way. Send it again"
            ) from None
        except (gzip.BadGzipFile, zlib.error):
            raise UnreadableFile(f"{self._name} is damaged: gzip cannot unpack it") from None
        self._size += len(found)
        if self._size > SMALL and self._size > MOST_TIMES * max(self._packed.tell(), 1):
            raise UnreadableFile(
                f"{self._name} unpacks to more than {MOST_TIMES} times its size; "
                "no file of reviews does. Send it unpacked"
            )
        if self._size > LARGEST:
            raise UnreadableFile(f"{self._name} unpacks to more than {LARGEST // 1024**3} GB")
        view[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._stream.close()
        self._packed.close()
        super().close()


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP


def open_bytes(path: Path, name: str) -> BinaryIO:
    """The bytes of a file, unpacked when it is gzipped. Raises UnreadableFile."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be opened ({error.strerror})") from error
    packed = file.read(2) == GZIP
    file.seek(0)
    if not packed:
        return file
    return io.BufferedReader(_Bounded(file, name), 1 << 18)


def open_seekable(path: Path, name: str) -> IO[bytes]:
    """As `open_bytes`, for formats that are read from several places. Raises UnreadableFile."""
    file = open_bytes(path, name)
    if isinstance(file, io.BufferedReader) and isinstance(file.raw, _Bounded):
        # Beside the upload, which lies in a folder of its own that is closed to others.
        copy = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115 - its reader closes it
        with file:
            try:
                shutil.copyfileobj(file, copy, 1 << 20)
            except BaseException:
                copy.close()
                raise
        copy.seek(0)
        return copy
    return file


def open_archive(file: IO[bytes], name: str) -> zipfile.ZipFile:
    """A ZIP archive whose members are few and not out of proportion. Raises UnreadableFile."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(_DIRECTORY_END)
    if at < 0 or len(tail) < at + 12:
        raise UnreadableFile(f"{name} ends in the middle; it was cut off on its way. Send it again")
    # Looked at before zipfile, which makes an object for each member.
    (entries,) = struct.unpack_from("<H", tail, at + 10)
    if entries > _MOST_ENTRIES:
        raise UnreadableFile(f"{name} is no workbook: it holds {_MOST_ENTRIES} or more files")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableFile(f"{name} is damaged: ZIP cannot unpack it") from None
    for member in archive.infolist():
        if member.file_size > SMALL and member.file_size > MOST_TIMES * max(
            member.compress_size, 1
        ):
            raise UnreadableFile(
                f"{name} unpacks to more than {MOST_TIMES} times its size; "
                "no file of reviews does. Send it unpacked"
            )
        if member.file_size > LARGEST:
            raise UnreadableFile(f"{name} unpacks to more than {LARGEST // 1024**3} GB")
    return archive
