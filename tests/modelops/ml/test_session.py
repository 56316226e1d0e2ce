from __future__ import annotations

import json
import shutil
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from modelops.ml.errors import ArtefactCorrupt
from modelops.ml.session import Session
from modelops.ml.tokens import TextTokenizer
from modelops.ml.training import TrainResult

from . import tiny


@pytest.fixture(scope="module")
def session(trained: TrainResult) -> Session:
    return Session(trained.artefact)


def test_answers_come_in_the_order_asked_whatever_the_batches(session: Session) -> None:
    texts = [e.text * (1 + at % 3) for at, e in enumerate(tiny.reviews(40, 6))]
    together = session.predict(texts)
    for text, found in zip(texts[:10], together, strict=False):
        alone = session.predict([text])[0]
        assert alone.answers["sentiment"].label == found.answers["sentiment"].label
        assert alone.answers["sentiment"].probabilities == pytest.approx(
            found.answers["sentiment"].probabilities, abs=1e-4
        )


def test_probabilities_sum_to_one_over_the_choices(session: Session) -> None:
    answer = session.predict(["love it"])[0].answers["sentiment"]
    assert tuple(answer.probabilities) == tiny.MOOD.choices
    assert sum(answer.probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert answer.label == "positive"


def test_only_the_questions_asked_are_answered(session: Session) -> None:
    found = session.predict(["love it"], ["sentiment"], mentions=False)[0]
    assert set(found.answers) == {"sentiment"}
    assert found.mentions == []


def test_an_unknown_question_is_an_error(session: Session) -> None:
    with pytest.raises(KeyError, match="colour"):
        session.predict(["love it"], ["colour"])


def test_no_texts_give_no_predictions(session: Session) -> None:
    assert session.predict([]) == []


@pytest.mark.parametrize("text", ["", " ", "\ud83d", "🙂", "x" * 100_000])
def test_odd_texts_are_answered(session: Session, text: str) -> None:
    assert session.predict([text])[0].answers["sentiment"].label in tiny.MOOD.choices


def test_a_long_text_is_flagged_as_truncated(session: Session) -> None:
    short, long = session.predict(["love it", "love it " * 50])
    assert not short.truncated
    assert long.truncated
    assert long.tokens == 64


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("love it please add battery 123456", "ｌｏｖｅ ｉｔ please add ｂａｔｔｅｒｙ １２３456"),
        ("lov\u00e9 it please add battery 123456", "love\u0301 it please add battery 123456"),
        ("很好喜欢 请加电池 kg123456", "很好喜欢   请加电池 ㎏123456"),
    ],
)
def test_mentions_are_code_points_of_the_text_as_given(
    session: Session, plain: str, written: str
) -> None:
    # Both are the same to the model; the spans must be the same words of either text.
    a, b = session.predict([plain])[0].mentions, session.predict([written])[0].mentions
    assert a
    told = [unicodedata.normalize("NFKC", written[m.start : m.end]) for m in b]
    assert told == [plain[m.start : m.end] for m in a]
    assert [m.kind for m in a] == [m.kind for m in b]


def test_a_wished_thing_is_marked(session: Session) -> None:
    rows = [e for e in tiny.reviews(40, 11) if e.answers["product_demand"] == "add"]
    found = session.predict([e.text for e in rows])
    hits = [
        (m.start, m.end) == (e.mentions or [(0, 0, "", "")])[0][:2]
        for e, p in zip(rows, found, strict=True)
        for m in p.mentions
        if (m.kind, m.scope) == ("add", "product")
    ]
    assert sum(hits) > len(rows) / 2


def test_threads_share_a_session(session: Session) -> None:
    texts = [example.text for example in tiny.reviews(30, 7)]
    alone = session.predict(texts)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: session.predict(texts), range(8)):
            assert found == alone


def test_probabilities_of_the_predictor_protocol_agree(session: Session) -> None:
    texts = ["love it", "太差失望"]
    probs = session.predict_proba(texts, ["en", "zh"])["sentiment"]
    told = [list(p.answers["sentiment"].probabilities.values()) for p in session.predict(texts)]
    np.testing.assert_allclose(probs, told, atol=1e-5)


def test_a_changed_file_is_refused(trained: TrainResult, tmp_path: Path) -> None:
    copy = shutil.copytree(trained.artefact, tmp_path / "m")
    with (copy / "model.onnx").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ArtefactCorrupt, match=r"model\.onnx"):
        Session(copy)


def test_a_missing_file_and_a_foreign_folder_are_refused(
    trained: TrainResult, tmp_path: Path
) -> None:
    copy = shutil.copytree(trained.artefact, tmp_path / "m")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ArtefactCorrupt, match="missing"):
        Session(copy)
    with pytest.raises(ArtefactCorrupt, match=r"model\.json"):
        Session(tmp_path)


def test_serving_loads_neither_torch_nor_transformers_nor_sklearn(trained: TrainResult) -> None:
    code = (
        "import json, sys\n"
        "from modelops.ml.session import Session\n"
        "import modelops.ml.metrics, modelops.ml.gate, modelops.ml.baselines.lexicon\n"
        "Session(sys.argv[1]).predict(['love it'])\n"
        "import modelops.ml.training, modelops.ml.families\n"
        "heavy = ('torch', 'transformers', 'sklearn', 'onnx', 'django')\n"
        "print(json.dumps([name for name in heavy if name in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(trained.artefact)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
    )
    assert json.loads(done.stdout) == []


def test_where_somebody_left_a_number_does_not_change_the_answer(session: Session) -> None:
    # What stands in a placeholder's place is read as white space, in whatever style it is written.
    texts = ["good [PHONE_1] thing", "good [ID_CARD_12] thing", "good [EMAIL] thing", "good thing"]
    found = [prediction.answers for prediction in session.predict(texts)]
    assert found[0] == found[1] == found[2] == found[3]


def test_brackets_of_a_shopper_are_read(tiny_base: Path) -> None:
    tokenizer = TextTokenizer(tiny_base / "tokenizer.json", "", 48, 0)
    [with_it, without] = tokenizer.encode(["good [OK] thing", "good      thing"])
    assert with_it.ids.tolist() != without.ids.tolist()
