"""The three questions asked of every review, their choices and polarities.

The rows in the database are seeded from here; a question's `version` changes when its choices do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: `polarity` is +1, 0 or -1 and is what the index counts."""

    key: str
    name_en: str
    name_zh: str
    polarity: int


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    version: int
    name_en: str
    name_zh: str
    choices: tuple[Choice, ...]

    @property
    def choice_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.choices)

    def choice(self, key: str) -> Choice:
        """The choice with `key`. Raises KeyError when the question has none such."""
        for choice in self.choices:
            if choice.key == key:
                return choice
        raise KeyError(key)


SENTIMENT = Question(
    "sentiment",
    1,
    "Sentiment",
    "情感倾向",
    (
        Choice("positive", "positive", "正面", 1),
        Choice("neutral", "neutral", "中性", 0),
        Choice("negative", "negative", "负面", -1),
    ),
)
PURCHASE_INTENT = Question(
    "purchase_intent",
    1,
    "Purchase intent",
    "购买意向",
    (
        Choice("want", "want to buy", "想买", 1),
        Choice("considering", "considering", "考虑购买", 0),
        Choice("will_not", "will not buy", "不会买", -1),
        Choice("none", "says nothing about buying", "未提及购买", 0),
    ),
)
PRODUCT_DEMAND = Question(
    "product_demand",
    1,
    "Product demand",
    "产品需求",
    (
        Choice("add", "add", "希望增加", 1),
        Choice("improve", "improve", "建议改进", 1),
        Choice("remove", "remove", "希望去掉", -1),
        Choice("keep", "keep as it is", "希望保留", -1),
        Choice("none", "no request", "没有提出需求", 0),
    ),
)

# The choice of a review that expresses no intent, or asks for nothing.
SAYS_NOTHING = "none"

QUESTIONS: tuple[Question, ...] = (SENTIMENT, PURCHASE_INTENT, PRODUCT_DEMAND)
BY_KEY: dict[str, Question] = {question.key: question for question in QUESTIONS}
