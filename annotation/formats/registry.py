"""The formats there are, by key; the first holds everything."""

from __future__ import annotations

from annotation.formats import doccano, label_studio, prodigy, table, whole
from annotation.formats.base import Format

FORMATS: dict[str, Format] = {
    one.key: one
    for one in (
        whole.FORMAT,
        table.FORMAT,
        label_studio.FORMAT,
        prodigy.FORMAT,
        doccano.FORMAT,
    )
}
