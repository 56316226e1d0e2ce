from __future__ import annotations

import io
import json
import math
import random
from typing import Any

import pytest
from django.core.management import call_command

from analytics.formulas import ppi
from analytics.management.commands.interval import read_rows
from common.commands import CommandFailure


def _reviews(chance: random.Random, n: int, weights: tuple[float, ...]) -> list[ppi.Row]:
    """Reviews with their true polarity in y, and what a biased model expects in f."""
    rows = []
    for _ in range(n):
        y = chance.choices((1, 0, -1), weights=weights)[0]
        f = min(1.0, max(-1.0, 0.7 * y + 0.3 + chance.gauss(0, 0.3)))
        rows.append(ppi.Row(f, float(y), None, None))
    return rows


def _label(chance: random.Random, rows: list[ppi.Row], labels: int, uneven: bool) -> list[ppi.Row]:
    """Keep the labels of a random draw; uneven: complaints are drawn three times as often."""
    base = labels / len(rows)
    out = []
    for row in rows:
        pi = min(1.0, base * (1.8 if row.f < 0 else 0.6)) if uneven else base
        drawn = chance.random() < pi
        out.append(ppi.Row(row.f, row.y if drawn else None, pi if uneven else None, row.cluster))
    return out


def _simulate(labels: int, weights: tuple[float, ...], uneven: bool, runs: int = 200) -> Any:
    chance = random.Random(labels + uneven)
    rows = _reviews(chance, 2500, weights)
    truth = sum(row.y or 0 for row in rows) / len(rows)
    hits, widths = 0, []
    for _ in range(runs):
        sample = _label(chance, rows, labels, uneven)
        found = ppi.estimate(sample)
        if found.low is None or found.high is None:
            continue
        hits += found.low <= truth <= found.high
        widths.append(found.high - found.low)
    return hits / len(widths), _plain_covers(rows, truth), sum(widths) / len(widths), rows


def _plain_covers(rows: list[ppi.Row], truth: float) -> bool:
    found = ppi.estimate([ppi.Row(row.f) for row in rows])
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("labels", [70, 200])
@pytest.mark.parametrize("weights", [(0.6, 0.2, 0.2), (0.12, 0.8, 0.08)])
def test_corrected_intervals_cover_the_truth_where_the_plain_one_does_not(
    labels: int, weights: tuple[float, ...], uneven: bool
) -> None:
    coverage, plain, _, _ = _simulate(labels, weights, uneven)
    assert 0.91 <= coverage <= 1
    assert not plain


def test_they_are_as_narrow_as_the_correlation_allows() -> None:
    labels = 200
    _, _, width, rows = _simulate(labels, (0.6, 0.2, 0.2), uneven=False, runs=60)
    n = len(rows)
    mean_y, mean_f = sum(row.y or 0 for row in rows) / n, sum(row.f for row in rows) / n
    var_y = sum(((row.y or 0) - mean_y) ** 2 for row in rows) / n
    var_f = sum((row.f - mean_f) ** 2 for row in rows) / n
    both = sum(((row.y or 0) - mean_y) * (row.f - mean_f) for row in rows) / n
    alone = 2 * 1.97 * math.sqrt(var_y / labels)
    theory = alone * math.sqrt(1 - both**2 / (var_f * var_y))
    assert width == pytest.approx(theory, rel=0.08)


def test_clusters_widen_the_interval_when_shoppers_repeat_themselves() -> None:
    chance = random.Random(3)
    rows = []
    for shopper in range(60):
        taste = chance.choice((1.0, -1.0))
        rows += [ppi.Row(0.2 * taste, taste, None, str(shopper)) for _ in range(5)]
    rows += [ppi.Row(chance.uniform(-0.2, 0.2)) for _ in range(500)]
    clustered = ppi.estimate(rows)
    alone = ppi.estimate([ppi.Row(row.f, row.y) for row in rows])
    assert clustered.estimate == alone.estimate
    assert clustered.low is not None
    assert alone.low is not None
    assert clustered.high is not None
    assert alone.high is not None
    assert clustered.high - clustered.low > 1.3 * (alone.high - alone.low)


def test_too_few_labels_or_too_few_that_say_something_give_no_number() -> None:
    rows = [ppi.Row(0.1)] * 500
    assert ppi.estimate([*rows, *[ppi.Row(0.1, 1.0)] * 49]).state == "too_few"
    quiet = [*rows, *[ppi.Row(0.1, 1.0)] * 9, *[ppi.Row(0.1, 0.0)] * 91]
    found = ppi.estimate(quiet)
    assert (found.state, found.estimate, found.labels, found.n) == ("too_few", None, 100, 600)


def test_without_labels_the_figure_says_that_it_is_not_corrected() -> None:
    found = ppi.estimate([ppi.Row(0.5)] * 20)
    assert (found.state, found.method, found.labels) == ("uncorrected", "plain", 0)
    assert found.estimate == 0.5
    assert found.low is not None
    assert found.low < 0.5


def test_a_perfect_model_still_leaves_the_doubt_that_the_labels_leave() -> None:
    rows = [ppi.Row(y, y) for y in (1.0, -1.0) * 30] + [ppi.Row(1.0)] * 300
    found = ppi.estimate(rows)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(2 * 3 / 60)


def _interval(monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]]) -> dict[str, Any]:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("interval", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_the_command_keeps_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled = [{"f": 0.4, "y": y, "pi": 0.1, "cluster": i} for i, y in enumerate([1, -1, 0] * 20)]
    found = _interval(monkeypatch, [*labelled, *[{"f": 0.4}] * 540])
    assert set(found) == {"estimate", "low", "high", "n", "labels", "method", "state"}
    assert (found["n"], found["labels"], found["state"]) == (600, 60, "corrected")
    assert found["low"] < found["estimate"] < found["high"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "line 2 is not JSON"),
        ("[1]", "line 2 is not a JSON object"),
        ('{"y": 1}', "line 2: f is missing"),
        ('{"f": 1.5}', "line 2: f must be between -1 and 1"),
        ('{"f": "high"}', "line 2: f is not a number"),
        ('{"f": 0, "y": 0.5}', "line 2: y must be -1, 0 or 1"),
        ('{"f": 0, "y": 1, "pi": 0}', "line 2: pi must be above 0"),
    ],
)
def test_a_bad_line_is_named(line: str, words: str) -> None:
    with pytest.raises(CommandFailure, match=words):
        read_rows(['{"f": 0.1}\n', line + "\n"])


def test_probabilities_for_some_labels_only_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"f": 0.1, "y": 1, "pi": 0.5}] * 40 + [{"f": 0.1, "y": -1}] * 40
    with pytest.raises(CommandFailure, match="for all labelled rows or for none"):
        _interval(monkeypatch, lines)
