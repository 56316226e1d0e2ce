from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modelops.ml.errors import NotEnoughData, TrainingCancelled
from modelops.ml.session import Session
from modelops.ml.spec import Example
from modelops.ml.training import TrainResult, train_encoder

from . import tiny

SPLITS = (tiny.reviews(200, 1), tiny.reviews(60, 2), None, tiny.QUESTIONS)


def test_a_tiny_model_learns_its_questions_and_mentions(trained: TrainResult) -> None:
    assert trained.metrics["test"]["sentiment"]["macro_f1"] > 0.9
    assert trained.metrics["test"]["product_demand"]["macro_f1"] > 0.8
    assert trained.metrics["test"]["mentions"]["exact_f1"] > 0.7


def test_every_baseline_of_the_contract_is_scored(trained: TrainResult) -> None:
    assert {"majority", "lexicon", "tfidf_lr"} <= set(trained.baselines)
    assert {check.language for check in trained.verdict.checks} == {"en", "zh"}


def test_the_result_is_json(trained: TrainResult) -> None:
    assert json.loads(json.dumps(trained.to_dict()))["verdict"]["checks"]


def test_the_card_tells_data_scores_base_and_hashes(trained: TrainResult) -> None:
    card = (trained.artefact / "card.md").read_text("utf-8")
    assert trained.hashes["model.onnx"] in card
    assert "| product_demand | zh | this model, test |" in card
    assert "licence of the base model" in card


def test_the_same_seed_gives_the_same_answers(
    trained: TrainResult, tiny_base: Path, tmp_path: Path
) -> None:
    again = train_encoder(
        *SPLITS, tiny.QUICK, tmp_path / "m", base=str(tiny_base), cache_dir=tmp_path
    )
    texts = [example.text for example in tiny.reviews(20, 5)]
    first, second = Session(trained.artefact).logits(texts), Session(again.artefact).logits(texts)
    for key in first:
        np.testing.assert_allclose(first[key], second[key], atol=1e-4)


def test_rows_without_an_answer_or_mentions_are_no_loss(tiny_base: Path, tmp_path: Path) -> None:
    part = [
        replace(e, answers={"sentiment": e.answers["sentiment"]}, mentions=None)
        if at % 3
        else replace(e, answers=dict(e.answers) | {"sentiment": None})
        for at, e in enumerate(tiny.reviews(240, 1))
    ]
    result = train_encoder(
        part,
        *SPLITS[1:],
        replace(tiny.QUICK, epochs=10),
        tmp_path / "m",
        base=str(tiny_base),
        cache_dir=tmp_path,
    )
    assert result.metrics["dev"]["sentiment"]["macro_f1"] > 0.8


def test_a_progress_callback_can_cancel_and_nothing_is_written(
    tiny_base: Path, tmp_path: Path
) -> None:
    def cancel(step: int, total: int, found: dict[str, float]) -> None:
        assert 0 < step <= total
        if step == 5:
            raise TrainingCancelled("enough")

    with pytest.raises(TrainingCancelled):
        train_encoder(
            *SPLITS,
            tiny.QUICK,
            tmp_path / "m",
            base=str(tiny_base),
            cache_dir=tmp_path / "cache",
            progress=cancel,
        )
    assert not list(tmp_path.glob("*m*"))


KILLED = """
import os, signal, sys
from pathlib import Path
from modelops.ml.training import train_encoder
from tests.modelops.ml import tiny
from dataclasses import replace

base, home = sys.argv[1], Path(sys.argv[2])

def stop(step, total, found):
    if step == 30:
        os.kill(os.getpid(), signal.SIGKILL)

train_encoder(
    tiny.reviews(200, 1), tiny.reviews(60, 2), None, tiny.QUESTIONS,
    replace(tiny.QUICK, checkpoint_steps=7), home / "m",
    base=base, cache_dir=home / "cache", checkpoint_dir=home / "ck", progress=stop,
)
"""


def test_a_killed_run_continues_and_ends_like_one_that_was_not(
    trained: TrainResult, tiny_base: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tiny_base), str(tmp_path)], cwd=Path.cwd(), check=False
    )
    assert done.returncode == -9
    assert (tmp_path / "ck" / "checkpoint.pt").is_file()
    assert not (tmp_path / "m").exists()
    steps: list[int] = []
    result = train_encoder(
        *SPLITS,
        replace(tiny.QUICK, checkpoint_steps=7),
        tmp_path / "m",
        base=str(tiny_base),
        cache_dir=tmp_path / "cache",
        checkpoint_dir=tmp_path / "ck",
        progress=lambda step, total, found: steps.append(step),
    )
    assert steps[0] == 29  # the last checkpoint was after step 28
    assert result.fit["epochs"] == tiny.QUICK.epochs
    assert not (tmp_path / "ck" / "checkpoint.pt").exists()
    texts = [example.text for example in tiny.reviews(20, 5)]
    whole, mended = Session(trained.artefact).logits(texts), Session(result.artefact).logits(texts)
    for key in whole:
        np.testing.assert_allclose(whole[key], mended[key], atol=1e-3)


def test_a_checkpoint_of_other_data_is_not_continued(tiny_base: Path, tmp_path: Path) -> None:
    def stop(step: int, total: int, found: dict[str, float]) -> None:
        if "dev_macro_f1" in found:
            raise TrainingCancelled("after one epoch")

    options = {"base": str(tiny_base), "cache_dir": tmp_path, "checkpoint_dir": tmp_path / "ck"}
    with pytest.raises(TrainingCancelled):
        train_encoder(*SPLITS, tiny.QUICK, tmp_path / "m", progress=stop, **options)
    steps: list[int] = []
    with pytest.raises(TrainingCancelled):
        train_encoder(
            tiny.reviews(150, 8),
            *SPLITS[1:],
            tiny.QUICK,
            tmp_path / "m",
            progress=lambda step, total, found: (steps.append(step), stop(step, total, found))[1],
            **options,
        )
    assert steps[0] == 1


def test_a_token_budget_cuts_epochs(tiny_base: Path, tmp_path: Path) -> None:
    config = replace(tiny.QUICK, token_budget=9_000)
    result = train_encoder(*SPLITS, config, tmp_path / "m", base=str(tiny_base), cache_dir=tmp_path)
    assert 1 <= result.fit["epochs"] < tiny.QUICK.epochs


def test_one_choice_only_is_refused_with_what_to_do(tiny_base: Path, tmp_path: Path) -> None:
    flat = [Example(str(at), f"text {at}", "en", {"sentiment": "positive"}) for at in range(50)]
    with pytest.raises(NotEnoughData, match="Label more"):
        train_encoder(
            flat,
            SPLITS[1],
            None,
            (tiny.MOOD,),
            tiny.QUICK,
            tmp_path / "m",
            base=str(tiny_base),
            cache_dir=tmp_path,
        )


def test_a_text_in_both_splits_is_refused(tiny_base: Path, tmp_path: Path) -> None:
    rows = tiny.reviews(60, 1)
    with pytest.raises(ValueError, match="in train and in dev"):
        train_encoder(
            rows,
            rows[:20],
            None,
            tiny.QUESTIONS,
            tiny.QUICK,
            tmp_path / "m",
            base=str(tiny_base),
            cache_dir=tmp_path,
        )


def test_int8_is_judged_and_the_verdict_is_kept(tiny_base: Path, tmp_path: Path) -> None:
    result = train_encoder(
        *SPLITS,
        replace(tiny.QUICK, epochs=3, int8=True),
        tmp_path / "m",
        base=str(tiny_base),
        cache_dir=tmp_path,
    )
    manifest = json.loads((result.artefact / "model.json").read_text("utf-8"))
    assert manifest["precision"] == ("int8" if manifest["int8"]["accepted"] else "fp32")
    assert not (result.artefact / "fp32.onnx").exists()
    assert Session(result.artefact).predict(["love it"])


def test_kept_torch_weights_are_a_base_model(tiny_base: Path, tmp_path: Path) -> None:
    options = {"cache_dir": tmp_path / "cache"}
    config = replace(tiny.QUICK, epochs=1, keep_torch=True)
    first = train_encoder(*SPLITS, config, tmp_path / "m", base=str(tiny_base), **options)
    again = train_encoder(
        *SPLITS, config, tmp_path / "n", base=str(first.artefact / "torch"), **options
    )
    assert again.base["origin"].startswith("fine-tuned from")
