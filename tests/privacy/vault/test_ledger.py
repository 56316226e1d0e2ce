from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from common.home import Home
from privacy.vault.identity import Identifiers
from privacy.vault.ledger import Ledger, LedgerBroken
from privacy.vault.secrets import VersionedSecret


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "keys" / "list.jsonl", VersionedSecret(Home(tmp_path), "ledger"))


def test_lines_come_back_in_order(ledger: Ledger) -> None:
    for number in range(5):
        ledger.add({"n": number, "words": "数字"})
    assert [line.content["n"] for line in ledger.lines()] == list(range(5))
    assert ledger.path.stat().st_mode & 0o777 == 0o600


def test_a_line_cut_short_by_a_crash_is_taken_away(ledger: Ledger) -> None:
    ledger.add({"n": 1})
    with ledger.path.open("a") as file:
        file.write('{"number": 2, "key": 1, "ma')
    assert len(list(ledger.lines())) == 1
    ledger.add({"n": 2})
    assert [line.content["n"] for line in ledger.lines()] == [1, 2]


def test_a_long_line_is_found_from_the_end(ledger: Ledger) -> None:
    ledger.add({"n": "x" * 200_000})
    ledger.add({"n": "y" * 300_000})
    ledger.add({"n": 3})
    assert len(list(ledger.lines())) == 3


@pytest.mark.parametrize("how", ["change", "delete", "swap", "insert", "garbage"])
def test_tampering_is_found(ledger: Ledger, how: str) -> None:
    for number in range(6):
        ledger.add({"n": number})
    lines = ledger.path.read_text().splitlines(keepends=True)
    if how == "change":
        lines[2] = lines[2].replace('"n": 2', '"n": 9')
    elif how == "delete":
        del lines[2]
    elif how == "swap":
        lines[2], lines[3] = lines[3], lines[2]
    elif how == "insert":
        record = json.loads(lines[2])
        lines.insert(3, json.dumps(record | {"number": 4}) + "\n")
    else:
        lines[2] = "nothing\n"
    ledger.path.write_text("".join(lines))
    with pytest.raises(LedgerBroken):
        list(ledger.lines())


def _add(path: Path, home: Path) -> None:
    ledger = Ledger(path, VersionedSecret(Home(home), "ledger"))
    for number in range(8):
        ledger.add({"n": number})


def test_many_processes_write_one_list(ledger: Ledger, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_add, args=(ledger.path, tmp_path)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(list(ledger.lines())) == 24


def test_a_hash_is_lifted_without_the_identifier(tmp_path: Path) -> None:
    ids = Identifiers(VersionedSecret(Home(tmp_path), "shopper"))
    old = ids.digest("anna@mail.com")
    assert ids.secret.rotate() == 2
    assert ids.lift(old, 1, 2) == ids.digest("anna@mail.com") != old
    assert ids.digest("anna@mail.com", 1) == old
    with pytest.raises(ValueError, match="back"):
        ids.lift(old, 2, 1)
