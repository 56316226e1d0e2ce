"""`manage.py bench`: what it lists, what it refuses, what it prints."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.commands import CommandFailure


def _said(*words: str) -> str:
    out = StringIO()
    call_command("bench", *words, stdout=out)
    return out.getvalue()


def test_alone_it_lists_what_can_be_measured() -> None:
    names = [line.split()[0] for line in _said().splitlines()]
    assert {"faults", "ingest"} <= set(names)


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(CommandFailure, match=r"no benchmark 'speed'.*faults"):
        _said("speed")


def test_an_option_that_is_no_number_is_refused() -> None:
    with pytest.raises(CommandError, match="use 0 or more"):
        _said("ingest", "--rows", "many")


@pytest.mark.slow
def test_ingest_measures_every_way_in_and_leaves_the_callers_home_alone() -> None:
    [line] = _said("ingest", "--rows", "200", "--json").splitlines()
    found = json.loads(line)
    assert found["name"] == "ingest"
    figures = found["figures"]
    assert figures.pop("rows") == 200
    wanted = {"copy", "import", "import_redacted", "reimport", "bulk_create"}
    assert min(figures[f"{way}_rows_s"] for way in wanted) > 0
    assert figures["import_peak_mb"] >= figures["idle_mb"] > 0
