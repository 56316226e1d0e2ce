"""Planted personal data, looked for in every table and file after everything has run once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.support import tiny_model
from benchmarks.support.home import ThrowAwayHome
from benchmarks.support.site import Site, until
from benchmarks.support.texts import sample_rows
from tests.faults import planted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

_NOT_OURS = ("postgres", "postgres-binaries")  # the database's own files; its tables are read
_TODO = "select count(*) from modelops_analysiswork where state = 'todo'"


@contextmanager
def links_kept(folder: Path, kept: Path) -> Iterator[None]:
    """Keep a second name of every file that appears under `folder`: some live for seconds only."""
    over = threading.Event()
    kept.mkdir()

    def look() -> None:
        seen: set[int] = set()
        while not over.wait(0.1):
            for path in list(folder.rglob("*")):
                with suppress(OSError):
                    if path.is_file() and path.stat().st_ino not in seen:
                        seen.add(path.stat().st_ino)
                        os.link(path, kept / f"{len(seen)}-{path.name}")

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture(scope="module")
def story() -> Iterator[SimpleNamespace]:
    """Sample reviews and an upload, labels, a training, an analysis; then the site is stopped."""
    with ThrowAwayHome("vb-personal-") as home:
        temporary = home.outside / "tmp"
        temporary.mkdir()
        home.extra["TMPDIR"] = str(temporary)
        base = tiny_model.base(home.outside / "base", [row["text"] for row in sample_rows()])
        said = []
        with Site(home) as site:
            said.append(home.manage("load_samples", "--json"))
            file = planted.upload_file(home.outside / "may.csv")
            upload = home.call("tests.faults.planted:upload", {"path": str(file)})
            with links_kept(home.home.folder("jobs"), home.outside / "jobs"):
                trained = home.manage("train", "--base", str(base), *quick_training(), "--json")
            said += [trained, home.manage("promote", json.loads(trained)["model"], "--force")]
            until(lambda: home.query(_TODO) == [(0,)], "the analysis")
            said.append(home.manage("report", "sentiment", "--by", "product"))
            database = home.call("tests.faults.planted:database_leaks")
            answers = home.query("select count(*) from modelops_prediction")[0][0]
            assert site.process is not None
        home.stop_services()
        (home.outside / "stdout.txt").write_text("\n".join(said), "utf-8")
        yield SimpleNamespace(home=home, upload=upload, database=database, answers=answers)


def quick_training() -> list[str]:
    pairs = ("epochs=1", "max_len=48", "frozen_layers=0", "checkpoint_steps=20", "threads=1")
    return [word for pair in pairs for word in ("--set", pair)]


def home_files(home: ThrowAwayHome) -> list[Path]:
    """Every file of the data folder but the database's own."""
    found = []
    for path in sorted(home.home.root.rglob("*")):
        top = path.relative_to(home.home.root).parts[0]
        if path.is_file() and top not in _NOT_OURS:
            found.append(path)
    return found


def test_the_planted_values_would_be_found(tmp_path: Path) -> None:
    everything = planted.planted()
    assert {one.kind for one in everything} == planted.TYPES
    raw = "\n".join(row["text"] for row in sample_rows())
    raw += "\n".join(words.format(value) for _, words, value in planted.EXTRA)
    assert len(planted.leaks_in("raw", raw)) == len(everything)
    in_bytes = planted.bytes_as_text(f'(7,"\\\\x{raw.encode().hex()}",t)')
    assert len(planted.leaks_in("bytes", in_bytes)) == len(everything)
    sealed = planted.bytes_as_text("\\\\x" + "aabb7730195cc0")
    assert planted.leaks_in("sealed", sealed) == []
    drawn = f"{'a' * 30}7730195{'b' * 27} 01234567-89ab-cdef-0123-{'7730195':e<12}"
    assert planted.leaks_in("drawn", drawn) == []
    packed = tmp_path / "message"
    packed.write_bytes(b'{"body": "' + planted.base64.b64encode(raw.encode()) + b'"}')
    assert len(planted.file_leaks([packed])) == len(everything)


def test_everything_took_part(story: SimpleNamespace) -> None:
    """Without rows, rejects, checkpoints and logs there would be nothing to find them in."""
    rows: dict[str, Any] = story.database["rows"]
    assert story.upload["state"] == "succeeded"
    assert story.upload["created"] == 2 * len(planted.EXTRA)
    assert story.upload["rejected"] >= 5 * len(planted.EXTRA)
    assert rows["public.reviews_textrevision"] > 1700
    assert rows["public.reviews_rejectedrow"] == story.upload["rejected"]
    assert rows["public.modelops_snapshotitem"] > 1000
    assert rows["public.annotation_annotation"] > 1000
    assert story.answers > 3000
    names = {path.name for path in home_files(story.home)}
    assert {"postgres.log", "services.log", "valkey.log", "model.onnx"} <= names
    assert any(name.endswith(".aof") for name in names)
    assert list((story.home.outside / "jobs").iterdir()), "the training left no trace on its way"


def test_no_table_holds_planted_personal_data(story: SimpleNamespace) -> None:
    assert story.database["leaks"] == []


def test_no_file_of_the_home_holds_planted_personal_data(story: SimpleNamespace) -> None:
    assert planted.file_leaks(home_files(story.home)) == []


def test_no_file_a_training_wrote_on_its_way_held_planted_personal_data(
    story: SimpleNamespace,
) -> None:
    assert planted.file_leaks(sorted((story.home.outside / "jobs").iterdir())) == []


def test_nothing_that_was_said_holds_planted_personal_data(story: SimpleNamespace) -> None:
    said = [story.home.log, story.home.outside / "stdout.txt"]
    assert all(path.stat().st_size for path in said)
    assert planted.file_leaks(said) == []


def test_uploads_and_temporary_files_are_gone(story: SimpleNamespace) -> None:
    assert not list(story.home.home.folder("uploads").iterdir())
    left = [path for path in (story.home.outside / "tmp").rglob("*") if path.is_file()]
    assert planted.file_leaks(left) == []
