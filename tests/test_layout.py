"""The shape of the tree: each of these was seen red when its rule was broken."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE_ROOTS = (ROOT, ROOT / "platform")
OURS = sorted(
    init.parent.name
    for root in SOURCE_ROOTS
    for init in root.glob("*/__init__.py")
    if init.parent.name != "tests"
)
HEAVY = ("torch", "transformers", "presidio_analyzer", "pandas", "onnxruntime", "sklearn")


def test_platform_folder_is_not_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_standard_library_platform_wins_from_the_repository_root() -> None:
    code = "import platform; assert platform.system(), platform.__file__"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert platform.__file__.endswith("platform.py")


@pytest.mark.parametrize("name", OURS)
def test_our_packages_borrow_no_name(name: str) -> None:
    assert name not in sys.stdlib_module_names
    owners = set(importlib.metadata.packages_distributions().get(name, ()))
    assert owners <= {"verbatim"}


def test_every_package_is_under_the_import_contracts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert sorted(settings["tool"]["importlinter"]["root_packages"]) == OURS


def test_the_web_process_loads_no_model_library() -> None:
    code = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.test'\n"
        "from config.wsgi import application\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        f"found = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
