"""What a file is, by its first bytes. Its ending only decides between two that are possible."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path

from reviews.importing.formats import packed
from reviews.importing.problems import UnreadableFile

_HEAD = 256 * 1024  # bytes that are looked at
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_CONTROL = bytes({9, 10, 13, *range(32, 256)})
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file or one with a password; save it as .xlsx or CSV"),
    (b"%PDF", "a PDF; export the reviews as CSV"),
    (b"BZh", "packed with bzip2; unpack it or use gzip"),
    (b"\xfd7zXZ", "packed with xz; unpack it or use gzip"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it or use gzip"),
    (b"7z\xbc\xaf", "packed with 7-Zip; unpack it or use gzip"),
    (b"Rar!", "packed with RAR; unpack it or use gzip"),
    (b"<!DOCTYPE", "a web page; export the reviews as CSV"),
    (b"<html", "a web page; export the reviews as CSV"),
    (b"<?xml", "XML; export the reviews as CSV"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`format` is csv, jsonl, json, xlsx or parquet; `encoding` is one of Python's names."""

    format: str
    encoding: str = ""
    packed: bool = False


def recognise(path: Path, name: str) -> Kind:
    """What `path` is. Raises UnreadableFile when it is nothing that can be read."""
    with packed.open_bytes(path, name) as file:
        head = file.read(_HEAD)
    gzipped = packed.is_gzip(path)
    if gzipped and head.startswith(packed.GZIP):
        raise UnreadableFile(f"{name} is packed twice; unpack it once")
    if head.startswith(b"PAR1"):
        return Kind("parquet", packed=gzipped)
    if head.startswith(packed.ZIP):
        return Kind("xlsx", packed=gzipped)
    for magic, what in _OTHERS:
        if head.lstrip()[: len(magic)].lower() == magic.lower():
            raise UnreadableFile(f"{name} is {what}")
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(f"{name} is empty or has no header line")
    encoding = _encoding(head, name)
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    return Kind(_text_format(head, encoding, ending), encoding, gzipped)


def _encoding(head: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if b"\x00" in head[:4096] and (found := _utf_16(head[:4096])):
        return found
    controls = len(head[:4096].translate(None, _NOT_CONTROL))
    if controls * 50 > len(head[:4096]):
        raise UnreadableFile(f"{name} is not a text file; save it as CSV in UTF-8")
    if _decodes(head, "utf-8"):
        return "utf-8"
    # Every text in GBK or GB2312 is one in GB18030. What most lines are, the file is: bytes that
    # are something else stay what they are, and cost their own rows only.
    wide = [line for line in head.split(b"\n") if not line.isascii()]
    others = [line for line in wide if not _decodes(line, "utf-8")]
    chinese = [line for line in others if _decodes(line, "gb18030")]
    most = len(chinese) * 2 > len(wide) and _looks_chinese(b"\n".join(chinese))
    return "gb18030" if most else "utf-8"


def _decodes(head: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(head: bytes) -> bool:
    """Whether what is not ASCII reads as Chinese; bytes of Latin-1 read as rare characters."""
    text = head.decode("gb18030", "ignore")
    wide = [char for char in text if char > "\x7f"]
    usual = sum("\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" for char in wide)
    usual += sum("\uff00" <= char <= "\uffef" or "\u2010" <= char <= "\u2026" for char in wide)
    # A character of GB2312 has both bytes above A0; pairs of Latin-1 letters seldom do.
    return bool(wide) and usual >= 0.7 * len(wide)


def _utf_16(head: bytes) -> str | None:
    """UTF-16 without a mark: in Latin letters every other byte is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 16:
        return None
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 10 * others and zeros * 8 > len(head) and _decodes(head, encoding):
            return encoding
    return None


def _text_format(head: bytes, encoding: str, ending: str) -> str:
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        # A first cell in brackets is thinkable in CSV, a bracket and an object are not.
        after = text[1:].lstrip()
        return "json" if not after or after[0] in "{]" or ending == "json" else _by(ending, "csv")
    if not text.startswith("{"):
        return _by(ending, "csv")
    first, _, rest = text.partition("\n")
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        broken = ending in {"jsonl", "ndjson"} or rest.lstrip(" \t\r\n").startswith("{")
        return "jsonl" if broken else "json"
    if rest.strip() or not isinstance(value, dict):
        return "jsonl"
    # One line, one object: a document when it has a list of objects, a single review otherwise.
    listed = ending not in {"jsonl", "ndjson"} and _holds_list(value)
    return "json" if listed else "jsonl"


def _holds_list(value: dict[str, object]) -> bool:
    """Whether a list of objects lies in `value` or in objects within it."""
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list) and one and isinstance(one[0], dict):
            return True
    return False


def _by(ending: str, otherwise: str) -> str:
    return "jsonl" if ending in {"jsonl", "ndjson"} else otherwise
