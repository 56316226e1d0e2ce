"""Master keys in a module: SoftHSM, a real PKCS#11 library whose token is a folder."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from common.environment import BadSetting
from privacy.vault import here
from privacy.vault.cipher import RowIdentity
from privacy.vault.errors import KeyStoreUnavailable
from privacy.vault.keystore import KeyStore
from privacy.vault.pkcs11_masters import Pkcs11MasterKeys
from privacy.vault.ring import KeyRing, Plain
from tests.privacy.vault.masters_contract import KEYS, MastersContract

INSTALL = "apt-get install -y softhsm2"
PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib64/pkcs11")


def _library() -> str | None:
    return next((f"{one}/libsofthsm2.so" for one in PLACES
                 if Path(one, "libsofthsm2.so").exists()), None)  # fmt: skip


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("pkcs11", reason="needs python-pkcs11: make setup")
    library = _library()
    if library is None or shutil.which("softhsm2-util") is None:
        pytest.skip(f"needs SoftHSM: {INSTALL}")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    before = os.environ.get("SOFTHSM2_CONF")
    # Read by the library when it is loaded, which happens once a process.
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "verbatim", "--pin", "1234",
         "--so-pin", "4321"], check=True, capture_output=True,
    )  # fmt: skip
    yield library
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def _masters(module: str, name: str) -> Pkcs11MasterKeys:
    return Pkcs11MasterKeys(module, "verbatim", "1234", name)


# Each test's keys have a name of their own: the library keeps one login a process.
_shared: dict[str, Pkcs11MasterKeys] = {}


@pytest.fixture
def masters(module: str) -> Pkcs11MasterKeys:
    first = _shared.setdefault("session", _masters(module, "first"))
    first.current()
    found = _masters(module, f"test {uuid4().hex}")
    found._session, found._process = first._session, first._process
    return found


class TestPkcs11Masters(MastersContract):
    pass


def _unwrap_in_a_child(masters: Pkcs11MasterKeys, items: list[object], out: Path) -> None:
    out.write_bytes(b"".join(masters.unwrap(items)))  # type: ignore[arg-type]


def test_a_forked_worker_uses_the_module_too(masters: Pkcs11MasterKeys, tmp_path: Path) -> None:
    items = [(one, KEYS[0][1]) for one in masters.wrap(KEYS[:1])]
    out = tmp_path / "out"
    process = multiprocessing.get_context("fork").Process(
        target=_unwrap_in_a_child, args=(masters, items, out)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert out.read_bytes() == KEYS[0][0]


def test_the_key_does_not_leave_the_module(masters: Pkcs11MasterKeys) -> None:
    import pkcs11

    masters.current()
    [key] = masters._versions(masters._session).values()
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        key[pkcs11.Attribute.VALUE]


def test_texts_are_sealed_through_it(masters: Pkcs11MasterKeys, tmp_path: Path) -> None:
    ring = KeyRing(masters, KeyStore(tmp_path / "data-keys.sqlite3"))
    row = RowIdentity(1, "review", "1/a")
    _, [blob] = ring.seal([Plain(b"secret", uuid4(), row)])
    ring.masters.rotate_to(2)
    while ring.rewrap_some(10):
        pass
    assert ring.destroy_masters_below(2)
    assert ring.open([(blob, row)]) == [b"secret"]


def test_a_module_that_is_not_there_is_said_plainly(module: str) -> None:
    with pytest.raises(KeyStoreUnavailable, match="NoSuchToken"):
        Pkcs11MasterKeys(module, "another", "1234").current()


def test_a_pin_file_that_is_not_there_is_named(keys: Path, settings: Any) -> None:
    settings.VERBATIM_PKCS11_MODULE = "/usr/lib/none.so"
    settings.VERBATIM_PKCS11_PIN_FILE = str(keys / "no-pin")
    with pytest.raises(BadSetting, match="VERBATIM_PKCS11_PIN_FILE"):
        here._masters()
