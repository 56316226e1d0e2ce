"""What went wrong is told in the reader's language, and quotes nothing it should not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from common.complaints import complaint_words
from common.home import CHECKOUT


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Stopped after 3 tries: its worker died each time.", "3"),
        ("ValueError in importing.py:88 (import_run)", "ValueError in importing.py:88"),
        ("OperationalError", "OperationalError"),
        ("cancelled", ""),
        ("The values were taken off the list before the work began.", ""),
        (
            "A correction is about one review, and 2 were found: name its number at the source.",
            "2",
        ),
        (
            "the key of sealed_original 17 is not in the key store, and nobody destroyed it: put "
            "the key store back from its copy; nothing was destroyed",
            "sealed_original 17",
        ),
        ("Snapshot 4 is gone; make a new one.", "4"),
        (
            "sentiment: 3 labelled rows with 1 different choices in train; it takes 20 rows and 2 "
            "choices. Label more.",
            "sentiment",
        ),
        ("GPT-2 cannot be loaded: no such file", "no such file"),
    ],
)
def test_a_failure_is_told_in_chinese_with_its_parameters(told: str, kept: str) -> None:
    with translation.override("zh-hans"):
        words = complaint_words(told)
    assert re.search("[一-鿿]", words)
    assert kept in words
    assert words != told


def test_what_is_not_known_stands_as_it_was_told() -> None:
    with translation.override("zh-hans"):
        assert complaint_words("something new about a file") == "something new about a file"


_ENDINGS = {
    "JobFailed", "KeysLost", "CannotCorrect", "NotEnoughData", "BaseModelUnavailable",
    "ArtefactCorrupt",
}  # fmt: skip


def _told_in_code() -> Iterator[str]:
    """Every message by which long work ends, with `X1` where something is filled in."""
    for root in ("platform", "modelops", "annotation", "analytics"):
        for path in (CHECKOUT / root).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[text, *_])) if (
                        name in _ENDINGS
                    ):
                        if isinstance(text, ast.Constant):
                            yield str(text.value)
                        elif isinstance(text, ast.JoinedStr):
                            pieces = text.values
                            yield "".join(
                                str(one.value) if isinstance(one, ast.Constant) else "X1"
                                for one in pieces
                            )


def test_every_message_by_which_long_work_ends_has_its_chinese() -> None:
    told = list(_told_in_code())
    assert len(told) > 15
    with translation.override("zh-hans"):
        assert [one for one in told if not re.search("[一-鿿]", complaint_words(one))] == []
