from __future__ import annotations

from pathlib import Path

import pytest

from privacy.vault.errors import KeyTooOld
from privacy.vault.file_masters import FileMasterKeys
from tests.privacy.vault.masters_contract import KEYS, MastersContract


class TestFileMasters(MastersContract):
    @pytest.fixture
    def masters(self, tmp_path: Path) -> FileMasterKeys:
        return FileMasterKeys(tmp_path / "master")


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    FileMasterKeys(tmp_path / "master").rotate_to(2)
    folder = tmp_path / "master"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_what_another_process_destroyed_is_not_used_from_memory(tmp_path: Path) -> None:
    here, there = FileMasterKeys(tmp_path), FileMasterKeys(tmp_path)
    [(key, about)] = KEYS[:1]
    [wrapped] = here.wrap([(key, about)])
    there.rotate_to(2)
    there.destroy_below(2)
    with pytest.raises(KeyTooOld):
        here.unwrap([(wrapped, about)])
