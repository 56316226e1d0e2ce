"""Web addresses that lead to a person: profiles, accounts, orders, shared links with an id.

Source: RFC 3986 (generic syntax). A page about a product leads to nobody and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views, fold_key
from privacy.redaction.recogniser import Hit, Recogniser, Rule

_SOCIAL: Final = (
    r"(?:[a-z]+\.)?(?:weibo|instagram|facebook|fb|twitter|x|tiktok|douyin|xiaohongshu"
    r"|xhslink|bilibili|zhihu|youtube|linkedin"
    r"|snapchat|telegram|pinterest|reddit|threads|vk|kuaishou|wa)\.(?:com|cn|me|net"
    r"|tv|example|org)/|t\.me/"
)
_PERSONAL: Final = re.compile(
    r"/(?:u|user|users|member|members|profile|people|person|space|home|account|my|me"
    r"|order|orders|track|tracking|invoice|customer)"
    r"(?:[./?=]|$)|/@|/~[a-z]|[?&;#](?:[a-z]*id|user[a-z]*|u|uid|name|e?mail|phone"
    r"|mobile|tel|token|account|order[a-z_]*|share[a-z_]*|invite[a-z]*|ref[a-z]*"
    r"|openid)=[^&]"
)
_PRODUCT: Final = re.compile(
    r"/(?:item|items|product|products|dp|gp/product|goods|sku|detail|p|watch|search"
    r"|help|support)[./?\-]|[?&](?:itemid|skuid|productid|v|q)="
)


def _url(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start = match.start("value")
    text = match["value"].rstrip(".,;:!?'\")]}>")
    rest = re.sub("^https?://", "", text)
    _, slash, path = rest.partition("/")
    if not slash or not path:
        return
    social = re.match(_SOCIAL, rest) is not None
    product = _PRODUCT.search("/" + path) is not None
    personal = _PERSONAL.search("/" + path) is not None
    if (social or personal) and (
        not product or re.search(r"[?&](?:uid|user|share|order|token|account)[a-z_]*=", path)
    ):
        yield start, start + len(text), score


RECOGNISER: Final = Recogniser(
    "URL_WITH_ID",
    (
        Rule(
            "personal",
            re.compile(
                r"(?<![a-z0-9])(?P<value>(?:https?://|www\.|(?:m\.)?(?:weibo|instagram|facebook"
                r"|twitter|tiktok|t|wa)\.(?:com|me)/)[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{3,}+)"
            ),
            0.9,
            check=_url,
        ),
    ),
    normalise=fold_key,
    needs="any",
)
