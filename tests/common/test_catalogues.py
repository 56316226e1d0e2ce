from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from common import catalogues

PLACEHOLDER = re.compile(r"%\([^)]+\)[sd]|%[sd]|\{[a-z_]+\}")
CATALOGUES = catalogues.catalogue_paths()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_message_of_the_product_is_translated(path: Path) -> None:
    wanted = {(message.singular, message.context) for message in catalogues.extract()}
    known = {
        (entry.msgid, entry.msgctxt) for entry in polib.pofile(str(path)) if entry.translated()
    }
    assert not wanted - known, "run `make messages` and translate these"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_translations_keep_the_placeholders(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        translated = entry.msgstr or "".join(entry.msgstr_plural.values())
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        assert set(PLACEHOLDER.findall(translated)) <= wanted | set(
            PLACEHOLDER.findall(entry.msgid)
        ), entry.msgid


def test_a_catalogue_keeps_its_translations_when_messages_come_and_go(tmp_path: Path) -> None:
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    first = {catalogues.Message("Reviews"): ["a.py"], catalogues.Message("Old"): ["a.py"]}
    catalogues.merge(first, path)
    book = polib.pofile(str(path))
    book.find("Reviews").msgstr = "评论"
    book.save()
    missing = catalogues.merge(
        {catalogues.Message("Reviews"): ["b.py"], catalogues.Message("New"): ["b.py"]}, path
    )
    assert missing == ["New"]
    assert polib.pofile(str(path)).find("Reviews").msgstr == "评论"
    assert polib.pofile(str(path)).find("Old") is None
