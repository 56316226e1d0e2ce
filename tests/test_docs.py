"""What the documents say of the code, and where their links lead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from reviews.cleaning.catalogue import RULES
from reviews.importing import columns

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CODE = ("platform", "annotation", "modelops", "analytics", "benchmarks")
NAMES = re.compile(
    r"VERBATIM_[A-Z0-9_]+|DATABASE_URL|CELERY_BROKER_URL|(?:HF_HUB|TRANSFORMERS)_OFFLINE"
)
READERS = {"text", "flag", "number", "words"}  # of common.environment

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")


def _trees() -> Iterator[ast.Module]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


@cache
def _read() -> dict[str, str | None]:
    """The variables the code names, and the default it gives, as it would be typed."""
    found: dict[str, str | None] = {}
    for tree in _trees():
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(name)) if NAMES.fullmatch(name):
                    found.setdefault(name, None)
                case ast.Call(func, [ast.Constant(value=str(name)), ast.Constant(default), *_]):
                    called = getattr(func, "attr", getattr(func, "id", ""))
                    if called in READERS and NAMES.fullmatch(name):
                        found[name] = str(default)
    return found


@cache
def _documented() -> dict[str, str]:
    """The variables of settings.md, with the whole line of each."""
    lines = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8").splitlines()
    cells = ((line.split("|"), line) for line in lines if line.startswith("| `"))
    named = {row[1].strip().strip("`"): line for row, line in cells}
    return {name: line for name, line in named.items() if name.isupper()}


def test_every_variable_the_code_reads_is_documented() -> None:
    missing = sorted(set(_read()) - set(_documented()))
    assert not missing, f"write them into docs/reference/settings.md: {missing}"


def test_every_documented_variable_is_read() -> None:
    gone = sorted(set(_documented()) - set(_read()))
    assert not gone, f"the code reads them no more: {gone}"


@pytest.mark.parametrize("name", sorted(name for name, default in _read().items() if default))
def test_a_documented_default_is_the_one_in_the_code(name: str) -> None:
    default = _read()[name]
    assert default is not None
    given = _documented()[name].split("|")[2]
    assert f"`{default}`" in given


def _words(text: str) -> str:
    return _INLINE_CODE.sub("", _FENCE.sub("", text))


def _anchor(heading: str) -> str:
    """The anchor a forge makes of a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {_anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def _links(page: Path, pictures: bool) -> list[str]:
    found = _LINK.findall(_words(page.read_text(encoding="utf-8")))
    return [
        target
        for mark, target in found
        if bool(mark) == pictures and not re.match(r"[a-z]+:", target)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in _links(page, pictures=False):
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{target} is not there"
        assert ROOT in there.parents, f"{target} leads out of the project"
        if anchor:
            assert anchor in _anchors(there), f"{name or page.name} has no heading for #{anchor}"


def test_every_picture_is_there() -> None:
    if not (DOCS / "images").is_dir():
        pytest.skip("no picture of the pages was taken yet; put them into docs/images")
    for page in PAGES:
        for target in _links(page, pictures=True):
            assert (page.parent / target).is_file(), f"{page.name}: {target} is not there"


def test_every_page_can_be_reached_from_the_index() -> None:
    reached = {DOCS / "README.md"}
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        for target in _links(page, pictures=False):
            there = (page.parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there not in reached and there.exists():
                reached.add(there)
                waiting.append(there)
    lost = sorted(str(page.relative_to(ROOT)) for page in PAGES if page not in reached)
    assert not lost, f"no link leads to {lost}; docs/README.md lists the pages"


def test_every_command_is_in_the_reference() -> None:
    pages = (DOCS / "reference").glob("commands*.md")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    headings = " ".join(re.findall(r"^##+ (.+)$", text, re.MULTILINE))
    ours = {
        path.stem
        for folder in CODE
        for path in (ROOT / folder).glob("**/management/commands/*.py")
        if path.stem != "__init__"
    }
    missing = sorted(name for name in ours if not re.search(rf"\b{name}\b", headings))
    assert not missing, f"give each a heading in docs/reference/commands*.md: {missing}"


def _columns_table() -> dict[str, list[str]]:
    text = (DOCS / "reference" / "import-columns.md").read_text(encoding="utf-8")
    table = text.partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", table, re.MULTILINE)
    return {field: re.findall(r"`([^`]+)`", names) for field, names in rows}


def test_the_table_of_columns_has_every_field_in_order() -> None:
    assert list(_columns_table()) == list(columns.FIELDS)


@pytest.mark.parametrize("field", columns.FIELDS)
def test_the_table_of_columns_has_the_synonyms_the_import_takes(field: str) -> None:
    assert _columns_table()[field] == list(columns._SYNONYMS.get(field, ()))


@pytest.mark.parametrize("field", columns.FIELDS)
def test_every_synonym_in_the_table_finds_its_field(field: str) -> None:
    for synonym in _columns_table()[field]:
        header = [synonym] if field == "text" else ["text", synonym]
        assert columns.resolve(header).get(field) == synonym


def test_the_table_of_cleaning_rules_has_every_rule() -> None:
    text = (DOCS / "reference" / "cleaning.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (text|review|afterwards) \|", text, re.MULTILINE)
    assert dict(rows) == {rule.key: rule.kind.value for rule in RULES}
