"""Trained models in this process: opened once, checked against what was registered."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from modelops.models import ModelVersion

if TYPE_CHECKING:
    from modelops.ml.families import Model

_MOST_OPEN = 2  # a champion and the one after it

_open: OrderedDict[str, Model] = OrderedDict()
_lock = threading.Lock()


def models_folder() -> Path:
    """Where the artefacts lie; `ModelVersion.artefact` is relative to it."""
    found: Path = settings.VERBATIM_HOME.folder("models")
    return found


def threads() -> int:
    """Threads for one call: this process's share of the processor's cores."""
    return max(1, (os.cpu_count() or 1) // settings.VERBATIM_WORKERS)


def model_load(model: ModelVersion, *, threads: int) -> Model:
    """Open the version's artefact anew.

    Raises ArtefactCorrupt when it is missing, incomplete, or not the one that was registered.
    """
    from modelops.ml import families
    from modelops.ml.errors import ArtefactCorrupt

    found = families.get(model.family).load(models_folder() / model.artefact, threads=threads)
    fingerprint = getattr(found, "fingerprint", model.artefact_hash)
    if fingerprint != model.artefact_hash:
        raise ArtefactCorrupt(f"{model.label}: the folder holds another model than was registered")
    return found


def model_open(model: ModelVersion) -> Model:
    """The version ready to answer, opened at first use and kept. Raises ArtefactCorrupt."""
    with _lock:
        if model.artefact_hash not in _open:
            _open[model.artefact_hash] = model_load(model, threads=threads())
        _open.move_to_end(model.artefact_hash)
        while len(_open) > _MOST_OPEN:
            _open.popitem(last=False)
        return _open[model.artefact_hash]
