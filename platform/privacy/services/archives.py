"""Copies of what is held about a person, as files they can take elsewhere."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from privacy.models import PersonRequest
from privacy.people import Part

_ABOUT = """\
This archive holds what Verbatim keeps about one person. Each .jsonl file has one JSON object a
line, in UTF-8; times are ISO 8601. manifest.json says how many lines each file has.

本压缩包包含 Verbatim 保存的关于一个人的全部数据。每个 .jsonl 文件每行一个 JSON 对象，UTF-8 编码；
时间为 ISO 8601 格式。manifest.json 列出每个文件的行数。
"""


def exports_folder() -> Path:
    folder: Path = settings.VERBATIM_HOME.folder("exports")
    return folder


def archive_write(request: PersonRequest, parts: Iterable[Part]) -> tuple[str, dict[str, int]]:
    """Write the parts into a new file of the folder. Returns its name and the lines by part.

    Whole or not at all: it gets its name when it is complete.
    """
    name = f"{uuid.uuid4().hex}.zip"
    path = exports_folder() / name
    unready = path.with_suffix(".part")
    counts: dict[str, int] = {}
    try:
        with zipfile.ZipFile(unready, "x", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _ABOUT)
            for part, records in parts:
                counts[part] = _add(archive, part, records)
            manifest = {"request": request.pk, "at": timezone.now().isoformat(), "lines": counts}
            archive.writestr("manifest.json", json.dumps(manifest, indent=2))
        unready.chmod(0o600)
        unready.rename(path)
    finally:
        unready.unlink(missing_ok=True)
    return name, counts


def _add(archive: zipfile.ZipFile, part: str, records: Iterable[Mapping[str, Any]]) -> int:
    lines = 0
    with archive.open(f"{part}.jsonl", "w") as file:
        for record in records:
            text = json.dumps(record, ensure_ascii=False, cls=DjangoJSONEncoder)
            file.write(text.encode() + b"\n")
            lines += 1
    return lines


def archive_path(request: PersonRequest) -> Path | None:
    """The archive of an export; None when there is none, or it has been removed."""
    if not request.archive:
        return None
    path = exports_folder() / request.archive
    return path if path.is_file() else None


def archives_remove(requests: Iterable[PersonRequest]) -> int:
    """Remove their archives. Returns how many there were."""
    gone = 0
    for request in requests:
        path = archive_path(request)
        if path is not None:
            path.unlink(missing_ok=True)
            gone += 1
        if request.archive:
            request.archive = ""
            request.save(update_fields=["archive"])
    return gone
