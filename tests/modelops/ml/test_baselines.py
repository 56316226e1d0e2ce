from __future__ import annotations

import numpy as np
import pytest

from modelops.ml.baselines.lexicon import Lexicon, chinese_sentiment, cue_label
from modelops.ml.baselines.majority import Majority
from modelops.ml.baselines.tfidf import TfidfLogistic
from modelops.ml.errors import LanguageNotCovered
from modelops.ml.spec import QuestionSpec

from . import tiny

INTENT = QuestionSpec("purchase_intent", ("want", "considering", "will_not", "none"))
DEMAND = QuestionSpec("product_demand", ("add", "improve", "remove", "keep", "none"))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("质量很好，非常满意", 1),
        ("太失望了，用两天就坏了", -1),
        ("一般般，中规中矩", 0),
        ("不好用", -1),
        ("没有异味，挺舒服的", 1),
        ("并不漂亮", -1),
        ("快递昨天到的", 0),
        ("垃圾，再也不买", -1),
    ],
)
def test_chinese_words_negations_and_degrees(text: str, sign: int) -> None:
    assert np.sign(round(chinese_sentiment(text), 2)) == sign


def test_degree_words_weigh() -> None:
    assert chinese_sentiment("非常好看") > chinese_sentiment("好看") > chinese_sentiment("有点好看")


@pytest.mark.parametrize("english", ["vader", "textblob"])
def test_english_sentiment(english: str) -> None:
    lexicon = Lexicon([tiny.MOOD], english)
    probs = lexicon.predict_proba(["I love this, excellent!", "Terrible, awful junk."], ["en"] * 2)
    labels = [tiny.MOOD.choices[at] for at in probs["sentiment"].argmax(axis=1)]
    assert labels == ["positive", "negative"]


def test_languages_without_words_are_refused() -> None:
    with pytest.raises(LanguageNotCovered):
        Lexicon([tiny.MOOD]).predict_proba(["sehr gut"], ["de"])
    with pytest.raises(LanguageNotCovered):
        Lexicon([tiny.MOOD], "textblob").predict_proba(["很好"], ["zh"])


def test_a_set_without_neutral_gets_a_side() -> None:
    question = QuestionSpec("sentiment", ("positive", "negative"))
    assert Lexicon([question]).predict_proba(["the box"], ["en"])["sentiment"].shape == (1, 2)


@pytest.mark.parametrize(
    ("question", "lang", "text", "label"),
    [
        ("purchase_intent", "zh", "再也不买了", "will_not"),
        ("purchase_intent", "zh", "已经回购三次了", "want"),
        ("purchase_intent", "zh", "等双十一再入手", "considering"),
        ("purchase_intent", "zh", "音质不错", "none"),
        ("purchase_intent", "en", "Will buy again for my mum", "want"),
        ("purchase_intent", "en", "Never again.", "will_not"),
        ("purchase_intent", "en", "Great sound", "none"),
        ("product_demand", "zh", "希望增加无线充电功能", "add"),
        ("product_demand", "zh", "实体按键千万别取消", "keep"),
        ("product_demand", "zh", "能不能去掉开机广告", "remove"),
        ("product_demand", "en", "Please add a USB-C port", "add"),
        ("product_demand", "en", "Battery life should be longer", "improve"),
        ("product_demand", "en", "Don't change the buttons", "keep"),
        ("product_demand", "en", "Battery is short", "none"),
    ],
)
def test_cue_phrases(question: str, lang: str, text: str, label: str) -> None:
    assert cue_label(text, question, lang) == label


def test_questions_without_words_are_left_out() -> None:
    colour = QuestionSpec("colour", ("red", "blue"))
    assert Lexicon([tiny.MOOD, INTENT, DEMAND, colour]).keys == (
        "sentiment",
        "purchase_intent",
        "product_demand",
    )


def test_majority_answers_what_training_saw_most() -> None:
    rows = tiny.reviews(60, 1)
    flat = [type(e)(e.id, e.text, e.lang, {"sentiment": "negative"}) for e in rows[:40]]
    probs = Majority(flat, [tiny.MOOD]).predict_proba(["a", "b"], ["en", "fr"])["sentiment"]
    assert (probs.argmax(axis=1) == tiny.MOOD.choices.index("negative")).all()


def test_tfidf_learns_both_languages_and_refuses_others() -> None:
    model = TfidfLogistic(tiny.reviews(200, 1), tiny.reviews(40, 2), tiny.QUESTIONS)
    test = tiny.reviews(60, 3)
    probs = model.predict_proba([e.text for e in test], [e.lang for e in test])["sentiment"]
    gold = np.array([tiny.MOOD.choices.index(str(e.answers["sentiment"])) for e in test])
    assert (probs.argmax(axis=1) == gold).mean() > 0.9
    np.testing.assert_allclose(probs.sum(axis=1), 1.0, atol=1e-6)
    with pytest.raises(LanguageNotCovered):
        model.predict_proba(["gut"], ["de"])
