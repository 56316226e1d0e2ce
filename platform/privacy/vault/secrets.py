"""Secrets with versions: `NAME.1.key`, `NAME.2.key`, ... in the folder of secrets."""

from __future__ import annotations

import secrets
from pathlib import Path

from common.home import Home
from privacy.vault import files


class VersionedSecret:
    """One secret and its successors. The highest version is the current one; the first is made
    at first use. A rotation by another process is seen at the next call.
    """

    def __init__(self, home: Home, name: str) -> None:
        self.home = home
        self.name = name
        self._values: dict[int, str] = {}

    def current(self) -> int:
        found = self.versions()
        if not found:
            self._make(1)
            return 1
        return found[-1]

    def versions(self) -> list[int]:
        """The versions there are, oldest first."""
        middles = (
            path.name[len(self.name) + 1 : -len(".key")]
            for path in self._folder().glob(f"{self.name}.*.key")
        )
        return sorted(int(middle) for middle in middles if middle.isdecimal())

    def value(self, version: int) -> str:
        """Raises FileNotFoundError for a version that was never made."""
        if version not in self._values:
            self._values[version] = self._path(version).read_text().strip()
        return self._values[version]

    def rotate(self) -> int:
        """Make the next version, and return it. Of two at once, both return the same."""
        version = self.current() + 1
        self._make(version)
        return version

    def _make(self, version: int) -> None:
        files.write_new(self._path(version), secrets.token_urlsafe(48).encode())

    def _path(self, version: int) -> Path:
        return self._folder() / f"{self.name}.{version}.key"

    def _folder(self) -> Path:
        return self.home.folder("secrets")
