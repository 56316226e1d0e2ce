"""Envelope keys: many processes, rotations meanwhile, and what an old copy still opens."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from privacy.vault.cipher import RowIdentity
from privacy.vault.errors import KeyGone, KeyTooOld, SealBroken
from privacy.vault.file_masters import FileMasterKeys
from privacy.vault.keystore import KeyStore
from privacy.vault.ring import KeyRing, Plain

ROW = RowIdentity(1, "review", "1/a")
FORK = multiprocessing.get_context("fork")


def ring_at(folder: Path) -> KeyRing:
    return KeyRing(FileMasterKeys(folder / "master"), KeyStore(folder / "data-keys.sqlite3"))


def rotate(ring: KeyRing) -> None:
    target = ring.masters.current() + 1
    ring.masters.rotate_to(target)
    while ring.rewrap_some(100):
        pass
    assert ring.destroy_masters_below(target)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return ring_at(tmp_path)


def test_a_seal_opens_for_its_row_version_and_key_only(ring: KeyRing) -> None:
    version, [blob] = ring.seal([Plain(b"secret", uuid4(), ROW)])
    assert ring.open([(blob, ROW)]) == [b"secret"]
    for other in (
        RowIdentity(2, "review", "1/a"), RowIdentity(1, "reject", "1/a"),
        RowIdentity(1, "review", "1/b"), RowIdentity(11, "review", "/a"),
    ):  # fmt: skip
        with pytest.raises(SealBroken):
            ring.open([(blob, other)])
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 1
        with pytest.raises((SealBroken, KeyGone)):
            ring.open([(bytes(changed), ROW)])
    assert version == 1


def test_no_two_seals_look_alike(ring: KeyRing) -> None:
    key = uuid4()
    _, blobs = ring.seal([Plain(b"same", key, ROW)] * 50)
    assert len(set(blobs)) == 50


def test_the_store_is_for_its_owner_only(ring: KeyRing) -> None:
    ring.seal([Plain(b"x", uuid4(), ROW)])
    for path in ring.store.path.parent.glob("data-keys*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_destroyed_key_leaves_no_byte_in_the_store(ring: KeyRing) -> None:
    key = uuid4()
    _, [blob] = ring.seal([Plain(b"x", key, ROW)])
    wrapped = ring.store.find([(key, 1)])[key, 1].blob
    ring.seal([Plain(b"y", uuid4(), ROW)])
    assert any(wrapped in path.read_bytes() for path in ring.store.path.parent.glob("data-keys*"))
    assert ring.store.destroy([key]) == 1
    for path in ring.store.path.parent.glob("data-keys*"):
        assert wrapped not in path.read_bytes(), path
    with pytest.raises(KeyGone):
        ring.open([(blob, ROW)])


def test_an_old_copy_of_the_store_opens_nothing_after_a_rotation(
    ring: KeyRing, tmp_path: Path
) -> None:
    erased, kept = uuid4(), uuid4()
    _, blobs = ring.seal([Plain(b"erased", erased, ROW), Plain(b"kept", kept, ROW)])
    ring.store.close()
    old = tmp_path / "copy"
    old.mkdir()
    for path in tmp_path.glob("data-keys*"):
        shutil.copy(path, old)
    ring.store.destroy([erased])
    rotate(ring)
    # The thief has the old database and the old store, and asks today's masters.
    thief = KeyRing(ring.masters, KeyStore(old / "data-keys.sqlite3"))
    for blob in blobs:
        with pytest.raises(KeyTooOld):
            thief.open([(blob, ROW)])
    assert ring.open([(blobs[1], ROW)]) == [b"kept"]


def test_a_version_below_the_minimum_is_refused_even_if_its_key_is_there(
    ring: KeyRing, tmp_path: Path
) -> None:
    key = uuid4()
    _, [blob] = ring.seal([Plain(b"x", key, ROW)])
    [stored] = ring.store.wrapped_below(2, 10)
    ring.store.raise_generation(2)
    ring.store.destroy_below(2)
    with pytest.raises(KeyTooOld):
        ring.open([(blob, ROW)])
    with pytest.raises(KeyTooOld):
        ring.store.add([stored])
    version, [again] = ring.seal([Plain(b"x", key, ROW)])
    assert version == 2
    assert ring.open([(again, ROW)]) == [b"x"]


def test_a_key_wrapped_by_a_destroyed_master_does_not_get_in(ring: KeyRing) -> None:
    ring.seal([Plain(b"x", uuid4(), ROW)])
    [late] = ring.store.wrapped_below(2, 1)
    ring.store.destroy([late.name[0]])
    rotate(ring)
    with pytest.raises(KeyTooOld):
        ring.store.add([late])


def _seal_in_a_process(folder: Path, keys: list[UUID], out: Path) -> None:
    ring = ring_at(folder)
    _, blobs = ring.seal([Plain(b"x", key, ROW) for key in keys])
    out.write_bytes(b"".join(len(blob).to_bytes(4, "big") + blob for blob in blobs))


def test_processes_that_make_the_same_keys_agree(tmp_path: Path) -> None:
    keys = [uuid4() for _ in range(150)]
    outs = [tmp_path / f"out{number}" for number in range(3)]
    processes = [
        FORK.Process(target=_seal_in_a_process, args=(tmp_path / "k", keys, out)) for out in outs
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    ring = ring_at(tmp_path / "k")
    assert ring.store.count() == len(keys)
    for out in outs:
        content, blobs = out.read_bytes(), []
        while content:
            size = int.from_bytes(content[:4], "big")
            blobs.append(content[4 : 4 + size])
            content = content[4 + size :]
        assert ring.open([(blob, ROW) for blob in blobs]) == [b"x"] * len(keys)


def _seal_until_killed(folder: Path, told: Path) -> None:
    ring = ring_at(folder)
    with told.open("ab", buffering=0) as file:
        while True:
            _, [blob] = ring.seal([Plain(b"promised", uuid4(), ROW)])
            file.write(len(blob).to_bytes(4, "big") + blob)


def test_what_was_sealed_before_a_kill_opens_after_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    for _ in range(2):
        process = FORK.Process(target=_seal_until_killed, args=(tmp_path / "k", told))
        process.start()
        before = told.stat().st_size if told.exists() else 0
        deadline = time.monotonic() + 20
        while (told.stat().st_size if told.exists() else 0) < before + 1000:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    ring, content, opened = ring_at(tmp_path / "k"), told.read_bytes(), 0
    while len(content) > 4:
        size = int.from_bytes(content[:4], "big")
        blob, content = content[4 : 4 + size], content[4 + size :]
        if len(blob) == size:
            assert ring.open([(blob, ROW)]) == [b"promised"]
            opened += 1
    assert opened > 15


def test_rotations_fail_neither_readers_nor_writers(ring: KeyRing) -> None:
    keys = [uuid4() for _ in range(60)]
    _, blobs = ring.seal([Plain(b"x", key, ROW) for key in keys])
    over, failures, done = threading.Event(), [], [0, 0]

    def work(number: int) -> None:
        try:
            while not over.is_set() or done[number] == 0:
                if number:
                    _, [new] = ring.seal([Plain(b"y", uuid4(), ROW)])
                    assert ring.open([(new, ROW)]) == [b"y"]
                else:
                    ring.open([(blob, ROW) for blob in blobs[:20]])
                done[number] += 1
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            ring.store.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        target = ring.masters.current() + 1
        ring.masters.rotate_to(target)
        while True:
            while ring.rewrap_some(20):
                pass
            if ring.destroy_masters_below(target):
                break
    over.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert min(done) > 0
    assert ring.open([(blob, ROW) for blob in blobs]) == [b"x"] * len(keys)
