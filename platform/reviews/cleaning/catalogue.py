"""The cleaning rules by name: what each does, and what it may be switched off for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.cleaning import rules, text

DEFAULT_TEXTS = "default_texts"
FOLLOW_UPS = "follow_ups"
INCENTIVISED = "incentivised"
LOW_INFORMATION = "low_information"
SPAM = "spam"
NEAR_DUPLICATES = "near_duplicates"
BURSTS = "bursts"


class Kind(StrEnum):
    """What a rule acts on, and when."""

    TEXT = "text"  # changes the text, before redaction
    REVIEW = "review"  # says something of the whole review as it comes in
    AFTERWARDS = "afterwards"  # looks at many reviews together, in the background


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `before` and `after` are an example; both empty where none can be shown."""

    key: str
    kind: Kind
    name: Promise
    help: Promise
    before: str = ""
    after: str = ""


RULES: tuple[Rule, ...] = (
    Rule(
        "html_tags",
        Kind.TEXT,
        _("HTML tags"),
        _("Tags, comments and scripts go; line breaks and paragraphs become line breaks."),
        "<p>很好用<br>推荐</p>",
        "很好用 ⏎ 推荐",
    ),
    Rule(
        "html_entities",
        Kind.TEXT,
        _("HTML entities"),
        _("Written-out characters become the characters they stand for."),
        "Tom &amp; Jerry&#39;s",
        "Tom & Jerry's",
    ),
    Rule(
        "direction_marks",
        Kind.TEXT,
        _("Direction marks"),
        _("Invisible characters that turn the direction of writing go: they can disguise words."),
    ),
    Rule(
        "control_characters",
        Kind.TEXT,
        _("Control characters"),
        _("Characters that are none for people go. What no database can store always goes."),
    ),
    Rule(
        "zero_width",
        Kind.TEXT,
        _("Invisible characters"),
        _("Characters without width go, which split words unseen; joined emoji stay whole."),
    ),
    Rule(
        "compatible_forms",
        Kind.TEXT,
        _("Compatible forms (NFKC)"),
        _(
            "Full-width letters and digits, ligatures and circled numbers become plain; full-width "
            "punctuation and emoji stay."
        ),
        "ＶＩＰ ① ﬁne，好！",
        "VIP 1 fine，好！",
    ),
    Rule(
        "repeated_punctuation",
        Kind.TEXT,
        _("Repeated punctuation"),
        _("The same mark more than three times in a row is written three times."),
        "太好了！！！！！！",
        "太好了！！！",
    ),
    Rule(
        "white_space",
        Kind.TEXT,
        _("White space"),
        _("Runs of spaces become one space, runs of line breaks one line break."),
    ),
    Rule(
        FOLLOW_UPS,
        Kind.REVIEW,
        _("Follow-up reviews"),
        _(
            "What a shopper added later stands below what they wrote first, as one review; below "
            "a platform's default text it takes its place."
        ),
    ),
    Rule(
        DEFAULT_TEXTS,
        Kind.REVIEW,
        _("Default texts"),
        _("What a platform writes in the place of a review counts in no figure."),
        "此用户没有填写评价。",
    ),
    Rule(
        SPAM,
        Kind.REVIEW,
        _("Advertisements"),
        _("A text with bait for something else and a way to reach somebody counts in no figure."),
    ),
    Rule(
        INCENTIVISED,
        Kind.REVIEW,
        _("Paid-for reviews"),
        _(
            "Reviews that say they were written for money or a present are marked; "
            "figures can leave them out."
        ),
        "好评返现三块",
    ),
    Rule(
        LOW_INFORMATION,
        Kind.REVIEW,
        _("Low information"),
        _("Reviews that name nothing are marked; they do count."),
        "好评好评！",
    ),
    Rule(
        NEAR_DUPLICATES,
        Kind.AFTERWARDS,
        _("Near-duplicates"),
        _("The same words about the same product count once; the copies are linked to the first."),
    ),
    Rule(
        BURSTS,
        Kind.AFTERWARDS,
        _("Bursts"),
        _(
            "Days on which a product got many more reviews than on the days around are marked; "
            "their reviews do count."
        ),
    ),
)
KEYS = frozenset(rule.key for rule in RULES)


@dataclass(frozen=True, slots=True)
class CleanedReview:
    """What is known of a review before redaction. `rules`: those that did something, each once."""

    text: str
    default_text: bool = False
    spam: bool = False
    incentivised: bool = False
    low_information: bool = False
    follow_up: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Carries out the rules that a source has not switched off."""

    off: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def but(cls, off: Iterable[str]) -> Cleaner:
        """All rules except `off`; names that are no rule (any more) are passed over."""
        return cls(KEYS & frozenset(off))

    def text(self, raw: str) -> text.Cleaned:
        return text.run(raw, self.off)

    def review(self, raw: str, follow_up: str = "") -> CleanedReview:
        """`raw` and what the shopper added later, cleaned, joined and judged."""
        first = self.text(raw)
        used = dict.fromkeys(first.rules)
        words = first.text
        joined = False
        if follow_up and FOLLOW_UPS not in self.off:
            later = self.text(follow_up)
            # Platforms fill an empty follow-up too, and some send the first text along with it.
            if later.text and later.text not in words and not rules.is_default_text(later.text):
                used.update(dict.fromkeys(later.rules))
                alone = not words or rules.is_default_text(words) or words in later.text
                words = later.text if alone else f"{words}\n{later.text}"
                joined = True
        flags = {
            DEFAULT_TEXTS: self._says(DEFAULT_TEXTS, rules.is_default_text, words),
            SPAM: self._says(SPAM, rules.is_spam, words),
            INCENTIVISED: self._says(INCENTIVISED, rules.is_incentivised, words),
            LOW_INFORMATION: self._says(LOW_INFORMATION, rules.is_low_information, words),
            FOLLOW_UPS: joined,
        }
        used.update(dict.fromkeys(key for key, found in flags.items() if found))
        return CleanedReview(
            words,
            default_text=flags[DEFAULT_TEXTS],
            spam=flags[SPAM],
            incentivised=flags[INCENTIVISED],
            low_information=flags[LOW_INFORMATION] and not flags[DEFAULT_TEXTS],
            follow_up=joined,
            rules=tuple(used),
        )

    def _says(self, key: str, asked: Callable[[str], bool], words: str) -> bool:
        return key not in self.off and asked(words)
