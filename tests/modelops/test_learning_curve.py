"""Whether more labels help: what is measured, what is foretold of it, and who is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from annotation.models import AuditRate, BatchItem
from annotation.services.audit import audit_batch
from annotation.services.questions import questions_seed
from common.models import Job
from common.runner import run_job
from modelops.curve_words import question_curves
from modelops.labelled import LabelledRow
from modelops.ml import learning_curve as measuring
from modelops.ml import power_law
from modelops.ml.forecast import Labelled, forecast, verdict
from modelops.models import LearningCurve, Snapshot, TrainingRun
from modelops.selectors.curves import curve_rows, versions_scored
from modelops.selectors.questions import question_specs
from modelops.services import curves
from modelops.services.curves import curve_start
from modelops.services.snapshots import snapshot_create
from reviews.models import TextRevision
from tests.analytics import factories

from .conftest import Store
from .test_labelled_rows import answer

SIZES = [40, 60, 90, 135, 200, 300, 450]
_GOOD, _BAD = "满意喜欢推荐漂亮结实安静省心", "失望难用退货漏水破损吵闹后悔"


def test_a_power_law_that_is_there_is_found_and_foretells() -> None:
    n = np.array(SIZES, float)
    truth = 0.8 - 2.0 * n**-0.5
    law = power_law.fit(SIZES, np.stack([truth, truth + 0.01, truth - 0.01]))
    gain, low, high = law.between(450, 900)
    assert gain == pytest.approx(2.0 * (450**-0.5 - 900**-0.5), abs=0.003)
    assert low <= gain <= high
    assert law.value(450)[0] == pytest.approx(truth[-1], abs=0.005)


def test_a_curve_that_falls_or_reaches_one_stays_within_its_bounds() -> None:
    falling = np.linspace(0.7, 0.6, len(SIZES))
    steep = np.linspace(0.2, 0.99, len(SIZES))
    law = power_law.fit(SIZES, np.stack([falling, steep]))
    assert law.at(900)[0] == pytest.approx(law.at(450)[0]), "more labels never make it worse"
    assert law.at(1e9)[1] <= 1.0


def _learnable(rows: int, choices: int, noise: float, seed: int = 1) -> Labelled:
    """Texts in 40 dimensions of which a few tell the choice; more labels find them better."""
    dice = np.random.default_rng(seed)
    labels = np.arange(rows) % choices
    features = dice.normal(size=(rows, 40)) * noise
    features[np.arange(rows), labels] += 1.0
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    langs = ["zh" if at % 2 else "en" for at in range(rows)]
    none = np.zeros(rows, bool)
    return Labelled(features, labels, list(range(rows)), langs, none, choices, 0.7)


def test_where_labels_help_it_says_so_and_where_they_do_not_it_says_that() -> None:
    rising = forecast(_learnable(240, 3, 0.8), [100, 5000], repeats=3)
    assert rising["points"][0]["value"] < rising["points"][-1]["value"]
    assert [one["more"] for one in rising["forecasts"]] == [100], "5,000 lies too far off"
    assert verdict(rising["forecasts"], 200)[0] in {"helps", "unclear"}
    flat = forecast(_learnable(240, 3, 0.1), [100], repeats=3)
    assert flat["points"][-1]["value"] > 0.95
    assert verdict(flat["forecasts"], 200)[0] == "hardly"
    assert set(flat["languages"]) == {"en", "zh"}


def test_the_verdict_weighs_what_is_wanted_and_what_it_would_take() -> None:
    def one(more: int, gain: float, low: float, high: float) -> dict[str, float]:
        return {"more": more, "gain": gain, "low": low, "high": high}

    little, much = one(200, 0.004, 0.002, 0.006), one(1000, 0.02, 0.01, 0.03)
    assert verdict([one(200, 0.02, 0.008, 0.03), much], 200)[0] == "helps"
    assert verdict([much, little], 200) == ("slowly", much)
    assert verdict([little, one(1000, 0.006, 0.002, 0.009)], 200)[0] == "hardly"
    far, wide = one(1000, 0.012, 0.001, 0.04), one(200, 0.008, 0.001, 0.02)
    assert verdict([little, far], 200) == ("unclear", far), "of 200 it is clear"
    assert verdict([wide, far], 200) == ("unclear", wide)
    assert verdict([one(500, 0.02, 0.01, 0.03)], 200) == ("too_few", None)


def test_a_row_is_never_judged_by_a_model_that_learned_from_its_like() -> None:
    # Twins with random labels: only who learns from a twin can know.
    dice = np.random.default_rng(4)
    single = dice.normal(size=(150, 400))
    single /= np.linalg.norm(single, axis=1, keepdims=True)
    said = dice.integers(0, 2, 150)
    features, labels = np.repeat(single, 2, axis=0), np.repeat(said, 2)
    none = np.zeros(300, bool)
    pairs = np.repeat(np.arange(150), 2).tolist()
    apart = measuring.judged(features, labels, pairs, none, 2, repeats=2)
    cheating = measuring.judged(features, labels, list(range(300)), none, 2, repeats=2)
    held = [float((one.guess[-1] == one.gold).mean()) for one in (apart, cheating)]
    assert held[0] < 0.65 < 0.8 < held[1]


def test_with_enough_dev_rows_nothing_is_learned_from_them() -> None:
    data = _learnable(900, 3, 0.5)
    is_dev = np.arange(900) < 400
    found = measuring.judged(data.features, data.labels, data.groups, is_dev, 3, repeats=1)
    assert (found.how, found.sizes[-1]) == ("dev", 500)
    assert found.rows.tolist() == list(range(400))


@pytest.mark.parametrize("labels", [[0] * 300, [0] * 295 + [1] * 5, [0, 1] * 30])
def test_too_few_labels_or_answers_are_no_curve(labels: list[int]) -> None:
    data = Labelled(
        np.random.default_rng(2).normal(size=(len(labels), 5)),
        np.array(labels),
        list(range(len(labels))),
        ["zh"] * len(labels),
        np.zeros(len(labels), bool),
        2,
        0.7,
    )
    assert forecast(data, [100])["verdict"] == "too_few"


# What follows runs as a team does it.


@pytest.fixture
def words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where no base model is installed."""
    from modelops.ml.errors import BaseModelUnavailable

    def missing(*args: Any, **more: Any) -> None:
        raise BaseModelUnavailable("not installed")

    monkeypatch.setattr("modelops.ml.label_errors.base_vectors", missing)


def texts(count: int) -> list[str]:
    dice = np.random.default_rng(8)
    out = []
    for at in range(count):
        words = _GOOD if at % 2 else _BAD
        out.append("".join(dice.choice(list(words + "的了我买杯锅灯"), 14)) + str(at))
    return out


@pytest.fixture
def labelled(cast: SimpleNamespace, store_reviews: Store) -> Sequence[TextRevision]:
    AuditRate.objects.update(rate=0)
    questions_seed()
    revisions = store_reviews(texts(220), products=44)
    for at, revision in enumerate(revisions):
        answer(revision, cast.ann, "positive" if at % 2 else "negative")
    return revisions


def looked(actor: Any = None) -> LearningCurve:
    done = run_job(curve_start(actor=actor).pk)
    assert done is not None
    assert done.state == "succeeded", done.error
    return LearningCurve.objects.get(pk=done.result["curve"])


@pytest.mark.django_db
def test_a_look_at_the_labels_keeps_what_it_found(
    cast: SimpleNamespace, labelled: Sequence[TextRevision], words_alone: None
) -> None:
    curve = looked(cast.max)
    snapshot = Snapshot.objects.get()
    assert curve.snapshot_hash == snapshot.content_hash
    found = curve.content["questions"]["sentiment"]
    held_back = snapshot.counts["test"]
    assert held_back > 0
    assert found["labels"] == curve.content["rows"] == 220 - held_back
    assert found["learned"] == snapshot.counts["train"]
    assert curve.content["by"] == "words"
    assert found["points"][-1]["value"] > found["points"][0]["value"] - 0.05
    [told] = question_curves(curve.content)
    assert told.told.verdict in {"helps", "slowly", "hardly", "unclear"}
    assert "labelled reviews" in told.told.sentence


@pytest.mark.django_db
def test_audit_reviews_are_not_in_it_even_when_they_came_later_than_the_snapshot(
    cast: SimpleNamespace, labelled: Sequence[TextRevision], words_alone: None
) -> None:
    curve = looked()
    assert curve.snapshot is not None
    before = len(curve_rows(curve.snapshot))
    learned = curve.snapshot.items.filter(split="train").values_list("revision", flat=True)[:7]
    for revision in TextRevision.objects.filter(pk__in=list(learned)):
        BatchItem.objects.create(
            batch=audit_batch(), review_id=revision.review_id, inclusion_probability=0.1
        )
    assert len(curve_rows(curve.snapshot)) == before - 7


@pytest.mark.django_db
def test_only_versions_like_the_champion_stand_beside_it(
    cast: SimpleNamespace, labelled: Sequence[TextRevision]
) -> None:
    [spec] = question_specs(["sentiment"])
    rows = [
        LabelledRow(f"水壶{at}很好", "zh", {"sentiment": "positive"}, split="train")
        for at in range(9)
    ]

    def version(name: str, origin: str, choices: Sequence[str]) -> None:
        snapshot = snapshot_create(
            actor=None, rows=rows[: len(name)], questions=["sentiment"], name=name, origin=origin
        )
        made = factories.model_version(name, "candidate")
        made.run = TrainingRun.objects.create(snapshot=snapshot, base="e5-small")
        made.name, made.number = "shop", len(name)
        scores = {"n": 50, "macro_f1": 0.6, "per_label": {key: {} for key in choices}}
        made.metrics = {"dev": {"sentiment": scores}}
        made.save()

    version("a", "annotations", spec.choices)
    version("bb", "file", spec.choices)
    version("ccc", "annotations", ["positive", "negative"])
    version("dddd", "annotations", spec.choices)
    found = versions_scored(spec)
    assert [(one["model"], one["n"]) for one in found] == [("shop-1", 1), ("shop-4", 4)]


@pytest.mark.django_db
def test_one_look_at_a_time_and_the_newest_are_kept(
    cast: SimpleNamespace,
    labelled: Sequence[TextRevision],
    words_alone: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert curve_start(actor=None) == curve_start(actor=cast.max)
    monkeypatch.setattr(curves, "KEPT", 2)
    made = [looked().pk for _ in range(3)]
    assert set(LearningCurve.objects.values_list("pk", flat=True)) == set(made[1:])


@pytest.mark.django_db
def test_the_page_tells_every_state_and_only_engineers_may_ask(
    cast: SimpleNamespace, words_alone: None, store_reviews: Store
) -> None:
    AuditRate.objects.update(rate=0)
    questions_seed()
    max_, ann = Client(), Client()
    for client, person in ((max_, cast.max), (ann, cast.ann)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page, ask = reverse("models"), reverse("learning-curve")

    def shown(client: Client = max_) -> str:
        return client.get(page).content.decode()

    assert "Find out" in shown()
    assert ask not in shown(ann)
    assert ann.post(ask).status_code == 403
    assert max_.get(reverse("learning-curve-csv")).status_code == 404
    assert max_.post(ask).status_code == 302
    assert "See how far it is" in shown()
    # A job's page is for who began it: nobody else is led to one that they cannot open.
    assert "being worked out" in shown(ann)
    assert "See how far it is" not in shown(ann)
    Job.objects.update(actor=None)  # as active learning begins it
    assert "See how far it is" not in shown()
    assert max_.post(ask)["Location"] == page
    run_job(Job.objects.get(kind="learning_curve").pk)
    assert "There is no labelled text that may be learned from" in shown()
    for at, revision in enumerate(store_reviews(texts(30), products=30)):
        answer(revision, cast.ann, "positive" if at % 2 else "negative")
    looked()
    assert "Too few labels to say" in shown()
    for at, revision in enumerate(store_reviews(texts(220)[30:], products=44)):
        answer(revision, cast.ann, "positive" if at % 2 else "negative")
    looked()
    assert "The same as a table" in shown(ann)
    assert "data-curve" in shown(ann)
    rows = b"".join(max_.get(reverse("learning-curve-csv"))).decode().splitlines()  # type: ignore[arg-type]
    assert rows[0].lstrip("\ufeff").startswith("question,what,labels,score,low,high")
    assert sum("measured" in row for row in rows) == measuring.POINTS


@pytest.mark.django_db
def test_the_command_says_the_same_as_json(
    cast: SimpleNamespace,
    labelled: Sequence[TextRevision],
    words_alone: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # In this process: what the test stored is not committed.
    monkeypatch.setattr(
        "modelops.management.commands.learning_curve.run_and_wait",
        lambda job, told: run_job(job.pk),
    )
    call_command("learning_curve", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["snapshot"] == Snapshot.objects.get().content_hash
    assert told["questions"]["sentiment"]["verdict"] in {"helps", "slowly", "hardly", "unclear"}
    assert told["questions"]["sentiment"]["says"]
