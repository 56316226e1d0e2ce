"""Texts that say nothing of their own, and texts that were paid for."""

from __future__ import annotations

import re

# What platforms write in the place of a review; compared without punctuation, space and case.
_DEFAULT_TEXTS = {
    "此用户没有填写评价",
    "此用户未填写评价",
    "此用户未填写评价内容",
    "此用户没有填写评价内容",
    "该用户没有填写评价",
    "该用户未填写评价",
    "该用户未填写评价内容",
    "该用户觉得商品很好给出五星好评",
    "该用户觉得商品较好",
    "该用户未及时做出评价系统默认好评",
    "用户未及时作出评价系统默认好评",
    "评价方未及时做出评价系统默认好评",
    "买家没有填写评价内容",
    "买家未填写评价内容",
    "系统默认好评",
    "系统默认评价",
    "默认好评系统",
    "客户没有填写评价",
    "thecustomerdidntleaveacomment",
    "customerdidntleaveacomment",
    "thecustomerdidnotleaveacomment",
    "thisuserdidntleaveareview",
    "theuserdidntleaveacomment",
    "thebuyerdidnotleaveacomment",
    "thebuyerdidntleaveacomment",
    "buyerdidnotleaveacomment",
    "nocommentleftbybuyer",
    "noreviewtextprovided",
    "defaultpositivereview",
}
_NOT_WORD = re.compile(r"[\W_]+")
_INCENTIVE = re.compile(
    r"好评返现|返现卡|好评有礼|好评返|五星返|晒图返|返红包"
    r"|cash\s?back for (?:a )?(?:good|5|five)|(?:gift card|refund) for (?:a )?(?:5|five)[ -]star"
    r"|in exchange for (?:an? )?(?:honest |unbiased )?review",
    re.IGNORECASE,
)


def is_default_text(text: str) -> bool:
    """Whether the whole text is a platform's own filler."""
    return _NOT_WORD.sub("", text).lower() in _DEFAULT_TEXTS


def is_incentivised(text: str) -> bool:
    """Whether the text says that it was paid for."""
    return _INCENTIVE.search(text) is not None
