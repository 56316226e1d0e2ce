from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from modelops.ml.encoder import export
from modelops.ml.encoder.model import Network, load_backbone
from modelops.ml.session import Session
from modelops.ml.spec import MentionSpec, TrainConfig
from modelops.ml.training import train_encoder

from . import tiny
from .test_resolve import needs_wheels


@pytest.mark.parametrize("shape", [(1, 3), (5, 17)])
def test_the_graph_answers_as_the_network_for_any_shape(
    tiny_base: Path, tmp_path: Path, shape: tuple[int, int]
) -> None:
    network = Network(load_backbone(tiny_base, 0.0), tiny.QUESTIONS, MentionSpec(), 0.1).eval()
    export.to_onnx(network, tmp_path / "m.onnx")
    ids = torch.randint(4, 30, shape)
    mask = torch.ones_like(ids)
    mask[0, shape[1] // 2 :] = 0
    graph = ort.InferenceSession(str(tmp_path / "m.onnx"))
    names = [output.name for output in graph.get_outputs()]
    found = graph.run(names, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
    with torch.no_grad():
        wanted = network(ids, mask)
    assert set(names) == set(wanted)
    for name, value in zip(names, found, strict=True):
        np.testing.assert_allclose(value, wanted[name].numpy(), atol=1e-4)


def test_4_bit_embeddings_are_packed_without_loss() -> None:
    scales = torch.rand(50, 2, 1)
    quants = torch.randint(-8, 8, (50, 2, 32))
    quants[:, :, 0] = -8
    weight = (quants * scales).reshape(50, 64)
    packed = export.pack(weight)
    assert packed is not None
    ids = torch.arange(50).reshape(5, 10)
    torch.testing.assert_close(packed(ids), weight[ids], rtol=0, atol=1e-6)


def test_other_embeddings_stay_as_they_are() -> None:
    assert export.pack(torch.randn(50, 64)) is None
    assert export.pack(torch.randn(50, 30)) is None


def test_int8_is_refused_when_it_changes_answers() -> None:
    gold = {"q": np.array([0, 1] * 50)}
    full = {"q": np.eye(2, dtype=np.float32)[gold["q"]]}
    assert export.compare(gold, full, full).accepted
    flipped = {"q": full["q"].copy()}
    flipped["q"][:3] = flipped["q"][:3, ::-1]
    verdict = export.compare(gold, full, flipped)
    assert not verdict.accepted
    assert verdict.agreement == pytest.approx(0.97)


@needs_wheels
def test_real_weights_learn_from_a_few_reviews(tmp_path: Path) -> None:
    def english(count: int, seed: int) -> list:
        return [example for example in tiny.reviews(count, seed) if example.lang == "en"]

    config = TrainConfig(epochs=3, token_budget=None, max_len=24, batch_size=8, lr=2e-4)
    result = train_encoder(
        english(120, 1),
        english(30, 2),
        None,
        (tiny.MOOD,),
        config,
        tmp_path / "m",
        base="minilm",
        cache_dir=tmp_path,
        mention_spec=MentionSpec(),
    )
    assert result.metrics["dev"]["sentiment"]["macro_f1"] > 0.9
    answers = Session(result.artefact).predict(["Love it, works great.", "Awful junk, broke."])
    assert [a.answers["sentiment"].label for a in answers] == ["positive", "negative"]
