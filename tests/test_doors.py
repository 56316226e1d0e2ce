"""Reviews are reached by saying what for: `reviews_for` and `revisions_for` are the only doors.

What goes past them stands below with its reason. Whoever adds to the list must be able to say why
the purpose does not matter there, or which door the rows came through.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("platform", "annotation", "modelops", "analytics")

UPKEEP = "keeps the rows themselves; nobody uses what they say"
GIVEN = "narrows or describes rows that came through a door"
RIGHTS = "the rights of the person it is about, whatever was granted"
PROTECTS = "protects what is kept, whatever it may be used for"
OLD = "goes because it is too old, whatever was granted"

PAST_THE_DOORS = {
    "analytics/selectors/raw.py::left_out": GIVEN,
    "analytics/selectors/raw.py": GIVEN,
    "analytics/selectors/behind.py::reviews_behind": GIVEN,
    "analytics/services/marking.py": UPKEEP,
    "analytics/views/reviews.py::review": GIVEN,
    "modelops/services/ledger.py::work_add_missing": UPKEEP,
    "modelops/services/snapshots.py::_items_create": "writes what came through a door",
    "modelops/selectors/models.py::labels_are_synthetic": "asks where labels came from",
    "modelops/selectors/models.py::learned_revisions": "ids only, so as not to count them",
    "modelops/personal_data.py": "names the tables that an erasure empties",
    "modelops/services/erased.py": RIGHTS,
    "modelops/services/people.py": RIGHTS,
    "platform/reviews/management/commands/open_original.py": "the officer, with a reason",
    "platform/reviews/personal_data.py": "names the tables that an erasure empties",
    "platform/reviews/services/erasing.py": RIGHTS,
    "platform/reviews/services/expiring.py": OLD,
    "platform/reviews/jobs.py::_source_purposes": "says what the purposes are",
    "platform/reviews/services/keys_unused.py::keys_drop": UPKEEP,
    "platform/reviews/services/lapsing.py": "finds what no purpose sees any more",
    "platform/reviews/services/originals.py": UPKEEP,
    "platform/reviews/services/people.py": RIGHTS,
    "platform/reviews/services/following.py": UPKEEP,
    "platform/reviews/services/purposes.py": "says what the purposes are",
    "platform/reviews/services/removing.py": RIGHTS,
    "platform/reviews/services/revising.py": UPKEEP,
    "platform/reviews/services/wishes.py": UPKEEP,
    "platform/reviews/selectors/access.py::reviews_for": "the door",
    "platform/reviews/selectors/access.py::revisions_for": "the door",
    "platform/reviews/selectors/listing.py::with_current_text": GIVEN,
    "platform/reviews/services/catalogue.py::products_store": UPKEEP,
    "platform/reviews/services/deleting.py::review_delete": RIGHTS,
    "platform/reviews/services/deleting.py::reviews_bury": RIGHTS,
    "platform/reviews/services/staging.py": UPKEEP,
    "platform/reviews/services/comparing.py::known_of": UPKEEP,
    "annotation/services/answering.py::_shown": GIVEN,
    "annotation/services/gold.py::gold_remap": UPKEEP,
    "annotation/services/label_studio/applying.py::_revision": GIVEN,
    "annotation/services/label_studio/sending.py::_adopt": "finds what came through a door again",
    "annotation/services/label_studio/settling.py::_check_text": GIVEN,
    "annotation/services/settled_remap.py::_mentions_remap": UPKEEP,
    "annotation/services/remapping.py::redacted_since": GIVEN,
    "annotation/services/reporting.py::_seen": GIVEN,
    "annotation/services/remapping.py::_mentions_remap": UPKEEP,
    "annotation/services/remapping.py::_open_look": UPKEEP,
    "modelops/services/embeddings.py::_windows": UPKEEP,
    "platform/reviews/redaction_jobs.py": PROTECTS,
    "platform/reviews/selectors/listing.py::page_of": GIVEN,
    "platform/reviews/selectors/quality.py::_counts": GIVEN,
    "platform/reviews/selectors/reviewing.py": PROTECTS,
    "platform/reviews/selectors/searching.py": GIVEN,
    "platform/reviews/services/bursts.py": UPKEEP,
    "platform/reviews/services/correcting.py": RIGHTS,
    "platform/reviews/services/doubts.py": PROTECTS,
    "platform/reviews/services/duplicates.py": UPKEEP,
    "platform/reviews/services/redacting_stored.py": PROTECTS,
    "platform/reviews/services/restoring.py": PROTECTS,
    "platform/reviews/services/storing.py": UPKEEP,
    "platform/reviews/services/tails.py": PROTECTS,
    "platform/reviews/services/upgrading.py": PROTECTS,
    "platform/reviews/views/policies.py::_stored": PROTECTS,
}

_MODELS = {"Review", "TextRevision", "SnapshotItem"}
_MANAGERS = {"objects", "_default_manager", "_base_manager", "_meta"}
_RELATED = {"reviews", "revisions"}
_QUERIES = {
    *("all", "filter", "exclude", "values", "values_list", "count", "exists", "first", "last"),
    *("get", "iterator", "aggregate", "annotate", "order_by", "update", "delete", "create"),
}
_TABLES = re.compile(r"\breviews_(review|textrevision)\b|\bmodelops_snapshotitem\b")
_TEXT = re.compile(r"revisions?__text$")
_DOORS = {"reviews_for", "revisions_for"}


def _named(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _asks(node: ast.AST) -> bool:
    """Whether `node` reaches for reviews, texts or copies of texts."""
    match node:
        case ast.Attribute(value=whose, attr=attr) if attr in _MANAGERS:
            return _named(whose) in _MODELS
        case ast.Attribute(value=ast.Attribute(attr=related), attr=query):
            return related in _RELATED and query in _QUERIES
        case ast.Call(func=func):
            return _named(func) == "get_model"
        case ast.alias(name=name, asname=str()):
            return name in _MODELS
        case ast.Constant(value=str(text)):
            return bool(_TABLES.search(text))
    return False


def _reads_text(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return bool(_TEXT.search(text))
    return False


def _places(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the function it stands in; docstrings are passed over."""

    def walk(node: ast.AST, inside: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            name = inside or (child.name if is_function else "")
            yield name, child
            yield from walk(child, name)

    return walk(tree, "")


def past_the_doors(source: str, path: str) -> set[str]:
    found, texts, doors = set(), set(), set()
    for function, node in _places(ast.parse(source)):
        place = f"{path}::{function}" if function else path
        if _asks(node):
            found.add(place)
        if _reads_text(node):
            texts.add(place)
        if isinstance(node, ast.Call) and _named(node.func) in _DOORS:
            doors.add(place)
    return found | (texts - doors)


def _everywhere() -> set[str]:
    found = set()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            relative = str(path.relative_to(ROOT))
            if "migrations" in path.parts or "/models/" in relative:
                continue
            found |= past_the_doors(path.read_text(encoding="utf-8"), relative)
    return found


def _allowed(place: str) -> bool:
    # A line without a function is about the whole file.
    return place in PAST_THE_DOORS or place.partition("::")[0] in PAST_THE_DOORS


def test_nothing_goes_past_the_doors() -> None:
    new = sorted(place for place in _everywhere() if not _allowed(place))
    assert not new, f"ask reviews_for(purpose, stores) or revisions_for(purpose, stores): {new}"


def test_the_list_names_nothing_that_is_gone() -> None:
    found = _everywhere()
    files = {place.partition("::")[0] for place in found}
    assert sorted(set(PAST_THE_DOORS) - found - files) == []


@pytest.mark.parametrize(
    "line",
    [
        "Review.objects.filter(pk=1)",
        "models.TextRevision._default_manager.all()",
        "store.reviews.filter(stars=5)",
        "review.revisions.all()",
        "apps.get_model('reviews', 'Review')",
        "cursor.execute('select text from reviews_textrevision')",
        "Annotation.objects.values_list('revision__text')",
        "SnapshotItem.objects.all()",
        "from reviews.models import Review as R",
    ],
)
def test_a_way_past_the_doors_is_noticed(line: str) -> None:
    source = f"def peep():\n    {line}\n"
    assert past_the_doors(source, "a.py") == {"a.py::peep"}


def test_a_door_is_no_way_past_it() -> None:
    source = "def look():\n    return page.reviews, reviews_for(Purpose.TRAIN, stores)\n"
    assert past_the_doors(source, "a.py") == set()
