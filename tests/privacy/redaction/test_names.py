"""Names in running text, with the models that find them; and what the models must not touch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from privacy.redaction.engine import Redactor
from privacy.redaction.full import full_redactor

WITH_NAMES = [
    ("刚刚语音转文字可能有错我叫邓佳怡你们看着办", ["邓佳怡"]),
    ("全家都用过了，我老公贾建国说比上次那个强", ["贾建国"]),
    ("😂马峰，身份证号写错了", ["马峰"]),
    ("快递小哥卢伟杰的服务态度真心好", ["卢伟杰"]),
    ("我和晓雯一起拼单的，她的到了我的没到", ["晓雯"]),
    ("感谢Tony老师剪的发型", ["Tony"]),
    ("買家林佳蓉，7-11取貨", ["林佳蓉"]),
    ("Rosalind at the Leeds branch went above and beyond", ["Rosalind"]),
    ("spoke w/ Ingrid then Paulo then got cut off", ["Ingrid", "Paulo"]),
    ("Ordered by Tony Malone for Angela Murphy's birthday", ["Tony Malone", "Angela Murphy"]),
    ("so i told the guy marcus at the store that it was broke", ["marcus"]),
    ("Jermaine Wallace delivered it with a smile", ["Jermaine Wallace"]),
]
WITHOUT = [
    "李宁这双鞋脚感不错，比安踏软",
    "王老吉比加多宝好喝，冰镇更爽",
    "江小白不上头，适合小聚",
    "音质洪亮清晰，万事如意",
    "狗狗叫豆豆，很喜欢这个零食",
    "常常断连，连接手机要试三四次",
    "Calvin Klein briefs, 3 pack, fine",
    "Ben & Jerry's melted on arrival",
    "Rose gold is prettier than the Olive or Jade",
    "Mark my words it will break. Bill was high as well",
    "Made in Vietnam, ships from Leeds, two days",
    "Works in Alexa and Siri, not Cortana",
]


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return full_redactor()


@pytest.mark.parametrize(("text", "names"), WITH_NAMES)
def test_it_finds_the_names(redactor: Redactor, text: str, names: list[str]) -> None:
    found = [text[s.start : s.end] for s in redactor.find(text) if s.type == "PERSON"]
    assert found == names


@pytest.mark.parametrize("text", WITHOUT)
def test_brands_and_words_stay(redactor: Redactor, text: str) -> None:
    assert redactor.find(text) == ()


def test_many_texts_at_once_give_what_each_gives_alone(redactor: Redactor) -> None:
    texts = [text for text, _ in WITH_NAMES] + WITHOUT
    # A model's scores differ in the last digits with the size of a batch.
    bare = [[(s.start, s.end, s.rule) for s in found] for found in redactor.find_many(texts)]
    assert bare == [[(s.start, s.end, s.rule) for s in redactor.find(text)] for text in texts]


def test_redacting_the_result_again_changes_nothing(redactor: Redactor) -> None:
    for text, _ in WITH_NAMES:
        once = redactor.redact(text).text
        assert redactor.redact(once).text == once


def test_a_text_too_long_to_read_keeps_no_likely_name(redactor: Redactor) -> None:
    text = "We met Rosalind and Jim and Beth. " * 400
    assert "Beth" not in redactor.redact(text).text


def test_every_span_says_which_rule_found_it_and_how_sure_it_is(redactor: Redactor) -> None:
    spans = redactor.find("客服罗晓峰说打13912345678, Rosalind helped me")
    assert [span.rule.split(".")[0] for span in spans] == ["person", "phone", "person"]
    assert all(0 < span.score <= 1 for span in spans)


def test_only_the_full_engine_loads_models_and_never_torch() -> None:
    """What the web process may import stays light; spaCy would take torch along."""
    code = (
        "import sys\n"
        "from privacy.redaction.engine import Redactor\n"
        "Redactor().redact('call 415-555-2671')\n"
        "assert not {'spacy', 'onnxruntime', 'torch', 'presidio_analyzer'} & set(sys.modules)\n"
        "from privacy.redaction.full import full_redactor\n"
        "full_redactor().redact('Rosalind helped me')\n"
        "assert 'spacy' in sys.modules and 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
