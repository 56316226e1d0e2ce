"""What a whole text is: a platform's filler, paid for, an advertisement, or next to nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from reviews.cleaning.words import words

# What platforms write in the place of a review; compared without punctuation, space and case.
_DEFAULT_TEXTS = words("default_texts")
_NOT_WORD = re.compile(r"[\W_]+")

_INCENTIVE = re.compile(
    # money or presents for praise or a picture
    r"好评[卡有]?[返反送领减]\w{0,2}|好评(?:有礼|返现?|卡|红包|截图)|[五5]星(?:好评)?[返送领]|返现卡"
    r"|(?:晒图|晒单|追评|评价|带图)(?:就|后|可|能)?(?:[返送领]|有礼)"
    r"|(?:返现|返红包|送红包|领红包|返\d+元?).{0,8}(?:好评|五星|晒图|评价|才来)"
    r"|(?:好评|五星|晒图|评价).{0,8}(?:返现|返红包|送红包|领红包|返\d+)"
    r"|(?:为了|冲着)(?:那?个?)(?:返现|红包|礼品|赠品|奖励金?)"
    # given to be reviewed
    r"|(?:免费|商家送的?|品牌方?送的?|官方送的?)(?:试用|体验|测评)|试用(?:报告|活动|装申请)"
    r"|(?:商家|品牌方?|官方)(?:寄|送|给)(?:来)?的?(?:样品|产品|试用)"
    r"|(?:好評|評價)(?:返現|回饋|送|有禮)"
    # English
    r"|cash\s?back for (?:a |my |your )?(?:good|positive|5|five)"
    r"|(?:gift ?cards?|vouchers?|coupons?|refund(?:ed)?|rebates?|cash|discount|reward\w*|\$\d+"
    r"|paid (?:me|us)|free [a-z]+)\b[^.!?\n]{0,40}\b(?:for|if|to|after|when|once)\b[^.!?\n]{0,20}?"
    r"(?:\b(?:leav|writ|post|giv|chang|rat)\w* [^.!?\n]{0,25}(?:star|review|feedback)"
    r"|\b(?:an? |my |your )?(?:(?:5|five)[ -]?stars?|positive|good|honest|great) (?:review|rating))"
    r"|in (?:exchange|return) for (?:an? |my |our |this )?(?:[\w-]+ ){0,3}"
    r"(?:review|feedback|opinion)"
    r"|(?:received|got|given|sent|provided)[^.!?\n]{0,40}"
    r"\b(?:for free|free of charge|at no cost|free sample|complimentary|at a discount)"
    r"[^.!?\n]{0,40}\breview"
    r"|vine customer review of free product|(?:^|\s)#(?:ad|sponsored|gifted)\b"
    r"|this (?:review|post) (?:is|was) (?:sponsored|paid)",
    re.IGNORECASE,
)
# None of the above matches a text without one of these: a look that costs a tenth.
_INCENTIVE_HINTS = sorted(words("incentive_hints"))
_LATIN_HINTS = [hint for hint in _INCENTIVE_HINTS if hint.isascii()]
_DENIED = re.compile(
    r"(?:没有?|沒有?|不是|不搞|不用|不需要|并非|從無|从无|无|非|拒绝|杜绝)\w{0,2}$"
    r"|\b(?:no|not|never|without|isn't|wasn't|didn't|nobody|none)(?:\W+\w+){0,3}\W*$",
    re.IGNORECASE,
)

_CONTACT = re.compile(
    # The domain of an e-mail address is none: shoppers leave theirs for an invoice or an answer.
    r"https?://|www\.|(?<![@\w.-])[\w-]+\.(?:com|cn|net|top|xyz|shop|vip)\b(?!@)"
    r"|[加+➕]\s?(?:我|个)?(?:微|薇|威|v|V|徽|扣|q|Q|群|裙)|(?:微信|薇信|威信|vx|QQ|扣扣)\s?(?:号|群|[:：])"
    r"|\b(?:whats\s?app|telegram|wechat|(?:dm|text|contact) me|click here|link in bio|visit my)\b",
    re.IGNORECASE,
)
_BAITS = sorted(words("bait"))
_LATIN_BAITS = [bait for bait in _BAITS if bait.isascii()]
# Whole words in Latin letters: `bet` is not in `better`.
_BAIT = re.compile(
    "|".join(
        rf"(?<![a-z]){re.escape(bait)}(?![a-z])" if bait.isascii() else re.escape(bait)
        for bait in _BAITS
    )
)

# Words that praise, blame or fill without saying what; an aspect or a fact is never among them.
_FILLER = re.compile(
    r"凑(?:够|足|满|个)?字数?|十五个?字|15个?字|五星|全五星|好评|差评|中评|默认|系统|此处省略|\d+字"
    r"|非常|十分|特别|相当|真的|真是|确实|超级|超|很|挺|蛮|太|好|不错|可以|满意|喜欢|赞|棒|给力|完美"
    r"|还行|还可以|一般般?|就那样|差|垃圾|烂|推荐|值得|购买|拥有|物美价廉|支持|加油|谢谢|感谢"
    r"|宝贝|东西|商品|产品|卖家|店家|老板|亲|哈|嗯|哦|啊|呀|吧|呢|的|了|啦|哒|是|也|都|这|个|一|不|哟|呵|嘿|嘻"
    r"|評|滿意|喜歡|讚|推薦|產品|東西|謝謝|還可以|還行|非常|真的|賣家",
)
_FILLER_WORDS = words("filler_words")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9']+")


def _one_in(text: str, pieces: Sequence[str]) -> bool:
    """Looking for each by itself takes a tenth of the time of one pattern for all."""
    for piece in pieces:  # noqa: SIM110 - `any` takes twice as long
        if piece in text:
            return True
    return False


def is_default_text(text: str) -> bool:
    """Whether the whole text is a platform's own filler."""
    return _plain(text) in _DEFAULT_TEXTS


@lru_cache(maxsize=4)  # two rules ask for it of the same text
def _plain(text: str) -> str:
    return _NOT_WORD.sub("", text).lower()


def is_incentivised(text: str) -> bool:
    """Whether the text says that it was paid for, in money or in kind; a denial does not count."""
    lower = text.lower()
    if not _one_in(lower, _LATIN_HINTS if lower.isascii() else _INCENTIVE_HINTS):
        return False
    for found in _INCENTIVE.finditer(text):
        if not _DENIED.search(text[max(0, found.start() - 30) : found.start()]):
            return True
    return False


def is_spam(text: str) -> bool:
    """Whether the text advertises something else: it names a way to reach somebody, and a bait."""
    lower = text.lower()
    if not _one_in(lower, _LATIN_BAITS if lower.isascii() else _BAITS):
        return False
    return _BAIT.search(lower) is not None and _CONTACT.search(text) is not None


def is_low_information(text: str) -> bool:
    """Whether the text names nothing: no aspect, no fact, only praise, blame, filler or noise.

    A short text that does name something (`漏水`, `lid leaks`) is not one of them.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST_EMPTY:
        return False
    if len(set(plain)) <= 2 and len(plain) != 2:
        # Nothing but signs, or one key held down.
        return True
    han = "".join(_HAN.findall(plain))
    if _FILLER.sub("", han):
        return False
    # Digits on their own name nothing either.
    words = _WORD.findall(text.lower().replace("’", "'"))
    return all(word.replace("'", "") in _FILLER_WORDS or word.isdigit() for word in words)


_LONGEST_EMPTY = 60  # letters; nobody fills more without saying something
