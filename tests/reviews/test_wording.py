"""A Chinese reader is told in Chinese why a row or a file did not go in."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from common import catalogues
from common.complaints import complaint_words
from reviews.importing import columns, reading, values
from reviews.wording import reason_words

ZONE, NOW = ZoneInfo("Asia/Shanghai"), datetime(2026, 1, 1, tzinfo=UTC)
# Words that stand in a file or on a keyboard as they are.
_AS_THEY_ARE = r"YYYY-MM-DD|UTF-8|CSV|JSON|MB|review|question|ticket|chat|\.\w+|shop|text|cost|body"
_AS_THEY_ARE += r"|ZIP|PDF|gzip|XML|Parquet|Excel|id|xlsx"


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    """Compiled catalogues are not kept in the repository; commands make them when they start."""
    catalogues.compile_stale()


def read_whole(path: Path) -> None:
    for _ in reading.read(path):
        pass
    columns.resolve(reading.header_of(path), {})


def in_chinese(told: str) -> str:
    with translation.override("zh-hans"):
        return complaint_words(told)


def assert_chinese(words: str) -> None:
    rest = re.sub(_AS_THEY_ARE, "", words)
    assert re.search(r"[一-鿿]", rest), words
    assert not re.search(r"[A-Za-z]{2}", rest), words


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (values.text_of, " "),
        (values.text_of, "bad \udcff"),
        (values.text_of, "长" * 20_001),
        *(
            (lambda value: values.date_of(value, ZONE, NOW), value)
            for value in ("2999-01-01", "1990-01-01", "03/04/2025", "昨天", "2025", "2025-99-99")
        ),
        (values.stars_of, "9"),
        (values.channel_of, "fax"),
        (values.id_of, "x" * 201),
        (values.id_of, "a\x01b"),
    ],
)
def test_a_value_that_is_refused_is_explained_in_chinese(check, value) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(values.Rejection) as refused:
        check(value)
    assert_chinese(in_chinese(refused.value.detail))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shop.xlsx", b"PK\x03\x04 cut"),
        ("shop.pdf", b"%PDF-1.7"),
        ("shop.csv.gz", gzip.compress(b"id,text\n" + b"x" * 99)[:-9]),
        ("shop.csv.gz", b"\x1f\x8b" + b"no gzip at all"),
        ("shop.csv.gz", gzip.compress(gzip.compress(b"text\nx\n"))),
        ("shop.json", b'[{"text": "x"}, {"te'),
        ("shop.json", b"[" + b"[" * 100_000),
        ("shop.json", b'[{"a": 1} {"a": 2}]'),
        ("shop.json", b'{"n":\n1}'),
        ("shop.csv", b'"text\nx\n'),
        ("shop.csv", b"x," * 2000),
        ("shop.csv", b""),
        ("shop.csv", b"text\n"),
        ("shop.csv", b"a\x00b"),
        ("shop.csv", b"text,text\n1,2\n"),
        ("shop.csv", b"\xffcost,body\n1,2\n"),
        ("shop.csv", b"cost,body x\n1,2\n"),
        ("shop.csv", b"id,body x\n1,2\n"),
    ],
)
def test_a_file_that_is_refused_is_explained_in_chinese(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((reading.UnreadableFile, columns.BadMapping)) as refused:
        read_whole(path)
    assert_chinese(in_chinese(str(refused.value)))


@pytest.mark.parametrize(
    ("name", "content"),
    [("shop.csv", b"text,cost\na,b,c\n"), ("shop.jsonl", b"[1]\n"), ("shop.jsonl", b"{\n")],
)
def test_a_line_that_is_refused_is_explained_in_chinese(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    problem = next(iter(reading.read(path))).problem
    assert problem is not None
    assert_chinese(in_chinese(problem.detail))
    with translation.override("zh-hans"):
        assert_chinese(reason_words(problem.reason))


def test_a_complaint_that_is_not_known_stands_as_it_is() -> None:
    assert in_chinese("100% of it, %(odd)s") == "100% of it, %(odd)s"
