from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.modelops.ml import tiny

from .site import answer, manage

pytestmark = pytest.mark.slow

NAME = "cli"


def labelled(path: Path, count: int, seed: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "lang"])
        for example in tiny.reviews(count, seed):
            writer.writerow([example.id, example.text, example.answers["sentiment"], example.lang])
    return path


@pytest.fixture(scope="module")
def data(services: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return labelled(tmp_path_factory.mktemp("data") / "train.csv", 200, 21)


@pytest.fixture(scope="module")
def options(data: Path, base: Path) -> list[str]:
    knobs = {"epochs": 4, "lr": 3e-3, "head_lr": 1e-2, "frozen_layers": 1, "batch_size": 8}
    pairs = [word for key, value in knobs.items() for word in ("--set", f"{key}={value}")]
    return ["train", "--questions", "sentiment", "--data", str(data), "--base", str(base), *pairs]


@pytest.fixture(scope="module")
def trained(options: list[str]) -> dict[str, Any]:
    return answer(*options, "--name", NAME, "--promote")


def test_train_prints_the_version_its_dev_scores_and_the_baselines(trained: dict[str, Any]) -> None:
    assert trained["model"] == f"{NAME}-1"
    assert {"majority", "lexicon", "tfidf_lr"} <= set(trained["baselines"])
    assert trained["counts"]["train"] + trained["counts"]["dev"] == 200
    assert trained["dev"]["sentiment"]["n"] == trained["counts"]["dev"]
    assert trained["promoted"] == trained["passed"]


def test_evaluate_prints_the_contract(trained: dict[str, Any], tmp_path: Path) -> None:
    held = labelled(tmp_path / "held.csv", 60, 22)
    found = answer("evaluate", "sentiment", "--data", str(held), "--model", f"{NAME}-1")
    assert (found["question"], found["model"], found["n"]) == ("sentiment", f"{NAME}-1", 60)
    assert found["accuracy"] > found["baselines"]["majority"]["accuracy"]
    assert set(found["per_label"]) == {"positive", "neutral", "negative"}
    assert 0 <= found["ece"] <= 1
    assert {"majority", "lexicon", "tfidf_lr"} <= set(found["baselines"])


def test_evaluate_refuses_what_the_model_does_not_answer(
    trained: dict[str, Any], data: Path
) -> None:
    done = manage("evaluate", "product_demand", "--data", str(data), "--model", f"{NAME}-1")
    assert done.returncode == 1
    assert "does not answer 'product_demand'; it answers sentiment" in done.stderr
    assert done.stdout == ""


def test_predict_answers_the_good_lines_and_tells_the_bad_ones(trained: dict[str, Any]) -> None:
    lines = [
        json.dumps({"id": "a", "text": "很好喜欢 请加盖子 电话13812345678"}),
        '{"id": "b", "text": ',
        "",
        json.dumps({"id": 3, "text": "awful junk has lid"}),
        json.dumps({"id": "d"}),
    ]
    done = manage("predict", "--model", f"{NAME}-1", stdin="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in found] == ["a", 3]
    for one in found:
        said = one["answers"]["sentiment"]
        assert sum(said["probabilities"].values()) == pytest.approx(1, abs=1e-4)
        assert said["label"] == max(said["probabilities"], key=said["probabilities"].__getitem__)
    assert done.returncode == 1
    assert "line 2: not JSON" in done.stderr
    assert "line 5: `text` is missing" in done.stderr
    assert "138" not in done.stdout + done.stderr


def test_models_lists_what_was_trained(trained: dict[str, Any]) -> None:
    [found] = [one for one in answer("models")["models"] if one["model"] == f"{NAME}-1"]
    assert found["questions"] == ["sentiment"]
    assert found["passed"] == trained["passed"]
    assert found["macro_f1"]["sentiment"] == trained["dev"]["sentiment"]["macro_f1"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "--questions", "mood"], "There is no question 'mood'; the questions are"),
        (["train", "--data", "/nowhere.csv"], "nowhere.csv cannot be opened"),
        (["train", "--set", "epochs"], "is not OPTION=VALUE"),
        (["predict", "--model", "nobody-1"], "There is no model 'nobody-1'"),
    ],
)
def test_bad_input_is_one_clear_line(services: None, words: list[str], message: str) -> None:
    done = manage(*words)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
