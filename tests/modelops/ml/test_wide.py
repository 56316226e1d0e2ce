from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from modelops.ml.encoder import data, export, wide
from modelops.ml.encoder.model import Network, load_backbone
from modelops.ml.spec import QuestionSpec
from modelops.ml.tokens import Encoded, TextTokenizer, characters

from . import tiny


def fitted(base: Path) -> tuple[wide.Wide, dict[str, float], data.Rows]:
    tokenizer = TextTokenizer(base / "tokenizer.json", "", 48, 0)
    train = data.build(tiny.reviews(200, 1), tiny.QUESTIONS, None, tokenizer)
    dev = data.build(tiny.reviews(60, 2), tiny.QUESTIONS, None, tokenizer)
    silent = {q.key: np.zeros((60, len(q.choices)), np.float32) for q in tiny.QUESTIONS}
    return *wide.fit(train, dev, silent, tiny.QUESTIONS, 0), dev


def test_it_answers_alone_where_the_encoder_is_silent(tiny_base: Path) -> None:
    layer, shares, dev = fitted(tiny_base)
    ids, mask = data.ids_and_mask(dev, range(len(dev)), 0)
    for q in tiny.QUESTIONS:
        guess = layer(ids, mask, data.chars_of(dev, range(len(dev))))[q.key].argmax(dim=1).numpy()
        assert shares[q.key] > 0
        assert (guess == dev.labels[q.key]).mean() > 0.9


def test_padding_changes_nothing(tiny_base: Path) -> None:
    layer, _, dev = fitted(tiny_base)
    ids, mask = data.ids_and_mask(dev, [0], 0)
    chars = data.chars_of(dev, [0])
    longer = [torch.nn.functional.pad(part, (0, 9)) for part in (ids, mask, chars)]
    for key, found in layer(ids, mask, chars).items():
        torch.testing.assert_close(found, layer(*longer)[key])


def test_a_loud_wrong_encoder_gets_outvoted_and_a_right_one_is_left_alone(tiny_base: Path) -> None:
    gold = np.array([0, 1, 2] * 20)
    right, wrong = 5 * np.eye(3, dtype=np.float32)[gold], np.eye(3, dtype=np.float32)[gold - 1]
    assert wide._share(right, wrong, gold) == 0.0
    assert wide._share(wrong, right, gold) >= 0.5


def test_the_graph_holds_it(tiny_base: Path, tmp_path: Path) -> None:
    network = Network(load_backbone(tiny_base, 0.0), tiny.QUESTIONS, None, 0.1).eval()
    network.wide, _, dev = fitted(tiny_base)
    export.to_onnx(network, tmp_path / "m.onnx")
    graph = ort.InferenceSession(str(tmp_path / "m.onnx"))
    names = [output.name for output in graph.get_outputs()]
    for rows in ([0], list(range(9))):
        ids, mask = data.ids_and_mask(dev, rows, 0)
        chars = data.chars_of(dev, rows)
        given = {"input_ids": ids, "attention_mask": mask, "chars": chars}
        found = graph.run(names, {name: value.numpy() for name, value in given.items()})
        with torch.no_grad():
            wanted = network(ids, mask, chars)
        for name, value in zip(names, found, strict=True):
            np.testing.assert_allclose(value, wanted[name].numpy(), atol=1e-4)


def test_characters_are_those_of_scripts_without_spaces() -> None:
    found = characters("续航 5000mAh，ｏｋ很久", 50)
    assert "".join(chr(point) if point else "|" for point in found) == "续航|很久"
    assert len(characters("好" * 100, 10)) == 10


def test_a_word_of_single_characters_decides_a_chinese_text(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    fillers = np.array(list("这那个东西用着昨天今买到手机壶包装颜色大小"))
    texts, labels = [], []
    for place in range(120):
        words = "".join(rng.permutation(fillers)[:8])
        label = place % 2
        texts.append(words[:4] + ("漏水" if label else "耐用") + words[4:])
        labels.append(label)
    items = [
        Encoded(np.array([1, 2]), np.array([-1, -1]), np.array([-1, -1]), False, characters(t, 50))
        for t in texts
    ]
    question = QuestionSpec("leaks", ("no", "yes"))
    gold = np.array(labels)
    rows = data.Rows(items, {"leaks": gold}, None, None, np.ones(len(texts), np.float32))
    layer, _ = wide.fit(rows, rows, {"leaks": np.zeros((120, 2), np.float32)}, [question], 0)
    ids, mask = data.ids_and_mask(rows, range(120), 0)
    guess = layer(ids, mask, data.chars_of(rows, range(120)))["leaks"].argmax(dim=1).numpy()
    assert (guess == gold).all()
