"""What a recogniser is: data (patterns, cue words, scores) and a check on each match.

A rule's pattern runs over one view of the text (see `fold.Views`); the stretch it proposes is
the group named `value`, or the whole match. Its check may refuse the match (checksum, number
plan), narrow it or change its score. Rules for patterns:

- never `\\b` beside Han characters: they are word characters, so 微信abc has no boundary.
  Use look-arounds on digits and ASCII letters instead;
- cue words belong into the pattern, or into a look back of fixed width (`near_before`);
- every repeat is bounded or possessive, and a match starts in few places, so that the work is
  linear in the length of the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.spans import Span

Hit = tuple[int, int, float]
"""start, end, score."""
Check = Callable[[Views, "re.Match[str]", float], Iterable[Hit]]
View = Literal["folded", "lower", "numerals"]
Needs = Literal["digit", "han", "any"]


class Finder(Protocol):
    """Anything that finds personal data: our rules, a list of known values, a name model."""

    @property
    def types(self) -> frozenset[str]:
        """The types of the spans it can give."""

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The spans of each text, in any order; they may overlap."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern; `score` is what a match is worth (0 to 1) unless the check says otherwise.

    gate: a part of the pattern that is quickly looked for: without it the whole is not tried.
    digits: as many, in the view, are in every match that the check lets pass.
    """

    name: str
    pattern: re.Pattern[str]
    score: float
    view: View = "lower"
    check: Check | None = None
    gate: re.Pattern[str] | None = None
    digits: int = 0

    def hits(self, views: Views) -> Iterator[Hit]:
        """The stretches that match and pass the check."""
        text: str = getattr(views, self.view)
        if self.gate is not None and not self.gate.search(text):
            return
        for match in self.pattern.finditer(text):
            if self.check is None:
                start, end = value_span(match)
                yield start, end, self.score
            else:
                yield from self.check(views, match, self.score)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """All rules for one type of personal data.

    normalise: makes spellings of one value alike, so that they get one number.
    needs: "digit" skips texts that hold no digit in any script, "han" those without a Han
        character.
    """

    type: str
    rules: tuple[Rule, ...]
    normalise: Callable[[str], str] = fold_key
    needs: Needs = "digit"

    @property
    def types(self) -> frozenset[str]:
        """The one type it finds."""
        return frozenset({self.type})

    def find(self, views: Views) -> list[Span]:
        """The spans of one text, in order of rules; they may overlap."""
        if not self.reads(views):
            return []
        return [span for rule in self.rules for span in self.spans(views, rule)]

    def reads(self, views: Views) -> bool:
        """Whether a text holds what every rule needs."""
        if self.needs == "digit":
            return views.has_digit
        return self.needs != "han" or views.has_han

    def spans(self, views: Views, rule: Rule) -> list[Span]:
        """The spans of one rule of ours."""
        name = f"{self.type.lower()}.{rule.name}"
        return [Span(start, end, self.type, score, name) for start, end, score in rule.hits(views)]

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The spans of each text."""
        return [self.find(one) for one in views]


def words(text: str) -> frozenset[str]:
    """The words of `text`, for lists that read better as prose than one item a line."""
    return frozenset(text.split())


def value_span(match: re.Match[str]) -> tuple[int, int]:
    """Where the group `value` stands, or the whole match without such a group."""
    return match.span("value") if "value" in match.re.groupindex else match.span()


def near_before(text: str, position: int, pattern: re.Pattern[str], width: int) -> bool:
    """Whether `pattern` matches in the `width` code points before `position`."""
    return pattern.search(text, max(0, position - width), position) is not None


def near_after(text: str, position: int, pattern: re.Pattern[str], width: int) -> bool:
    """Whether `pattern` matches in the `width` code points from `position` on."""
    return pattern.search(text, position, position + width) is not None


def glue(*words: str, repeat: int = 4) -> str:
    """A pattern for what stands between a cue and its value: `words`, marks and spaces.

    微信号是：「abc」 and "my number is: (404)" are cue + glue + value.
    """
    marks = r"""[\s"'“”‘’「」『』【】()\[\]<>:=#,~\-\u200b👉👇☞➡→]"""
    # "id me..." must not eat the beginning of the account "meimei99".
    whole = [
        word + "(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else word for word in words
    ]
    body = "|".join(whole) if whole else "(?!)"
    return rf"(?:{marks}{{0,4}}(?:{body})){{0,{repeat}}}{marks}{{0,4}}"


SAYS = (
    "号码",
    "账号",
    "账户",
    "帐号",
    "帐户",
    "号",
    "就?是",
    "为",
    "叫",
    "number",
    "num",
    "s",
    r"no\.?(?![a-z])",
    "is",
    "was",
    "id",
)
"""Words that stand between a cue and its value in both languages."""

_PRODUCT_CUE = re.compile(
    r"(?:条形?码|货号|款号|型号|批号|批次|序列号|商品编号|编码|产品编号|防伪码?|注册证"
    r"|备案|执行标准"
    r"|(?<![a-z])(?:sku|upc|ean|isbn|asin|gtin|imei|mpn|sn|s/n|lot|batch|serial|model"
    r"|part|item|barcode|pn|p/n|ndc|nsn)"
    r"(?![a-z]))[^,。;!?\n]{0,10}$"
)


def after_product_cue(views: Views, start: int) -> bool:
    """Whether the number at `start` is said to be a bar code, model, batch or part number."""
    return near_before(views.lower, start, _PRODUCT_CUE, 24)
